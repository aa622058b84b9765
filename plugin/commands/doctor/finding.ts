import { compareText } from '../../core/text.js';
/** `problem`: something does not work, or would fail; `warning`: it works, and is worth knowing. */
export type Severity = 'problem' | 'warning';

/** What is hurt: the color that users are served by, or what comes next, a promotion or a rollback. */
export type Affects = 'traffic' | 'promotion';

/** One thing that is wrong with a release, in the words of what was seen, and what to do about it. */
export interface Finding {
  /** Stable, for scripts: `image-pull`. */
  readonly id: string;
  readonly severity: Severity;
  readonly affects: Affects;
  /** As kubectl names it: `service/engine-ops-active`. */
  readonly object: string;
  readonly what: string;
  readonly why: string;
  /** A command line for a shell, with namespace and context. */
  readonly fix: string;
  /** What the fix does to traffic, or to the version that users get, where it does not leave them as they are. */
  readonly effect?: string;
  /** What was seen, a line each: events, log lines, answers. */
  readonly evidence?: readonly string[];
}

/** The first is looked at first: what hurts users now, and within that the cause before what follows from it. */
const ORDER: readonly string[] = [
  'no-active-service',
  'foreign-object',
  'namespace-terminating',
  'being-deleted',
  'selector-both-colors',
  'selector-unknown-color',
  'selector-extra-keys',
  'selector-app',
  'foreign-pods',
  'deployment-missing',
  'no-ready-pods',
  'active-scaled-to-zero',
  'endpoints-differ',
  'service-port',
  'not-reachable',
  'missing-service-account',
  'missing-config-map',
  'missing-config-map-key',
  'missing-secret',
  'image-name',
  'image-never-pull',
  'image-pull',
  'container-config',
  'container-create',
  'out-of-memory',
  'crash',
  'quota-exceeded',
  'quota-unspecified',
  'limit-range',
  'pods-refused',
  'unschedulable',
  'volume-mount',
  'probe-port',
  'not-ready',
  'progress-deadline',
  'check-failed',
  'not-promoted',
  'operation-overlapping',
  'operation-unfinished',
  'served-elsewhere',
];

const place = ({ id }: Finding) => (ORDER.indexOf(id) + 1 || ORDER.length + 1) - 1;
const weight = ({ severity, affects }: Finding) => (severity === 'problem' ? 0 : 2) + (affects === 'traffic' ? 0 : 1);

/** Findings with what hurts traffic most first. */
export function byHarm(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) =>
      weight(a) - weight(b) || place(a) - place(b) || compareText(a.id, b.id) || compareText(a.object, b.object),
  );
}
