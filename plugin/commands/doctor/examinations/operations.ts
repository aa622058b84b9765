import { activeServiceName, COLOR_LABEL, COLORS, type Color, isColor, leaseName } from '../../../../charts/names.js';
import { whenOf } from '../../../plan/field-writer.js';
import { selectorWriter } from '../../../plan/gitops/field-managers.js';
import { servedElsewhere } from '../../../plan/last-traffic.js';
import { contains } from '../../../plan/manifests.js';
import { isUnfinished, isWatchCutOff, lastOperation } from '../../../plan/operation.js';
import { notPromoted } from '../../../plan/promoted.js';
import { overlapOf, servedColors } from '../../../plan/traffic.js';
import { affects, type Examination, type Facts, isHeld, recordedColor } from '../facts.js';
import type { Finding } from '../finding.js';
import { bluegreen, kubectl, merge } from '../remedies.js';

/** What earlier runs have left, and whether a run is at work. */
export const operations: Examination = {
  id: 'operations',
  what: 'the last operation is complete and agrees with the selector, and left nothing behind',
  needs: ['services', 'deployments'],
  examine: (facts) => [
    ...unfinished(facts),
    ...movedByHand(facts),
    ...changedByHand(facts),
    ...elsewhere(facts),
    ...COLORS.flatMap((color) => strategy(facts, color)),
  ],
};

export const lease: Examination = {
  id: 'lease',
  what: 'no run holds the Lease of the release',
  needs: ['leases'],
  examine: held,
};

function unfinished(facts: Facts): Finding[] {
  const last = lastOperation(facts.state.active);
  // Who holds the Lease may be at work on it right now.
  if (!last || isHeld(facts) || !(isUnfinished(last) || isWatchCutOff(last))) return [];
  const overlap = facts.state.active && overlapOf(facts.state.active, facts.release);
  const kind = last.kind === 'rollback' ? 'rollback' : 'promote';
  const moved = `the ${last.kind} to ${last.to} by ${last.by} at ${last.at}`;
  const common = {
    object: `service/${activeServiceName(facts.release)}`,
    fix: bluegreen(facts, kind, `--to=${last.to}`),
  } as const;
  if (overlap)
    return [
      {
        ...common,
        id: 'operation-overlapping',
        severity: 'problem',
        affects: 'traffic',
        what: `${moved} let ${last.to} have the traffic beside ${last.from}, and was cut off`,
        why: `both colors serve until traffic is moved to one of them: deploy and cleanup refuse; rollback --to=${last.from} takes it back to ${last.from}`,
      },
    ];
  return [
    isUnfinished(last)
      ? {
          ...common,
          id: 'operation-unfinished',
          severity: 'problem',
          affects: 'traffic',
          what: `${moved} switched traffic and was cut off before its proof`,
          why: `it was not proved that traffic reached ${last.to}, the preview Service may still point at it, and cleanup refuses`,
        }
      : {
          ...common,
          id: 'watch-cut-off',
          severity: 'warning',
          affects: 'traffic',
          what: `${moved} proved its switch, and its watch was cut off`,
          why: 'no run watches the new color, and nothing rolls it back by itself',
        },
  ];
}

function movedByHand(facts: Facts): Finding[] {
  const named = facts.state.active?.spec.selector?.[COLOR_LABEL];
  const last = lastOperation(facts.state.active);
  const recorded = recordedColor(facts.state);
  const writer = facts.state.active && selectorWriter(facts.state.active);
  if (!last || !recorded || !isColor(named) || named === recorded || last.outcome === 'overlapping') return [];
  return [
    {
      id: 'operation-mismatch',
      severity: 'problem',
      affects: 'traffic',
      object: `service/${activeServiceName(facts.release)}`,
      what: `service "${activeServiceName(facts.release)}" selects ${named}, and the last operation on record, the ${last.kind} by ${last.by} at ${last.at}, left it on ${recorded}`,
      why: `traffic was moved by hand: ${named} was neither verified nor watched; where it is meant to be there, promote the next version from it`,
      fix: bluegreen(facts, 'rollback', `--to=${recorded}`),
      evidence: writer ? [`field manager ${writer.manager} wrote the selector${whenOf(writer)}`] : [],
    },
  ];
}

