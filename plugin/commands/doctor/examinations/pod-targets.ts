import { POLICY_ANNOTATION } from '../../../../charts/names.js';
import { podTargetsText } from '../../../plan/pod-targets.js';
import { olderVersionPolicy } from '../../../plan/policy.js';
import { whyNotSwitchable } from '../../../plan/switchable.js';
import type { Examination, Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import { kubectl, merge } from '../remedies.js';

/** Whether a change of the active Service's selector moves traffic, and without dropping requests. */
export const podTargets: Examination = {
  id: 'pod-targets',
  what: 'traffic follows the selector of the active Service, and no load balancer that targets Pods drops requests meanwhile',
  needs: ['services'],
  examine: (facts) => [...notSwitchable(facts), ...dropsRequests(facts)],
};

function notSwitchable(facts: Facts): Finding[] {
  const { active } = facts.state;
  const what = active && whyNotSwitchable(active);
  if (!active || what === undefined) return [];
  const { name } = active.metadata;
  const common = { severity: 'problem', affects: 'promotion', object: `service/${name}`, what } as const;
  const why = 'promote and rollback refuse to move traffic through it';
  return active.spec.clusterIP === 'None'
    ? [
        {
          ...common,
          id: 'headless',
          why: `${why}; a Service gets an address only when it is made: delete it, and deploy makes it anew, without traffic meanwhile`,
          fix: kubectl(facts, 'delete', 'service', name),
        },
      ]
    : [
        {
          ...common,
          id: 'publishes-not-ready',
          why,
          fix: merge(facts, 'service', name, { spec: { publishNotReadyAddresses: false } }),
        },
      ];
}

function dropsRequests(facts: Facts): Finding[] {
  const { podTargets: evidence, policies, policyErrors, state } = facts;
  const { promotion } = policies.blue;
  if (evidence === undefined || promotion.switch !== undefined || policyErrors.length > 0 || !state.active) return [];
  const { name } = state.active.metadata;
  const wanted = { ...olderVersionPolicy(state.active), promotion: { ...promotion, switch: 'overlap' } };
  return [
    {
      id: 'pod-targets',
      severity: 'warning',
      affects: 'promotion',
      object: `service/${name}`,
      what: podTargetsText(name, evidence),
      why: 'it drops the Pods of the old color before those of the new one are registered; with "promotion.switch: overlap" in the spec, or --switch=overlap, both have the traffic meanwhile',
      fix: kubectl(facts, 'annotate', '--overwrite', 'service', name, `${POLICY_ANNOTATION}=${JSON.stringify(wanted)}`),
    },
  ];
}
