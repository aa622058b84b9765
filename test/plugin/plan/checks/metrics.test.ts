import { describe, expect, test } from '@jest/globals';
import type { MetricBound } from '../../../../charts/policy.js';
import { judgeMetrics } from '../../../../plugin/plan/checks/metrics.js';

const BODY = `# TYPE http_requests_total counter
http_requests_total{code="200",path="/a"} 7
http_requests_total{code="200",path="/b"} 3
http_requests_total{code="500",path="/a"} 2
temperature -3.5
broken NaN
limit +Inf
`;
const judged = (bound: MetricBound, body = BODY) => judgeMetrics([bound], body);

describe('judgeMetrics passes', () => {
  test.each<[string, MetricBound, object]>([
    ['a value within bounds', { name: 'temperature', min: -4, max: -3.5 }, { series: 1, value: -3.5 }],
    ['a series that must be there', { name: 'temperature', present: true }, { series: 1, value: -3.5 }],
    ['a series that must not be there and is not', { name: 'other', present: false }, { series: 0 }],
    [
      'errors that were never counted: a counter appears with its first count',
      { name: 'http_requests_total', labels: { code: '503' }, max: 5 },
      { series: 0 },
    ],
    [
      'several series of which each is within bounds',
      { name: 'http_requests_total', labels: { code: '200' }, min: 3, max: 7 },
      { series: 2, least: 3, greatest: 7 },
    ],
    [
      'several series whose sum is within bounds',
      { name: 'http_requests_total', min: 12, max: 12, combine: 'sum' },
      { series: 3, value: 12 },
    ],
    [
      'a label that is wanted empty and is absent',
      { name: 'temperature', labels: { room: '' }, max: 0 },
      { series: 1, value: -3.5 },
    ],
    ['an infinite value above a least one', { name: 'limit', min: 1 }, { series: 1, value: '+Inf' }],
    ['NaN that must only be there', { name: 'broken', present: true }, { series: 1, value: 'NaN' }],
  ])('%s', (_, bound, found) => {
    const { name, labels } = bound;
    expect(judged(bound)).toEqual({ metrics: [{ name, ...(labels && { labels }), ...found }] });
  });
});

describe('judgeMetrics fails', () => {
  test.each<[string, MetricBound, string]>([
    ['a value above', { name: 'temperature', max: -4 }, 'metric temperature is -3.5, want at most -4'],
    [
      'a value below',
      { name: 'temperature', min: 0, max: 9 },
      'metric temperature is -3.5, want at least 0 and at most 9',
    ],
    [
      'one of several series, with all its labels',
      { name: 'http_requests_total', labels: { code: '200' }, max: 5 },
      'metric http_requests_total{code="200",path="/a"} is 7, want at most 5',
    ],
    [
      'a sum',
      { name: 'http_requests_total', labels: { path: '/a' }, max: 5, combine: 'sum' },
      'the sum of 2 series of http_requests_total{path="/a"} is 9, want at most 5',
    ],
    ['a least value of what is absent', { name: 'other', min: 0 }, 'metric other is absent'],
    [
      'the presence of labels that no series has',
      { name: 'http_requests_total', labels: { code: '"\n' }, present: true },
      'metric http_requests_total{code="\\"\\n"} is absent',
    ],
    ['a bound that must hold for what is absent', { name: 'other', max: 1, present: true }, 'metric other is absent'],
    [
      'what must not be there',
      { name: 'http_requests_total', labels: { code: '500' }, present: false },
      'metric http_requests_total{code="500"} is present, want none',
    ],
    ['NaN, which is within no bounds', { name: 'broken', min: 0 }, 'metric broken is NaN, want at least 0'],
    [
      'an infinite value above the greatest',
      { name: 'limit', max: 1e9 },
      'metric limit is +Inf, want at most 1000000000',
    ],
  ])('%s', (_, bound, why) => {
    expect(judged(bound).why).toBe(why);
  });

  test('a body that is no such text', () => {
    expect(judged({ name: 'up', max: 1 }, '<html>')).toEqual({
      metrics: [],
      why: 'line 1 of the body is not in Prometheus\' text format: "<html>"',
    });
  });

  test('the first of several bounds that does not hold', () => {
    const bounds = [
      { name: 'temperature', max: 0 },
      { name: 'limit', max: 0 },
      { name: 'broken', max: 0 },
    ];
    expect(judgeMetrics(bounds, BODY).why).toContain('metric limit');
  });
});
