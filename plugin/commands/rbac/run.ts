import { COLORS } from '../../../charts/names.js';
import { EXIT, UsageError } from '../../core/errors.js';
import type { Deployment, KubernetesObject, Service } from '../../core/kubernetes.js';
import { loadManifests } from '../../invocation/arguments.js';
import { environmentNamespace } from '../../invocation/environment.js';
import { booleanFlag, type Invocation, listFlag, releaseArgument, stringFlag } from '../../invocation/invocation.js';
import { connect, givenNamespace } from '../../invocation/session.js';
import { manifestPolicy } from '../../operations/policies.js';
import { admissionObjects } from '../../plan/access/admission.js';
import { boundSubjects, parseSubject, roleObjects } from '../../plan/access/objects.js';
import { accessRules, type Purpose } from '../../plan/access/rules.js';
import { installed } from '../../plan/active-color.js';
import { parseImage } from '../../plan/image.js';
import { allObjects, manifestNamespace } from '../../plan/manifests.js';
import { readPolicy } from '../../plan/policy.js';
import { isTcp } from '../../plan/service-ports.js';
import { observe } from '../../run/observe.js';

/** What the rules depend on, read from the manifests, else from the cluster. */
interface Facts {
  readonly namespace: string;
  readonly migrations: boolean;
  readonly objects: readonly KubernetesObject[];
  readonly ports: readonly string[];
}

export async function run(invocation: Invocation): Promise<number> {
  const release = releaseArgument(invocation);
  const asked = listFlag(invocation, 'for') as readonly Purpose[];
  const purposes = asked.length > 0 ? asked : (['promote'] as const);
  const texts = listFlag(invocation, 'subject');
  for (const text of texts) parseSubject(text, 'default');
  const name = stringFlag(invocation, 'role-name') ?? `${release}-${purposes.join('-')}`;
  if (!/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name)) throw new UsageError(`invalid role name "${name}"`);

  const facts = (await fromManifests(invocation, release)) ?? (await fromCluster(invocation, release, purposes));
  const rules = accessRules({ release, purposes, ...facts });
  const subjects = texts.map((text) => parseSubject(text, facts.namespace));
  const role = { release, namespace: facts.namespace, name, subjects };
  const policies = booleanFlag(invocation, 'policy')
    ? admissionObjects({
        ...role,
        purposes,
        subjects: boundSubjects(role),
        repositories: repositoriesOf(facts.objects),
      })
    : [];
  const objects = [...roleObjects({ ...role, rules }), ...policies];
  invocation.stdout.write(await render(objects, stringFlag(invocation, 'output')));
  return EXIT.done;
}

/** Repositories of the images that the manifests run. */
function repositoriesOf(objects: readonly KubernetesObject[]): string[] {
  const deployments = objects.filter((object): object is Deployment => object.kind === 'Deployment');
  const containers = deployments.flatMap(({ spec }) => {
    const { containers, initContainers = [] } = spec.template.spec;
    return [...containers, ...initContainers];
  });
  return [...new Set(containers.flatMap(({ image }) => (image ? [parseImage(image).repository] : [])))];
}

/** The ports of Services as requests through the API server name them. */
function portNames(objects: readonly (KubernetesObject | undefined)[]): string[] {
  const services = objects.filter((object): object is Service => object?.kind === 'Service');
  const ports = services.flatMap(({ spec }) => (spec.ports ?? []).filter(isTcp));
  return [...new Set(ports.map(({ name, port }) => name ?? String(port)))];
}

/** Asks no cluster, unless nothing but the kubeconfig's context names the namespace. */
async function fromManifests(invocation: Invocation, release: string): Promise<Facts | undefined> {
  const manifests = await loadManifests(invocation, release);
  if (!manifests) return undefined;
  const objects = allObjects(manifests);
  const migrations = COLORS.some((color) => manifestPolicy(manifests, release, color).migrations);
  const ports = portNames(objects);
  const named = givenNamespace(invocation, manifestNamespace(objects));
  if (named !== undefined) return { namespace: named, migrations, objects, ports };
  const session = await connect(invocation, { release });
  session.close();
  return { namespace: session.run.namespace, migrations, objects, ports };
}

async function fromCluster(invocation: Invocation, release: string, purposes: readonly Purpose[]): Promise<Facts> {
  if (purposes.includes('deploy'))
    throw new UsageError('--for=deploy needs the manifests that are to be deployed: pass them with -f');
  const manifestNamespace = await environmentNamespace(invocation, release);
  const session = await connect(invocation, { release, manifestNamespace });
  try {
    const { api, namespace } = session.run;
    const { active, colorServices, deployments } = installed(await observe(api, namespace, release));
    const migrations = COLORS.some((color) => readPolicy(active, deployments[color]).migrations);
    const ports = portNames([active, colorServices.blue, colorServices.green]);
    return { namespace, migrations, objects: [], ports };
  } finally {
    session.close();
  }
}

async function render(objects: readonly KubernetesObject[], format: string | undefined): Promise<string> {
  if (format === 'json') return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, undefined, 2)}\n`;
  const { toYaml } = await import('../../terminal/yaml.js');
  return objects
    .map((object) => `---\n${toYaml(object)}`)
    .join('')
    .replace(/^---\n/, '');
}
