import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRelease, type ReleaseInput, SpecError, specText } from '../../charts/index.js';
import { EVERYTHING, INSTEAD } from './everything.js';
import { MINIMAL } from './spec/support.js';

const parse = (input: object) => parseRelease(JSON.stringify(input), 'spec.yaml');

describe('the text of a spec', () => {
  test('says what differs from the defaults, in the order of the schema', () => {
    const input: ReleaseInput = {
      checks: [{ name: 'up', path: '/up', retries: 10, status: [200] }],
      readinessProbe: { initialDelaySeconds: 10, httpGet: { path: '/up' } },
      env: { FLAG: 'yes', PORT: '3000' },
      replicas: 2,
      ...MINIMAL,
      image: { ...MINIMAL.image, pullPolicy: 'IfNotPresent' },
      active: 'blue',
    };
    expect(specText(input, 'shop.yaml', { schema: '../release.schema.json' })).toBe(`\
# yaml-language-server: $schema=../release.schema.json
name: shop
active: blue

image:
  repository: registry.example.com/team/shop
colors:
  blue:
    version: v1
  green:
    version: v2
replicas: 2

env:
  FLAG: "yes"
  PORT: "3000"

readinessProbe:
  httpGet:
    path: /up

checks:
  - name: up
    path: /up
`);
  });

  test.each([
    ['every field', EVERYTHING],
    ['the fields that exclude those', { ...EVERYTHING, ...INSTEAD }],
  ])('says the same as a spec with %s', (_, input) => {
    expect(parseRelease(specText(input, 'spec.yaml'), 'spec.yaml')).toEqual(parse(input));
  });

  test('keeps every value that a variable can have', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary-ascii' }).filter((text) => !/[^\n\t -~]/.test(text)),
        (value) => {
          const input = { ...MINIMAL, env: { VALUE: value } };
          expect(parseRelease(specText(input, 'spec.yaml'), 'spec.yaml').env).toEqual({ VALUE: value });
        },
      ),
    );
  });

  test('writes out what two fields share', () => {
    const color = { version: 'v1' };
    expect(specText({ ...MINIMAL, colors: { blue: color, green: color } }, 'spec.yaml')).not.toMatch(/[&*]/);
  });

  test('is none for what is no spec', () => {
    expect(() => specText({ ...MINIMAL, replicas: 0 }, 'shop.yaml')).toThrow(SpecError);
    expect(() => specText({ ...MINIMAL, replicas: 0 }, 'shop.yaml')).toThrow(
      /^shop\.yaml:.*replicas: expected at least 1/,
    );
  });
});
