import { describe, expect, test } from '@jest/globals';
import { compare } from '../../../../plugin/commands/diff/compare.js';
import { maskForeignEnv } from '../../../../plugin/commands/diff/mask.js';
import type { KubernetesObject } from '../../../../plugin/core/kubernetes.js';
import { withStated } from '../../../../plugin/plan/stated.js';

const secret = (data: Record<string, string>, field = 'data') =>
  ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token' }, [field]: data }) as unknown as KubernetesObject;

describe('the values of a Secret', () => {
  test('are never shown, and that one changed is', () => {
    const change = compare(
      {
        before: secret({ a: 'QQ==', same: 'c2Ft', gone: 'Z28=' }),
        after: secret({ a: 'Qg==', same: 'c2Ft', more: 'bW8=' }),
      },
      undefined,
      () => '',
    );
    expect(change?.before).toMatchObject({ data: { a: '*** (before)', same: '***', gone: '***' } });
    expect(change?.after).toMatchObject({ data: { a: '*** (after)', same: '***', more: '***' } });
    expect(JSON.stringify(change)).not.toMatch(/QQ==|Qg==|c2Ft|Z28=|bW8=/);
  });

  test.each(['data', 'stringData'])('of %s are masked where the Secret is new', (field) => {
    const change = compare({ after: secret({ a: 'QQ==' }, field) }, undefined, () => '');
    expect(change).toMatchObject({ change: 'added', object: 'secret/token', after: { [field]: { a: '***' } } });
  });

  test('make no difference when they are the same', () => {
    expect(
      compare({ before: secret({ a: 'QQ==' }), after: secret({ a: 'QQ==' }) }, undefined, () => ''),
    ).toBeUndefined();
  });
});

test('a variable that somebody set in the cluster is shown without its value, one of the manifest with it', () => {
  const pod = (env: object[]) => ({ spec: { containers: [{ name: 'shop', env }] } });
  const live = pod([
    { name: 'MODE', value: 'debug' },
    { name: 'TOKEN', value: 's3cret' },
    { name: 'REF', valueFrom: { fieldRef: {} } },
  ]);
  expect(maskForeignEnv(live, pod([{ name: 'MODE', value: 'production' }]))).toEqual(
    pod([
      { name: 'MODE', value: 'debug' },
      { name: 'TOKEN', value: '***' },
      { name: 'REF', valueFrom: { fieldRef: {} } },
    ]),
  );
});

describe('what applying would give, without the server', () => {
  test.each([
    [
      'fields that the manifest does not state stay',
      { a: 1, b: { c: 2 } },
      { b: { d: 3 } },
      { a: 1, b: { c: 2, d: 3 } },
    ],
    [
      'items are matched by name and keep their order, others stay, new ones come last',
      [
        { name: 'x', v: 1 },
        { name: 'y', v: 1, default: true },
      ],
      [
        { name: 'z', v: 2 },
        { name: 'y', v: 2 },
      ],
      [
        { name: 'x', v: 1 },
        { name: 'y', v: 2, default: true },
        { name: 'z', v: 2 },
      ],
    ],
    [
      'a list without names is as stated, with the defaults of its items',
      [{ port: 1, d: 1 }, 5],
      [{ port: 2 }],
      [{ port: 2, d: 1 }],
    ],
    [
      'what is empty is left out, as the server leaves it out, but not where it replaces a value',
      { kept: 1, zeroed: 5 },
      { kept: 1, zeroed: 0, n: 0, f: false, s: '', l: [], m: { deep: {} } },
      { kept: 1, zeroed: 0 },
    ],
    ['a value replaces another type', 'text', { a: [1] }, { a: [1] }],
  ])('%s', (_, live, stated, result) => {
    expect(withStated(live, stated)).toEqual(result);
  });
});
