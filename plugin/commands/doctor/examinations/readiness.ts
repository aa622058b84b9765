import { COLORS, type Color, deploymentName } from '../../../../charts/names.js';
import { checkKind } from '../../../plan/checks/kinds.js';
import { affects, type Examination, eventsOf, type Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import { bluegreen, goBack, kubectl } from '../remedies.js';
import { findTroubles, podCount, type Trouble, troublesOf } from '../troubles.js';
import { wrongProbe } from './ports.js';

/** Pods that run and are not ready, and rollouts that do not come to an end. */
export const readiness: Examination = {
  id: 'readiness',
  what: 'Pods become ready, and rollouts end in time',
  needs: ['deployments', 'pods'],
  examine: (facts) => [
    ...findTroubles(facts).flatMap((trouble) => notReady(facts, trouble)),
    ...COLORS.flatMap((color) => rollout(facts, color)),
  ],
};

function notReady(facts: Facts, { color, sickness, message, pods }: Trouble): Finding[] {
  if (sickness !== 'not-ready' && sickness !== 'starting' && sickness !== 'volume-mount') return [];
  const name = deploymentName(facts.release, color);
  const evidence = pods.flatMap(({ metadata }) => [
    `pod/${metadata.name}`,
    ...facts.checks
      .filter(({ pod, why }) => pod === metadata.name && why !== undefined)
      .map(({ check, why }) => `  check "${check.name}" (${checkKind(check, facts.policies[color].port)}): ${why}`),
    ...eventsOf(facts, 'Pod', metadata.name).map((line) => `  ${line}`),
    ...(facts.logs.get(metadata.name) ?? []).map((line) => `  log: ${line}`),
  ]);
  const common = { affects: affects(facts, color), object: `deployment.apps/${name}`, evidence } as const;
  if (sickness === 'starting')
    return [
      {
        ...common,
        id: 'starting',
        severity: 'warning',
        what: `not ready yet: ${podCount(pods.length, color)}: ${message}`,
        why: 'they get no traffic until they are',
        fix: kubectl(facts, 'rollout', 'status', `deployment/${name}`),
      },
    ];
  if (sickness === 'volume-mount')
    return [
      {
        ...common,
        id: 'volume-mount',
        severity: 'problem',
        what: `${podCount(pods.length, color)} cannot be set up on a node: ${message}`,
        why: 'their containers start when the volume or the network is there',
        fix: goBack(facts, color),
      },
    ];
  return [
    {
      ...common,
      id: 'not-ready',
      severity: 'problem',
      what: `running and not ready: ${podCount(pods.length, color)}: ${message}`,
      why: `${wrongProbe(facts, name)?.what ?? 'their readinessProbe does not pass'}, so no Service sends them traffic`,
      fix: wrongProbe(facts, name)?.fix ?? goBack(facts, color),
    },
  ];
}

function rollout(facts: Facts, color: Color): Finding[] {
  const deployment = facts.state.deployments[color];
  if (!deployment) return [];
  const { name } = deployment.metadata;
  const common = { affects: affects(facts, color), object: `deployment.apps/${name}` } as const;
  if (deployment.spec.paused)
    return [
      {
        ...common,
        id: 'deployment-paused',
        severity: 'problem',
        what: `deployment "${name}" is paused`,
        why: 'a new version of it is never rolled out, and deploy and promote refuse',
        fix: kubectl(facts, 'rollout', 'resume', `deployment/${name}`),
      },
    ];
  const late = deployment.status?.conditions?.find(({ reason }) => reason === 'ProgressDeadlineExceeded');
  // What keeps the Pods is told by itself, and is the cause.
  if (!late || troublesOf(facts, color).some(({ sickness }) => sickness !== 'starting')) return [];
  return [
    {
      ...common,
      id: 'progress-deadline',
      severity: 'problem',
      what: `deployment "${name}" is past its progressDeadlineSeconds: ${late.message}`,
      why: 'its rollout has stopped making progress',
      fix:
        common.affects === 'traffic'
          ? goBack(facts, color)
          : bluegreen(facts, 'deploy', `--image=${deployment.spec.template.spec.containers[0]?.image}`),
    },
  ];
}
