import { COLORS, type Color, selectorLabels } from '../../../../charts/names.js';
import { matchesLabels } from '../../../plan/label-selector.js';
import { affects, type Examination, type Facts, readyPodsOf } from '../facts.js';
import type { Finding } from '../finding.js';
import type { DisruptionBudget } from '../kinds.js';
import { ifOwn, kubectl, merge } from '../remedies.js';

/** PodDisruptionBudgets: one a color, each with room for a drain. */
export const budgets: Examination = {
  id: 'disruption-budgets',
  what: 'PodDisruptionBudgets are of one color each, and let a node be drained',
  needs: ['deployments', 'poddisruptionbudgets'],
  examine: (facts) => [
    ...facts.budgets.flatMap((budget) => ofBudget(facts, budget)),
    ...COLORS.flatMap((c) => several(facts, c)),
  ],
};

function labelsOf(facts: Facts, color: Color): Record<string, string> {
  return facts.state.deployments[color]?.spec.template.metadata?.labels ?? selectorLabels(facts.release, color);
}

function selects({ spec }: DisruptionBudget, labels: Record<string, string>): boolean {
  // Without a selector a budget selects nothing; with an empty one, every Pod of the namespace.
  return spec.selector !== undefined && matchesLabels(spec.selector, labels);
}

const colorsOf = (facts: Facts, budget: DisruptionBudget) =>
  COLORS.filter((color) => selects(budget, labelsOf(facts, color)));

function ofBudget(facts: Facts, budget: DisruptionBudget): Finding[] {
  const { name } = budget.metadata;
  const colors = colorsOf(facts, budget);
  const [color] = colors;
  if (!color) return [];
  const object = `poddisruptionbudget.policy/${name}`;
  if (colors.length > 1)
    return [
      {
        id: 'budget-both-colors',
        severity: 'problem',
        affects: 'traffic',
        object,
        what: `poddisruptionbudget "${name}" selects the Pods of both colors`,
        why: 'the Pods of the idle color count as well: a drain may evict every Pod of the one that has the traffic',
        fix: ifOwn(facts, budget, split(facts, budget)),
      },
    ];
  const { disruptionsAllowed = 1, expectedPods = 0, currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
  if (disruptionsAllowed > 0 || expectedPods === 0) return [];
  // Too few are ready: those that are not are told by themselves.
  if (readyPodsOf(facts, color).length < expectedPods && currentHealthy < expectedPods) return [];
  return [
    {
      id: 'budget-blocks',
      severity: 'warning',
      affects: affects(facts, color),
      object,
      what: `poddisruptionbudget "${name}" allows no disruption: ${currentHealthy} of ${expectedPods} Pods of ${color} are healthy, and it wants ${desiredHealthy}`,
      why: 'a node that runs one of them cannot be drained',
      fix: ifOwn(facts, budget, merge(facts, 'pdb', name, { spec: { minAvailable: null, maxUnavailable: 1 } })),
    },
  ];
}

/** The budget becomes that of blue, and green gets one of its own. */
function split(facts: Facts, { metadata: { name }, spec }: DisruptionBudget): string {
  const bound =
    spec.minAvailable === undefined
      ? `--max-unavailable=${spec.maxUnavailable ?? 1}`
      : `--min-available=${spec.minAvailable}`;
  const selector = (color: Color) =>
    Object.entries(selectorLabels(facts.release, color))
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
  const create = (color: Color) =>
    kubectl(facts, 'create', 'pdb', `${name}-${color}`, `--selector=${selector(color)}`, bound);
  return [kubectl(facts, 'delete', 'pdb', name), ...COLORS.map(create)].join(' && ');
}

function several(facts: Facts, color: Color): Finding[] {
  const own = facts.budgets.filter((budget) => colorsOf(facts, budget).includes(color));
  const [, second] = own;
  if (!second || own.some((budget) => colorsOf(facts, budget).length > 1)) return [];
  return [
    {
      id: 'budgets-overlap',
      severity: 'problem',
      affects: affects(facts, color),
      object: `poddisruptionbudget.policy/${second.metadata.name}`,
      what: `${own.map(({ metadata }) => `poddisruptionbudget "${metadata.name}"`).join(' and ')} select the same Pods of ${color}`,
      why: 'the API server evicts no Pod that has several budgets: a node that runs one cannot be drained',
      fix: ifOwn(facts, second, kubectl(facts, 'delete', 'pdb', second.metadata.name)),
    },
  ];
}
