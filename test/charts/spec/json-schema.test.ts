import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { releaseJsonSchema } from '../../../charts/spec/schema-text.js';

type Schema = ReturnType<typeof releaseJsonSchema>;

/** Every object schema and the path that leads to it. */
function objects(schema: Schema, path: string): [string, Schema][] {
  const inside = [
    ...Object.entries(schema.properties ?? {}).map(([key, value]) => [`${path}.${key}`, value] as const),
    ...(schema.anyOf ?? []).map((value) => [path, value] as const),
    [`${path}[]`, schema.items] as const,
    [`${path}{}`, schema.additionalProperties] as const,
  ];
  const own: [string, Schema][] = schema.properties ? [[path, schema]] : [];
  return [...own, ...inside.flatMap(([at, value]) => (typeof value === 'object' ? objects(value as Schema, at) : []))];
}

const all = objects(releaseJsonSchema(), 'release');

test('the published schema is the one that specs are checked by', () => {
  expect(JSON.parse(readFileSync('charts/release.schema.json', 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(releaseJsonSchema())),
  );
});

test('every field has a description that editors show', () => {
  const bare = all.flatMap(([path, { properties = {} }]) =>
    Object.entries(properties)
      .filter(([, field]) => typeof field === 'object' && !field.description?.endsWith('.'))
      .map(([key]) => `${path}.${key}`),
  );
  expect(all.length).toBeGreaterThan(25);
  expect(bare).toEqual([]);
});

test('editors mark unknown keys everywhere', () => {
  expect(all.filter(([, { additionalProperties }]) => additionalProperties !== false).map(([path]) => path)).toEqual(
    [],
  );
});

test('only the name, the image and the colors are required', () => {
  expect(releaseJsonSchema().required).toEqual(['name', 'image', 'colors']);
});
