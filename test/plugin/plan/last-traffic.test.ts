import { describe, expect, test } from '@jest/globals';
import type { Deployment } from '../../../plugin/core/kubernetes.js';
import { absentText, lastTraffic, servedElsewhere } from '../../../plugin/plan/last-traffic.js';
import { servedAnnotation } from '../../../plugin/plan/served.js';
import type { State } from '../../../plugin/plan/state.js';
import { deployment, pod, service, stateOf } from '../cluster-objects.js';
import { manifestsOf } from '../manifests.js';

const SERVED = { color: 'green', operationId: 'op-7', at: '2026-01-02T03:04:05.000Z', version: 'v2' } as const;
const annotated = (one: Deployment, annotations: Record<string, string>): Deployment => ({
  ...one,
  metadata: { ...one.metadata, annotations },
});
const promoting = (one: Deployment) => annotated(one, { 'kubectl-bluegreen.dev/promoting': 'op-1.1 by ada@host' });
const scaled = (one: Deployment, replicas: number) => ({ ...one, spec: { ...one.spec, replicas } });
const BLUE = deployment('blue', 'v1');
const GREEN = deployment('green', 'v2');

/** Of a release whose active Service, and by default its preview Service, is gone. */
function gone(blue: Deployment | undefined, green: Deployment | undefined, more: Partial<State> = {}): State {
  const { active, preview, ...rest } = stateOf({ deployments: { blue, green }, ...more });
  return { ...rest, ...(more.preview && { preview: more.preview }) };
}

describe('without an active Service, the traffic', () => {
  test.each<[string, State, unknown]>([
    ['was on no color of a release that is not there', gone(undefined, undefined), { kind: 'none' }],
    [
      'was on the color of the record',
      gone(annotated(BLUE, servedAnnotation(SERVED)), GREEN),
      {
        kind: 'known',
        color: 'green',
        evidence: 'green had the traffic last, with v2, since 2026-01-02T03:04:05.000Z (operation op-7)',
      },
    ],
    [
      'was on the color of the record, which runs another version by now',
      gone(annotated(BLUE, servedAnnotation(SERVED)), deployment('green', 'v9')),
      expect.objectContaining({
        color: 'green',
        evidence: expect.stringMatching(/\(operation op-7\), and runs v9 now$/),
      }),
    ],
    [
      'cannot go back to a color whose Deployment is gone too',
      gone(annotated(BLUE, servedAnnotation(SERVED)), undefined),
      {
        kind: 'unknown',
        evidence:
          'green had the traffic last, with v2, since 2026-01-02T03:04:05.000Z (operation op-7), and its Deployment is gone: ' +
          'blue runs v1 (2 of 2 Pods ready), deployment of green not found',
      },
    ],
    [
      'was not on the color that the preview Service leads to',
      gone(promoting(BLUE), promoting(GREEN), { preview: service('shop-preview', 'blue') }),
      { kind: 'known', color: 'green', evidence: 'service "shop-preview" leads to blue, so green had the traffic' },
    ],
    ['was on no color while the first install is cut off', gone(BLUE, GREEN), { kind: 'none' }],
    ['was on no color while the first install has made one of them', gone(undefined, GREEN), { kind: 'none' }],
    [
      'was not on a color that is scaled to 0',
      gone(scaled(promoting(BLUE), 0), GREEN),
      { kind: 'known', color: 'green', evidence: 'blue is scaled to 0, so green had the traffic' },
    ],
    [
      'was on a color that no record of an older version names',
      gone(promoting(BLUE), GREEN, { pods: [pod('blue', 'b1')] }),
      {
        kind: 'unknown',
        evidence:
          'no record says which color had the traffic last: blue runs v1 (1 of 2 Pods ready), green runs v2 (0 of 2 Pods ready)',
      },
    ],
    [
      'may have been on the one color that is left',
      gone(promoting(BLUE), undefined),
      expect.objectContaining({ kind: 'unknown' }),
    ],
  ])('%s', (_, state, expected) => {
    expect(lastTraffic(state)).toEqual(expected);
  });

  test.each([
    ['what the manifests say', {}, 'none'],
    ['the version asked for', { target: { version: 'v2' } }, 'none'],
    ['another version: it was deployed to since', { target: { version: 'v5' } }, 'unknown'],
  ])('was on no color of an install whose colors run %s', (_, target, kind) => {
    const green = kind === 'none' && 'target' in target ? deployment('green', 'v2') : GREEN;
    const blue = kind === 'unknown' ? deployment('blue', 'v7') : BLUE;
    expect(lastTraffic(gone(blue, green), { manifests: manifestsOf(), ...target }).kind).toBe(kind);
  });
});

test.each([
  ['goes on for the color of the manifests', 'green', { kind: 'none' }],
  [
    'is none where the preview Service leads to that color',
    'blue',
    expect.objectContaining({ kind: 'known', color: 'green' }),
  ],
] as const)('a first install that is cut off once it has made the preview Service %s', (_, idle, expected) => {
  const state = gone(BLUE, GREEN, { preview: service('shop-preview', idle) });
  expect(lastTraffic(state, { manifests: manifestsOf() })).toEqual(expected);
});

describe('the refusal', () => {
  const command = 'kubectl bluegreen deploy shop -f dist/';
  test.each([
    [
      'of a release that is not there says how to install it',
      gone(undefined, undefined),
      `run "${command}" to install the release`,
    ],
    [
      'names the color that the Service is made anew for',
      gone(annotated(BLUE, servedAnnotation(SERVED)), GREEN),
      `"${command}" makes the Service anew for green, as it runs`,
    ],
    [
      'says that the color must be named',
      gone(promoting(BLUE), GREEN),
      `"${command} --to=COLOR" makes the Service anew for the color that you name`,
    ],
  ])('%s', (_, state, text) => {
    expect(absentText(state)).toContain('services "shop-active" not found in namespace "store": ');
    expect(absentText(state)).toContain(text);
  });
});

describe('traffic that is not where the Deployments say it was', () => {
  const deployments = { blue: BLUE, green: annotated(GREEN, servedAnnotation(SERVED)) };
  const at = (time: string) => service('shop-active', 'blue', { id: 'op-9', at: time });

  test.each([
    ['is told of a Service made anew by hand, which has no record', service('shop-active', 'blue'), SERVED],
    ['is told of a Service put back from an older copy', at('2026-01-01T00:00:00.000Z'), SERVED],
    ['is none that a later operation moved', at('2026-01-03T00:00:00.000Z'), undefined],
    [
      'is none that the Service itself has on record',
      service('shop-active', 'blue', { id: 'op-7', at: '2025-01-01T00:00:00Z' }),
      undefined,
    ],
    ['is none where it is', service('shop-active', 'green'), undefined],
  ])('%s', (_, active, expected) => {
    const color = active.spec.selector?.version === 'green' ? 'green' : 'blue';
    expect(servedElsewhere(stateOf({ active, deployments }), color)).toEqual(expected);
  });
});
