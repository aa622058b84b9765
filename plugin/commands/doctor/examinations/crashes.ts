import { COLORS, type Color, deploymentName } from '../../../../charts/names.js';
import { type ContainerDetail, podSpecOf } from '../../../plan/pod-spec.js';
import { isReady, podsOf } from '../../../plan/state.js';
import { affects, type Examination, eventsOf, type Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import { goBack, kubectl } from '../remedies.js';
import { findTroubles, podCount, type Trouble } from '../troubles.js';
import { wrongProbe } from './ports.js';

/** Containers that cannot be made, or that end. */
export const crashes: Examination = {
  id: 'containers',
  what: 'containers start and stay: last state, log of the previous container, events',
  needs: ['pods'],
  examine: (facts) => [
    ...findTroubles(facts).flatMap((trouble) => crash(facts, trouble)),
    ...COLORS.flatMap((color) => [...restarts(facts, color), ...evictions(facts, color)]),
  ],
};

const WHY: Readonly<Record<string, string>> = {
  'container-config': 'the kubelet cannot make the container: what its configuration refers to is not there',
  'container-create': 'the container runtime cannot make the container: a command or a mount of it is not there',
  crash: 'the container ends by itself; its log says why',
  'out-of-memory': 'the container used more memory than its limit, and was killed',
};

function crash(facts: Facts, trouble: Trouble): Finding[] {
  const { color, sickness, reason, message, container, pods } = trouble;
  const why = WHY[sickness];
  if (!why || (sickness === 'container-config' && isMissing(facts, message))) return [];
  return [
    {
      id: sickness,
      severity: 'problem',
      affects: affects(facts, color),
      object: `deployment.apps/${deploymentName(facts.release, color)}`,
      what: `${podCount(pods.length, color)}, container "${container}": ${reason}: ${message}`,
      why,
      fix: remedy(facts, trouble),
      evidence: pods.flatMap(({ metadata: { name } }) => [
        `pod/${name}`,
        ...(facts.logs.get(name) ?? []).map((line) => `  log: ${line}`),
        ...eventsOf(facts, 'Pod', name).map((line) => `  ${line}`),
      ]),
    },
  ];
}

function remedy(facts: Facts, trouble: Trouble): string {
  const { color, sickness } = trouble;
  if (sickness === 'out-of-memory') return moreMemory(facts, trouble);
  // A liveness or startup probe of a port that is not there ends the container again and again.
  return wrongProbe(facts, deploymentName(facts.release, color))?.fix ?? goBack(facts, color);
}

/** A ConfigMap or Secret that is known to be missing is told by itself. */
function isMissing({ configMaps, secrets }: Facts, message: string): boolean {
  const missing = [...configMaps, ...secrets].filter(([, found]) => found === undefined).map(([name]) => name);
  return missing.some((name) => message.includes(`"${name}" not found`));
}

function moreMemory(facts: Facts, { color, container, pods }: Trouble): string {
  const own = (pods[0] ? podSpecOf(pods[0]).containers : []).find(({ name }) => name === container);
  const limit = memoryLimit(own);
  if (!limit) return goBack(facts, color);
  const name = deploymentName(facts.release, color);
  return kubectl(
    facts,
    'set',
    'resources',
    `deployment/${name}`,
    `--containers=${container}`,
    `--limits=memory=${limit}`,
  );
}

/** Twice the limit that was too low. */
function memoryLimit(container: ContainerDetail | undefined): string | undefined {
  const [, amount, unit] = /^(\d+)([A-Za-z]*)$/.exec(container?.resources?.limits?.memory ?? '') ?? [];
  return amount ? `${Number(amount) * 2}${unit}` : undefined;
}

const RECENTLY_MS = 10 * 60_000;

/** Pods that serve, and were restarted a moment ago. */
function restarts(facts: Facts, color: Color): Finding[] {
  const restarted = podsOf(facts.state.pods, facts.release, color)
    .filter(isReady)
    .flatMap((pod) => (pod.status?.containerStatuses ?? []).map((status) => ({ pod, status })))
    .filter(({ status: { restartCount, lastState } }) => {
      const ended = Date.parse(lastState?.terminated?.finishedAt ?? '');
      return restartCount > 0 && facts.now - ended < RECENTLY_MS;
    });
  const [first] = restarted;
  if (!first) return [];
  const { reason, exitCode } = first.status.lastState?.terminated ?? {};
  return [
    {
      id: 'restarts',
      severity: 'warning',
      affects: affects(facts, color),
      object: `deployment.apps/${deploymentName(facts.release, color)}`,
      what: `restarted in the last 10 minutes, and ready: ${podCount(restarted.length, color)}: exit code ${exitCode}${reason ? ` (${reason})` : ''}`,
      why: 'each restart drops the requests that the Pod had',
      fix: goBack(facts, color),
      evidence: restarted.flatMap(({ pod: { metadata }, status }) => [
        `pod/${metadata.name}: ${status.restartCount} restarts`,
        ...(facts.logs.get(metadata.name) ?? []).map((line) => `  log: ${line}`),
      ]),
    },
  ];
}

function evictions(facts: Facts, color: Color): Finding[] {
  const evicted = facts.state.pods.filter(
    ({ metadata, status }) =>
      metadata.labels?.version === color && status?.phase === 'Failed' && status.reason === 'Evicted',
  );
  if (evicted.length === 0) return [];
  return [
    {
      id: 'evicted',
      severity: 'warning',
      affects: affects(facts, color),
      object: `deployment.apps/${deploymentName(facts.release, color)}`,
      what: `evicted from its node: ${podCount(evicted.length, color)}`,
      why: 'a node ran out of memory, disk or process ids; the Pods are replaced and their remains stay',
      fix: kubectl(
        facts,
        'delete',
        'pods',
        '-l',
        `app=${facts.release},version=${color}`,
        '--field-selector=status.phase=Failed',
      ),
      evidence: evicted.map(({ metadata, status }) => `pod/${metadata.name}: ${status?.message ?? ''}`),
    },
  ];
}
