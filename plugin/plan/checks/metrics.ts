import type { MetricBound } from '../../../charts/policy.js';
import { ExpositionError, parseExposition, type Sample } from './exposition.js';

/** What a check found of a metric: part of a promotion's evidence. Values that JSON has no number for are text, as "NaN". */
export interface MetricEvidence {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** How many series had the labels. */
  readonly series: number;
  /** The one value, or the sum; of several that each had to hold, the least and the greatest. */
  readonly value?: number | string;
  readonly least?: number | string;
  readonly greatest?: number | string;
}

export interface MetricsFound {
  readonly metrics: readonly MetricEvidence[];
  /** Why they do not pass; undefined when they do. */
  readonly why?: string;
}

/** Holds a body in Prometheus' text format against bounds; every series with the labels counts, whatever others it has. */
export function judgeMetrics(bounds: readonly MetricBound[], body: string): MetricsFound {
  let samples: Sample[];
  try {
    samples = parseExposition(body);
  } catch (error) {
    if (error instanceof ExpositionError) return { metrics: [], why: error.message };
    throw error;
  }
  const found = bounds.map((bound) => ({ bound, series: samples.filter((sample) => matches(bound, sample)) }));
  const why = found.map(({ bound, series }) => judgeBound(bound, series)).find((words) => words !== undefined);
  const metrics = found.map(({ bound, series }) => evidence(bound, series));
  return { metrics, ...(why !== undefined && { why }) };
}

function matches({ name, labels = {} }: MetricBound, sample: Sample): boolean {
  // To Prometheus a label that is absent is the same as an empty one.
  return (
    sample.name === name && Object.entries(labels).every(([key, value]) => (sample.labels.get(key) ?? '') === value)
  );
}

function judgeBound(bound: MetricBound, series: readonly Sample[]): string | undefined {
  const { present, min, max, combine } = bound;
  const wanted = seriesName(bound.name, Object.entries(bound.labels ?? {}));
  if (present === false) return series.length > 0 ? `metric ${wanted} is present, want none` : undefined;
  if (series.length === 0) return present || min !== undefined ? `metric ${wanted} is absent` : undefined;
  if (min === undefined && max === undefined) return undefined;
  const values =
    combine === 'sum'
      ? [{ name: `the sum of ${series.length} series of ${wanted}`, value: sum(series) }]
      : series.map(({ name, labels, value }) => ({ name: `metric ${seriesName(name, [...labels])}`, value }));
  const limits = [min !== undefined && `at least ${min}`, max !== undefined && `at most ${max}`].filter(Boolean);
  // NaN is neither below nor above anything, so what must hold is asked, not what must not.
  const bad = values.find(({ value }) => !(value >= (min ?? -Infinity) && value <= (max ?? Infinity)));
  return bad && `${bad.name} is ${inWords(bad.value)}, want ${limits.join(' and ')}`;
}

function evidence({ name, labels, combine }: MetricBound, series: readonly Sample[]): MetricEvidence {
  const common = { name, ...(labels && { labels }), series: series.length };
  if (series.length === 0) return common;
  if (combine === 'sum' || series.length === 1) return { ...common, value: inJson(sum(series)) };
  const values = series.map(({ value }) => value);
  return {
    ...common,
    least: inJson(values.reduce((a, b) => Math.min(a, b))),
    greatest: inJson(values.reduce((a, b) => Math.max(a, b))),
  };
}

const sum = (series: readonly Sample[]) => series.reduce((total, { value }) => total + value, 0);

function seriesName(name: string, labels: readonly (readonly [string, string])[]): string {
  return labels.length === 0
    ? name
    : `${name}{${labels.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}}`;
}

const inJson = (value: number): number | string => (Number.isFinite(value) ? value : inWords(value));

function inWords(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}
