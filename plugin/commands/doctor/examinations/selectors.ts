import {
  APP_LABEL,
  activeServiceName,
  COLOR_LABEL,
  COLORS,
  type Color,
  colorServiceName,
  isColor,
  otherColor,
  previewServiceName,
  selectorLabels,
} from '../../../../charts/names.js';
import type { Service } from '../../../core/kubernetes.js';
import { compareText } from '../../../core/text.js';
import { matches } from '../../../plan/label-selector.js';
import { podsOf } from '../../../plan/state.js';
import { overlapOf } from '../../../plan/traffic.js';
import { type Examination, type Facts, intendedColor } from '../facts.js';
import type { Finding } from '../finding.js';
import { merge } from '../remedies.js';

/** What the four Services select, against what each is for. */
export const selectors: Examination = {
  id: 'selectors',
  what: 'the selectors of the active, preview, blue and green Services',
  needs: ['services'],
  examine: (facts) => [...active(facts), ...preview(facts), ...COLORS.flatMap((color) => ofColor(facts, color))],
};

const text = (selector: Service['spec']['selector'] = {}) =>
  Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',') || '(nothing)';

/** The merge patch that makes a selector exactly what it should be. */
function correction(facts: Facts, service: Service, wanted: Color): string {
  const labels: Record<string, string | null> = selectorLabels(facts.release, wanted);
  const extra = Object.keys(service.spec.selector ?? {}).filter((key) => !(key in labels));
  const selector = { ...Object.fromEntries(extra.map((key) => [key, null])), ...labels };
  return merge(facts, 'service', service.metadata.name, { spec: { selector } });
}

function active(facts: Facts): Finding[] {
  const service = facts.state.active;
  if (!service) return [];
  const { [APP_LABEL]: app, [COLOR_LABEL]: color, ...others } = service.spec.selector ?? {};
  const wanted = intendedColor(facts);
  const selected = facts.state.pods.filter((pod) => matches(pod.metadata.labels, service.spec.selector ?? {})).length;
  const common = {
    severity: 'problem',
    affects: 'traffic',
    object: `service/${activeServiceName(facts.release)}`,
    what: `service "${service.metadata.name}" selects ${text(service.spec.selector)}, the labels of ${selected} Pods`,
    fix: correction(facts, service, wanted),
  } as const;
  if (app !== facts.release)
    return [
      {
        ...common,
        id: 'selector-app',
        why: `its traffic does not go to this release: ${APP_LABEL} must be ${facts.release}`,
      },
    ];
  // Its operation tells it, where that was cut off.
  if (overlapOf(service, facts.release)) return [];
  if (color === undefined)
    return [
      { ...common, id: 'selector-both-colors', why: `without ${COLOR_LABEL} it sends traffic to both colors at once` },
    ];
  if (!isColor(color))
    return [
      {
        ...common,
        id: 'selector-unknown-color',
        why: `${color} is neither blue nor green: no Pod of the release gets traffic`,
      },
    ];
  const extra = Object.keys(others);
  if (extra.length === 0) return [];
  const why = `promote and rollback change only ${COLOR_LABEL}, and refuse a selector with ${extra.join(', ')}, which was added by hand`;
  return [{ ...common, id: 'selector-extra-keys', why }];
}

function preview(facts: Facts): Finding[] {
  const { preview: service, active } = facts.state;
  if (!service) return [];
  const serving = intendedColor(facts);
  const wanted = otherColor(serving);
  const { selector } = service.spec;
  if (text(sorted(selector)) === text(sorted(selectorLabels(facts.release, wanted)))) return [];
  const isOnActive = active !== undefined && selector?.[COLOR_LABEL] === serving;
  return [
    {
      id: isOnActive ? 'preview-on-active' : 'preview-selector',
      severity: 'problem',
      affects: 'promotion',
      object: `service/${previewServiceName(facts.release)}`,
      what: `service "${service.metadata.name}" selects ${text(selector)}, want ${text(selectorLabels(facts.release, wanted))}`,
      why: isOnActive
        ? `who tests through it tests ${serving}, which has the traffic already, and not what is promoted next`
        : 'who tests through it does not test what is promoted next',
      fix: correction(facts, service, wanted),
    },
  ];
}

function ofColor(facts: Facts, color: Color): Finding[] {
  const service = facts.state.colorServices[color];
  if (!service) return [];
  const { selector } = service.spec;
  const wanted = selectorLabels(facts.release, color);
  if (text(sorted(selector)) === text(sorted(wanted))) return [];
  const isOther = selector?.[COLOR_LABEL] === otherColor(color);
  return [
    {
      id: 'color-service-selector',
      severity: 'problem',
      affects: 'promotion',
      object: `service/${colorServiceName(facts.release, color)}`,
      what: `service "${service.metadata.name}" selects ${text(selector)}, want ${text(wanted)}`,
      why:
        (isOther
          ? `both color Services lead to ${otherColor(color)}`
          : `it does not lead to exactly the Pods of ${color}`) +
        `: verify, promote and rollback compare its EndpointSlices with the ${podsOf(facts.state.pods, facts.release, color).length} Pods of ${color}, and fail`,
      fix: correction(facts, service, color),
    },
  ];
}

const sorted = (selector: Record<string, string> = {}) =>
  Object.fromEntries(Object.entries(selector).sort(([a], [b]) => compareText(a, b)));
