import { COLORS, type Color, deploymentName, otherColor } from '../../../../charts/names.js';
import type { Deployment } from '../../../core/kubernetes.js';
import { formatQuantity, parseQuantity } from '../../../plan/capacity/quantity.js';
import { type ContainerDetail, podSpecOf } from '../../../plan/pod-spec.js';
import { refusalOf } from '../../../plan/rollout.js';
import { newestReplicaSet, podsOf } from '../../../plan/state.js';
import { affects, type Examination, eventsOf, type Facts, intendedColor } from '../facts.js';
import type { Finding } from '../finding.js';
import type { ResourceQuota } from '../kinds.js';
import { goBack, kubectl } from '../remedies.js';

/** Pods that the API server does not let a ReplicaSet make. */
export const refusedPods: Examination = {
  id: 'refused-pods',
  what: 'the API server accepts the Pods: quotas, limit ranges, admission',
  needs: ['deployments', 'replicasets'],
  examine: (facts) => COLORS.flatMap((color) => refused(facts, color)),
};

/** Whether a promotion would fit. */
export const quotaRoom: Examination = {
  id: 'quota',
  what: 'ResourceQuotas have room for the idle color at the size of the active one',
  needs: ['deployments', 'resourcequotas'],
  examine: (facts) => facts.quotas.flatMap((quota) => room(facts, quota)),
};

function refused(facts: Facts, color: Color): Finding[] {
  const deployment = facts.state.deployments[color];
  const replicaSet = deployment && newestReplicaSet(facts.state.replicaSets, deployment);
  const condition = refusalOf(replicaSet);
  if (!deployment || !replicaSet || !condition) return [];
  const message = condition.message ?? '';
  const common = {
    severity: 'problem',
    affects: affects(facts, color),
    object: `deployment.apps/${deployment.metadata.name}`,
    what: `deployment "${deployment.metadata.name}": ${condition.reason}: ${message}`,
    evidence: eventsOf(facts, 'ReplicaSet', replicaSet.metadata.name, /^FailedCreate$/),
  } as const;
  // Told by itself, with what is missing.
  if (/error looking up service account/.test(message)) return [];
  const quota = /exceeded quota: ([^,\s]+)/.exec(message)?.[1];
  if (quota)
    return [
      {
        ...common,
        id: 'quota-exceeded',
        why: `resourcequota "${quota}" leaves no room for more Pods of ${color}: it has to allow ${needed(facts, color, message)}`,
        fix: kubectl(facts, 'describe', 'resourcequota', quota),
      },
    ];
  const [, unbounded, resources, container] =
    /failed quota: (\S+): must specify (\S+) for: ([^,;\s]+)/.exec(message) ?? [];
  if (unbounded && resources && container)
    return [
      {
        ...common,
        id: 'quota-unspecified',
        why: `resourcequota "${unbounded}" counts ${resources}, so every container has to say it: add it to resources in the spec too`,
        fix: specify(facts, color, container, resources.split(',')),
      },
    ];
  const limit = /(maximum|minimum) (cpu|memory) usage per (Container|Pod) is (\w+), but (limit|request) is (\w+)/.exec(
    message,
  );
  if (limit) return [{ ...common, id: 'limit-range', ...withinRange(facts, color, limit) }];
  return [
    {
      ...common,
      id: 'pods-refused',
      why: 'an admission rule refuses the Pods: none is made until they comply with it',
      fix: goBack(facts, color),
    },
  ];
}

/** From the words `requested: pods=1, used: pods=2, limited: pods=2`: enough for every Pod that is missing. */
function needed(facts: Facts, color: Color, message: string): string {
  const part = (name: string) =>
    Object.fromEntries(pairs(new RegExp(`${name}: ([^:]*?)(?:, \\w+:|$)`).exec(message)?.[1] ?? ''));
  const [requested, used] = [part('requested'), part('used')];
  const all = facts.state.deployments[color]?.spec.replicas ?? 1;
  const missing = Math.max(1, all - podsOf(facts.state.pods, facts.release, color).length);
  return Object.entries(requested)
    .map(([resource, each]) => {
      const wanted = amount(used[resource]) + amount(each) * BigInt(missing);
      return `${resource}=${formatQuantity(wanted, resource)}`;
    })
    .join(',');
}

