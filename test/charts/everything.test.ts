import { expect, test } from '@jest/globals';
import { parseRelease } from '../../charts/index.js';
import { releaseJsonSchema } from '../../charts/spec/schema-text.js';
import { EVERYTHING, INSTEAD } from './everything.js';
import { objectsOf } from './support.js';

type Schema = ReturnType<typeof releaseJsonSchema>;

const objects = (input: object) => objectsOf(parseRelease(JSON.stringify(input), 'spec.yaml'));

/** Paths of all fields, without list positions; the keys of free maps are `*`. */
function schemaPaths(schema: Schema, path = ''): string[] {
  const named = Object.entries(schema.properties ?? {}).map(([key, value]) => [`${path}.${key}`, value] as const);
  const more = [
    ...(schema.anyOf ?? []).map((value) => [path, value] as const),
    [path, schema.items] as const,
    [`${path}.*`, schema.additionalProperties] as const,
  ];
  return [
    ...named.map(([at]) => at),
    ...[...named, ...more].flatMap(([at, value]) =>
      typeof value === 'object' ? schemaPaths(value as Schema, at) : [],
    ),
  ];
}

/** Leaves of a value and their paths, as above but with the keys of free maps. */
function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, Array.isArray(value) ? path : `${path}.${key}`));
}

test('the fixture has every field of the schema', () => {
  const present = [...leaves(EVERYTHING), ...leaves(INSTEAD)].map(([path]) => path);
  const has = (field: string) => {
    const pattern = new RegExp(`^${field.replaceAll('.', '\\.').replaceAll('*', '[^.]+')}(\\.|$)`);
    return present.some((path) => pattern.test(path));
  };
  // An environment has the same fields again, which are merged before anything is made of them.
  const fields = schemaPaths(releaseJsonSchema()).filter((field) => !field.startsWith('.environments'));
  expect(fields.length).toBeGreaterThan(150);
  expect(fields.filter((field) => !has(field))).toEqual([]);
});

test('every value of a spec reaches an object: none is lost on the way through cdk8s', () => {
  const given = [...leaves(EVERYTHING), ...leaves(INSTEAD)].filter(([, value]) => value !== undefined);
  const written = JSON.stringify([...objects(EVERYTHING), ...objects({ ...EVERYTHING, ...INSTEAD, config: {} })]);
  const lost = given.filter(([, value]) => !written.includes(String(value))).map(([path]) => path);
  // How values are found, not values; and the numbers of Pods that a color's own number goes before.
  expect(lost).toEqual(['.env.COLOR.releaseField', '.config.scope', '.replicas', '.idleReplicas']);
});

test('keys of maps reach an object too', () => {
  const written = JSON.stringify(objects(EVERYTHING));
  for (const map of [
    EVERYTHING.labels,
    EVERYTHING.annotations,
    EVERYTHING.env,
    EVERYTHING.colors.blue.config,
    EVERYTHING.nodeSelector,
  ]) {
    for (const key of Object.keys(map)) expect(written).toContain(`"${key}"`);
  }
});

test('no object holds an empty or undefined value that was not said', () => {
  const hollow = objects(EVERYTHING).flatMap(({ kind, ...rest }) =>
    leaves(rest)
      .filter(([, value]) => value === null || value === '')
      .map(([path]) => kind + path),
  );
  expect(hollow).toEqual([]);
});
