import { COLORS, type Color, configMapName, deploymentName } from '../../../../charts/names.js';
import { referencesOf } from '../../../plan/references.js';
import { affects, type Examination, type Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import { bluegreen, filenames, kubectl } from '../remedies.js';

export const configMaps: Examination = {
  id: 'config-maps',
  what: 'ConfigMaps that Pods refer to exist, with their keys',
  needs: ['deployments', 'configmaps'],
  examine: (facts) => ofBoth((color) => missing(facts, color, 'ConfigMap')),
};

export const secrets: Examination = {
  id: 'secrets',
  what: 'Secrets and imagePullSecrets that Pods refer to exist (their content is not read)',
  needs: ['deployments', 'secrets'],
  examine: (facts) => ofBoth((color) => [...missing(facts, color, 'Secret'), ...pullSecrets(facts, color)]),
};

export const serviceAccounts: Examination = {
  id: 'service-accounts',
  what: 'the ServiceAccount of the Pods exists',
  needs: ['deployments', 'serviceaccounts'],
  examine: (facts) => ofBoth((color) => serviceAccount(facts, color)),
};

/** What both colors lack is told once. */
function ofBoth(ofColor: (color: Color) => Finding[]): Finding[] {
  const merged = new Map<string, Finding>();
  for (const finding of COLORS.flatMap(ofColor)) {
    const key = JSON.stringify([finding.id, finding.what, finding.fix]);
    const before = merged.get(key);
    const hurt = before?.affects === 'traffic' ? 'traffic' : finding.affects;
    merged.set(key, {
      ...finding,
      affects: hurt,
      evidence: [...(before?.evidence ?? []), ...(finding.evidence ?? [])],
    });
  }
  return [...merged.values()];
}

const refersTo = (facts: Facts, color: Color) => [
  `deployment.apps/${deploymentName(facts.release, color)} refers to it`,
];

const ID = { ConfigMap: 'missing-config-map', Secret: 'missing-secret' } as const;
const RESOURCE = { ConfigMap: 'configmap', Secret: 'secret' } as const;

function missing(facts: Facts, color: Color, kind: 'ConfigMap' | 'Secret'): Finding[] {
  const found = kind === 'ConfigMap' ? facts.configMaps : facts.secrets;
  return [...referencesOf(facts.state.deployments[color], kind)].flatMap(([name, { keys, optional }]): Finding[] => {
    const held = found.get(name);
    const lacking = held instanceof Set ? [...keys].filter((key) => !held.has(key)) : [];
    if (optional || (held !== undefined && lacking.length === 0)) return [];
    const wanted = held === undefined ? [...keys] : lacking;
    const common = {
      severity: 'problem',
      affects: affects(facts, color),
      object: `${RESOURCE[kind]}/${name}`,
      why: 'a Pod that starts from now on waits in CreateContainerConfigError or ContainerCreating',
      evidence: refersTo(facts, color),
    } as const;
    if (held !== undefined)
      return [
        {
          ...common,
          id: `${ID[kind]}-key`,
          what: `${RESOURCE[kind]} "${name}" lacks ${wanted.join(', ')}`,
          fix: restore(facts, color, kind, name, wanted, true),
        },
      ];
    return [
      {
        ...common,
        id: ID[kind],
        what: `${RESOURCE[kind]}s "${name}" not found`,
        fix: restore(facts, color, kind, name, wanted, false),
      },
    ];
  });
}

/** The release's own ConfigMap comes from its manifests; of others only the name and the keys are known. */
function restore(
  facts: Facts,
  color: Color,
  kind: 'ConfigMap' | 'Secret',
  name: string,
  keys: string[],
  exists: boolean,
): string {
  const shared = configMapName(facts.release);
  const own = configMapName(deploymentName(facts.release, color));
  if (kind === 'ConfigMap' && name === shared)
    return bluegreen(facts, 'deploy', ...filenames(facts), ...(exists ? ['--apply-shared'] : []));
  if (kind === 'ConfigMap' && name === own && affects(facts, color) === 'promotion')
    return bluegreen(facts, 'deploy', ...filenames(facts));
  if (exists) {
    const data = Object.fromEntries(keys.map((key) => [key, 'VALUE']));
    return kubectl(
      facts,
      'patch',
      RESOURCE[kind],
      name,
      '--type=merge',
      '-p',
      JSON.stringify({ [kind === 'Secret' ? 'stringData' : 'data']: data }),
    );
  }
  const words = kind === 'Secret' ? ['secret', 'generic'] : ['configmap'];
  return kubectl(facts, 'create', ...words, name, ...keys.map((key) => `--from-literal=${key}=VALUE`));
}

/** A Pod starts without a pull secret that is not there: it matters when the registry asks for one. */
function pullSecrets(facts: Facts, color: Color): Finding[] {
  return [...referencesOf(facts.state.deployments[color], 'PullSecret').keys()]
    .filter((name) => facts.secrets.get(name) === undefined)
    .map((name) => ({
      id: 'missing-pull-secret',
      severity: 'warning',
      affects: affects(facts, color),
      object: `secret/${name}`,
      what: `secrets "${name}" not found, which Pods name under imagePullSecrets`,
      why: 'images are pulled without credentials: a private registry refuses',
      evidence: refersTo(facts, color),
      fix: `${kubectl(facts, 'create', 'secret', 'docker-registry', name)} --docker-server="$REGISTRY" --docker-username="$REGISTRY_USER" --docker-password="$REGISTRY_PASSWORD"`,
    }));
}

function serviceAccount(facts: Facts, color: Color): Finding[] {
  return [...referencesOf(facts.state.deployments[color], 'ServiceAccount').keys()]
    .filter((name) => facts.serviceAccounts.get(name) === undefined)
    .map((name) => ({
      id: 'missing-service-account',
      severity: 'problem',
      affects: affects(facts, color),
      object: `serviceaccount/${name}`,
      what: `serviceaccounts "${name}" not found, as which Pods run`,
      why: 'the API server refuses every new Pod: one that ends is not replaced',
      evidence: refersTo(facts, color),
      fix: kubectl(facts, 'create', 'serviceaccount', name),
    }));
}