/** The limits that the spec has by default. */
const USUAL: Readonly<Record<string, string>> = { cpu: '500m', memory: '512Mi' };

function specify(facts: Facts, color: Color, name: string, resources: readonly string[]): string {
  const template = facts.state.deployments[color]?.spec.template;
  const own = (template ? podSpecOf(template).containers : []).find((one) => one.name === name)?.resources;
  const flags = resources.map((resource) => {
    const [kind, unit = resource] = resource.split('.');
    const isLimit = kind === 'limits';
    const other = (isLimit ? own?.requests : own?.limits)?.[unit];
    const usual = USUAL[unit] ?? '1';
    // A limit that is as low as a request may be too low, and one below it is refused.
    const isHigher = other !== undefined && (!isLimit || amount(other) > amount(usual));
    const value = isHigher ? other : usual;
    return `--${isLimit ? 'limits' : 'requests'}=${unit}=${value}`;
  });
  const deployment = `deployment/${deploymentName(facts.release, color)}`;
  return kubectl(facts, 'set', 'resources', deployment, `--containers=${name}`, ...flags);
}

const pairs = (text: string) =>
  text.split(',').map((pair): [string, string] => {
    const [key = '', value = ''] = pair.trim().split('=');
    return [key, value];
  });

function withinRange(
  facts: Facts,
  color: Color,
  [, bound, resource, per, value, field]: RegExpExecArray,
): Pick<Finding, 'why' | 'fix'> {
  const name = deploymentName(facts.release, color);
  // A request above a limit is refused as well.
  const flags =
    bound === 'maximum'
      ? [`--limits=${resource}=${value}`, `--requests=${resource}=${value}`]
      : [`--${field}s=${resource}=${value}`];
  return {
    why: `a LimitRange of the namespace bounds ${resource} of each ${per}: change resources in the spec too`,
    fix: kubectl(
      facts,
      'set',
      'resources',
      `deployment/${name}`,
      `--containers=${facts.policies[color].container}`,
      ...flags,
    ),
  };
}

function room(facts: Facts, quota: ResourceQuota): Finding[] {
  const { hard = {}, used = {} } = quota.status ?? {};
  if (quota.spec.scopes?.length || quota.spec.scopeSelector) return [];
  const active = intendedColor(facts);
  const idle = facts.state.deployments[otherColor(active)];
  const wanted = Math.max(facts.state.deployments[active]?.spec.replicas ?? 0, idle?.spec.replicas ?? 0);
  const missing = wanted - podsOf(facts.state.pods, facts.release, otherColor(active)).length;
  if (!idle || missing <= 0) return [];
  const short = Object.entries(hard).flatMap(([resource, limit]) => {
    const each = perPod(idle, resource);
    const needed = amount(used[resource]) + each * BigInt(missing);
    const isShort = each > 0n && needed > (parseQuantity(limit) ?? needed);
    return isShort ? [{ resource, limit, needed: formatQuantity(needed, resource) }] : [];
  });
  if (short.length === 0) return [];
  const { name } = quota.metadata;
  return [
    {
      id: 'quota-too-small',
      severity: 'warning',
      affects: 'promotion',
      object: `resourcequota/${name}`,
      what: `resourcequota "${name}" has no room for ${missing} more Pods of ${otherColor(active)}: ${short.map(({ resource, limit, needed }) => `${resource} ${limit}, want ${needed}`).join('; ')}`,
      why: `promote and rollback bring the idle color to ${wanted} Pods before traffic moves`,
      fix: kubectl(facts, 'describe', 'resourcequota', name),
    },
  ];
}

/** What one Pod of a Deployment counts for a resource of a quota. */
function perPod(deployment: Deployment, resource: string): bigint {
  if (resource === 'pods' || resource === 'count/pods') return amount('1');
  const [kind, name] = resource.includes('.') ? (resource.split('.', 2) as [string, string]) : ['requests', resource];
  if (kind !== 'requests' && kind !== 'limits') return 0n;
  const of = ({ resources }: ContainerDetail) => amount(resources?.[kind]?.[name]);
  return podSpecOf(deployment.spec.template).containers.reduce((sum, container) => sum + of(container), 0n);
}

/** In billionths; nothing counts as 0. */
const amount = (quantity: string | undefined): bigint => parseQuantity(quantity ?? '0') ?? 0n;