/** What has the traffic was replaced under it. */
function changedByHand(facts: Facts): Finding[] {
  const { state } = facts;
  const { active } = state;
  const [color, ...others] = servedColors(state);
  if (!active || !color || others.length > 0) return [];
  const found = notPromoted({ ...state, active, activeColor: color });
  if (!found) return [];
  const { name } = found.deployment.metadata;
  return [
    {
      id: 'not-promoted',
      severity: 'warning',
      affects: 'traffic',
      object: `deployment.apps/${name}`,
      what: found.text,
      why: 'users are served by what was neither verified nor watched; where it is meant to be there, promote it by the other color',
      fix:
        found.revision === undefined
          ? kubectl(facts, 'rollout', 'history', `deployment/${name}`)
          : kubectl(facts, 'rollout', 'undo', `deployment/${name}`, `--to-revision=${found.revision}`),
    },
  ];
}

/** A Service that was deleted, and applied again from its manifest, selects the manifest's color and has no record. */
function elsewhere(facts: Facts): Finding[] {
  const { state, release } = facts;
  const named = state.active?.spec.selector?.[COLOR_LABEL];
  const served = isColor(named) ? servedElsewhere(state, named) : undefined;
  if (!served) return [];
  const name = activeServiceName(release);
  const version = served.version ? `, with ${served.version}` : '';
  return [
    {
      id: 'served-elsewhere',
      severity: 'problem',
      affects: 'traffic',
      object: `service/${name}`,
      what: `service "${name}" selects ${named}, and ${served.color} had the traffic last${version}, since ${served.at} (operation ${served.operationId})`,
      why: `the Service has no record of that operation: it was made anew or put back by hand, which moved traffic to ${named}; where it is meant to be there, promote the next version from it`,
      fix: bluegreen(facts, 'rollback', `--to=${served.color}`),
    },
  ];
}

const REPLACE_ALL_STRATEGY = { rollingUpdate: { maxSurge: '100%', maxUnavailable: '100%' } };

/** The plugin replaces idle Pods all at once, and puts the Deployment's own strategy back before a switch. */
function strategy(facts: Facts, color: Color): Finding[] {
  const deployment = facts.state.deployments[color];
  const { maxSurge, maxUnavailable } = facts.policies[color].rollout;
  const own = { rollingUpdate: { maxSurge, maxUnavailable } };
  if (
    !deployment ||
    isHeld(facts) ||
    !contains(deployment.spec.strategy, REPLACE_ALL_STRATEGY) ||
    contains(REPLACE_ALL_STRATEGY, own)
  )
    return [];
  const { name } = deployment.metadata;
  return [
    {
      id: 'strategy-left-over',
      severity: affects(facts, color) === 'traffic' ? 'problem' : 'warning',
      affects: affects(facts, color),
      object: `deployment.apps/${name}`,
      what: `deployment "${name}" still has the strategy of an interrupted run: maxSurge=100%,maxUnavailable=100%, want maxSurge=${maxSurge},maxUnavailable=${maxUnavailable}`,
      why: 'a change of its template takes all its Pods away at once',
      fix: merge(facts, 'deployment', name, { spec: { strategy: { type: 'RollingUpdate', ...own } } }),
    },
  ];
}

function held(facts: Facts): Finding[] {
  if (!facts.lease) return [];
  const name = leaseName(facts.release);
  const { holderIdentity = 'somebody', acquireTime, renewTime } = facts.lease.spec;
  const common = { severity: 'warning', affects: 'promotion', object: `lease.coordination.k8s.io/${name}` } as const;
  if (isHeld(facts))
    return [
      {
        ...common,
        id: 'lease-held',
        what: `${holderIdentity} is at work on ${facts.release} since ${acquireTime}`,
        why: 'a second promote or rollback is refused meanwhile, and what was seen here may be on its way to something else',
        fix: kubectl(facts, 'wait', '--for=delete', `lease/${name}`, '--timeout=10m'),
      },
    ];
  return [
    {
      ...common,
      id: 'lease-expired',
      what: `${holderIdentity} held the Lease of ${facts.release} until ${renewTime} and ended without giving it back`,
      why: 'a run was killed; the next one takes the Lease over',
      fix: kubectl(facts, 'delete', `lease/${name}`),
    },
  ];
}
