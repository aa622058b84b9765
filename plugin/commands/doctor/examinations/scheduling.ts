import { COLORS, deploymentName, otherColor } from '../../../../charts/names.js';
import { podSpecOf } from '../../../plan/pod-spec.js';
import { podsOf } from '../../../plan/state.js';
import { servedColors } from '../../../plan/traffic.js';
import { affects, type Examination, eventsOf, type Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import type { Node } from '../kinds.js';
import { bluegreen, kubectl, kubectlCluster } from '../remedies.js';
import { findTroubles, podCount, type Trouble } from '../troubles.js';

/** Pods that no node takes. */
export const scheduling: Examination = {
  id: 'scheduling',
  what: 'Pods find a node',
  needs: ['pods'],
  examine: (facts) => findTroubles(facts).flatMap((trouble) => unschedulable(facts, trouble)),
};

function unschedulable(facts: Facts, trouble: Trouble): Finding[] {
  const { color, sickness, message, pods } = trouble;
  if (sickness !== 'unschedulable') return [];
  return [
    {
      id: 'unschedulable',
      severity: 'problem',
      affects: affects(facts, color),
      object: `deployment.apps/${deploymentName(facts.release, color)}`,
      what: `${podCount(pods.length, color)} cannot be scheduled: ${message}`,
      ...remedy(facts, trouble),
      evidence: pods.flatMap(({ metadata: { name } }) => [
        `pod/${name}`,
        ...eventsOf(facts, 'Pod', name, /^FailedScheduling$/).map((line) => `  ${line}`),
      ]),
    },
  ];
}

/** By the scheduler's words. @see https://kubernetes.io/docs/concepts/scheduling-eviction/ */
function remedy(facts: Facts, { color, message, pods }: Trouble): Pick<Finding, 'why' | 'fix'> {
  const cordoned = facts.nodes.filter(({ spec }) => spec.unschedulable);
  if (/were unschedulable/.test(message) && cordoned.length > 0)
    return {
      why: `${cordoned.map(({ metadata }) => metadata.name).join(', ')} is cordoned: ask who did it`,
      fix: kubectlCluster(facts, 'describe', 'nodes', ...cordoned.map(({ metadata }) => metadata.name)),
    };
  const nodeSelector = Object.entries((pods[0] && podSpecOf(pods[0]).nodeSelector) ?? {});
  if (/node affinity\/selector/.test(message) && nodeSelector.length > 0) {
    const wanted = nodeSelector.map(([key, value]) => `${key}=${value}`);
    return {
      why: `no node has the labels ${wanted.join(',')}: change nodeSelector in the spec, or have a node labelled`,
      fix: kubectlCluster(facts, 'get', 'nodes', '--show-labels'),
    };
  }
  const taint = /untolerated taint(?:\(s\))? \{([^:}]+):[^}]*\}/.exec(message)?.[1];
  const tainted = facts.nodes.find(({ spec }) => spec.taints?.some(({ key }) => key === taint));
  if (taint && tainted && !taint.startsWith('node.kubernetes.io/'))
    return {
      why: `the Pods do not tolerate the taint ${taint}: say so under tolerations in the spec`,
      fix: kubectlCluster(facts, 'describe', 'nodes', tainted.metadata.name),
    };
  const idle = COLORS.find((one) => !servedColors(facts.state).includes(one));
  const why = /Insufficient/.test(message)
    ? 'both colors at full size need more than the nodes have'
    : 'no node fits what the Pods ask for';
  if (idle && idle !== color && (facts.state.deployments[idle]?.spec.replicas ?? 0) > 0)
    return {
      why: `${why}; ${idle} has no traffic, and makes room when it is scaled down`,
      fix: bluegreen(facts, 'cleanup'),
    };
  const fitting = podsOf(facts.state.pods, facts.release, color).length - pods.length;
  return {
    why: `${why}: add nodes, or lower resources in the spec; meanwhile ${otherColor(color)} is not hindered by Pods that wait`,
    fix: kubectl(facts, 'scale', `deployment/${deploymentName(facts.release, color)}`, `--replicas=${fitting}`),
  };
}

/** The nodes that Pods of the release run on. */
export const nodes: Examination = {
  id: 'nodes',
  what: 'nodes of the Pods are ready and not under pressure',
  needs: ['nodes', 'pods'],
  examine: (facts) => facts.nodes.flatMap((node) => sickNode(facts, node)),
};

const PRESSURE = /^(MemoryPressure|DiskPressure|PIDPressure|NetworkUnavailable)$/;

function sickNode(facts: Facts, node: Node): Finding[] {
  const { name } = node.metadata;
  const here = COLORS.map((color) => ({
    color,
    count: podsOf(facts.state.pods, facts.release, color).filter(({ spec }) => spec.nodeName === name).length,
  })).filter(({ count }) => count > 0);
  const conditions = node.status?.conditions ?? [];
  const pressure = conditions.filter(({ type, status }) => PRESSURE.test(type) && status === 'True');
  const notReady = conditions.filter(({ type, status }) => type === 'Ready' && status !== 'True');
  if (here.length === 0 || pressure.length + notReady.length === 0) return [];
  const seen = [...notReady, ...pressure];
  return [
    {
      id: notReady.length > 0 ? 'node-not-ready' : 'node-pressure',
      severity: 'problem',
      affects: here.some(({ color }) => affects(facts, color) === 'traffic') ? 'traffic' : 'promotion',
      object: `node/${name}`,
      what: `node "${name}" has ${seen.map(({ type, status }) => `${type}=${status}`).join(', ')}, and runs ${here.map(({ color, count }) => podCount(count, color)).join(', ')}`,
      why:
        notReady.length > 0
          ? 'its Pods are taken out of the Services, and replaced elsewhere later'
          : 'its Pods may be evicted',
      fix: kubectlCluster(facts, 'describe', 'nodes', name),
      evidence: seen.map(({ type, reason, message }) => `${type}: ${reason}: ${message}`),
    },
  ];
}
