import { expect, test } from '@jest/globals';
import { SpecError } from '../../../charts/spec/errors.js';
import { readRelease } from '../../../charts/spec/read.js';
import { directory } from '../directory.js';
import { problems } from './support.js';

const VALID = `name: shop
image:
  repository: shop
colors:
  blue:
    version: v1
  green:
    version: v1
`;

test('a minimal spec is valid', () => {
  expect(problems(VALID)).toEqual([]);
});

test.each([
  ['an unknown key', 'replica: 2', '9:1: replica: unknown key; did you mean "replicas"?'],
  [
    'an unknown key further down',
    'readinessProbe:\n  httpGet:\n    shceme: HTTPS',
    '11:5: readinessProbe.httpGet.shceme: unknown key; did you mean "scheme"?',
  ],
  [
    'an unknown key in a list',
    'checks:\n- nam: a\n  name: b\n  path: /',
    '10:3: checks[0].nam: unknown key; did you mean "name"?',
  ],
  [
    'an unknown key that is like no other',
    'promotion: {flavour: x}',
    '9:13: promotion.flavour: unknown key; known are confirm, soakSeconds, automaticRollback, switch, overlapSeconds, ignoreEventReasons',
  ],
  ['a misspelt value', 'active: bleu', '9:9: active: expected "blue" or "green", got "bleu"; did you mean "blue"?'],
  [
    'a value in capitals',
    'active: GREEN',
    '9:9: active: expected "blue" or "green", got "GREEN"; did you mean "green"?',
  ],
  [
    'a value in the wrong case',
    'service: {type: loadbalancer}',
    '9:17: service.type: expected "LoadBalancer" or "NodePort" or "ClusterIP", got "loadbalancer"; did you mean "LoadBalancer"?',
  ],
  ['text for a number', 'replicas: two', '9:11: replicas: expected a number, got "two"'],
  ['a number in quotes', 'replicas: "3"', '9:11: replicas: expected a number, got "3"; write 3, without quotes'],
  ['a fraction', 'replicas: 1.5', '9:11: replicas: expected a whole number, got the number 1.5'],
  ['a number that is too small', 'replicas: 0', '9:11: replicas: expected at least 1, got the number 0'],
  [
    'a number for text, as it is written',
    'labels: {release: 1.10}',
    '9:19: labels.release: expected text, got the number 1.10; write "1.10"',
  ],
  [
    'a number for an environment variable',
    'env:\n  PORT: 3000',
    '10:9: env.PORT: expected text or a mapping, got the number 3000; write "3000"',
  ],
  [
    "a boolean of YAML's past",
    'promotion: {confirm: no}',
    '9:22: promotion.confirm: expected true or false, got "no"; write false',
  ],
  ['a list for a mapping', 'rollout: []', '9:10: rollout: expected a mapping, got a list'],
  ['nothing for a number', 'replicas:', '9:10: replicas: expected a number, got nothing'],
  ['an empty list', 'checks: []', '9:9: checks: expected at least 1 entry, got 0'],
  ['a union', 'idleReplicas: ful', '9:15: idleReplicas: expected a number or "full", got "ful"; did you mean "full"?'],
  [
    'a union, further down',
    'livenessProbe:\n  periodSeconds: 0',
    '10:18: livenessProbe.periodSeconds: expected at least 1, got the number 0',
  ],
  [
    'a name',
    'labels: {"a b": c}',
    '9:10: labels["a b"]: its name is not valid: expected a label or annotation name, such as "example.com/team"',
  ],
  ['a form', 'namespace: Shop', '9:12: namespace: expected lower-case letters, digits and "-", got "Shop"'],
  ['a length', `namespace: ${'a'.repeat(64)}`, '9:12: namespace: expected at most 63 characters, got 64'],
  ['two documents', '---\nname: shop', '9:1: expected one YAML document, got several'],
  ['a duplicate key', 'name: shop', '9:1: name: key is given twice'],
  ['an alias', 'labels: *x', '9:9: labels: YAML aliases are not supported; write the value out'],
  ['an anchor', 'labels: &x {}', '9:12: labels: YAML anchors are not supported; write the value out'],
  ['a tag', 'active: !!str blue', '9:15: active: YAML tags are not supported; write the plain value'],
  [
    'a merge key',
    'rollout:\n  <<: {maxSurge: 2}',
    '10:3: rollout["<<"]: YAML merge keys are not supported; write the fields out',
  ],
  ['a prototype', 'env:\n  __proto__: {}', '10:3: env.__proto__: is not a key that a spec can have'],
  ['a key that is a list', '? [a]\n: b', '9:3: keys must be text'],
  ['a NUL', 'labels: {a: "b\0"}', '9:15: holds the character U+0000, which is not printable'],
  [
    'an escaped control character',
    'env: {A: "\\e[2J"}',
    '9:10: env.A: holds the character U+001B, which is not printable',
  ],
  ['text that reads backwards', 'env: {A: "\u202etxt"}', '9:11: holds the character U+202E, which is not printable'],
  ['a tab as indentation', 'env:\n\tA: b', '10:1: invalid YAML: Tabs are not allowed as indentation'],
  ['quotes without an end', 'active: "blue', '10:1: invalid YAML: Missing closing "quote'],
])('%s is an error at its line and column', (_, lines, expected) => {
  expect(problems(`${VALID}${lines}\n`)).toEqual([`spec.yaml:${expected}`]);
});

test.each([
  ['an empty file', '', 'spec.yaml:1:1: is empty'],
  ['a file of comments', '# name: shop\n', 'spec.yaml:1:1: is empty'],
  ['a list', '- name: shop\n', 'spec.yaml:1:1: expected a mapping, got a list'],
  ['a file with a directive', `%YAML 1.1\n---\n${VALID}`, 'spec.yaml:1:1: YAML directives are not supported'],
  ['text', 'shop\n', 'spec.yaml:1:1: expected a mapping, got "shop"'],
])('%s is not a spec', (_, text, expected) => {
  expect(problems(text)).toEqual([expected]);
});

test('all issues are reported, in the order of their lines', () => {
  expect(problems('name: Shop\nactive: red\ncolors:\n  blue: {version: v1, tag: v1}\nreplicas: -1\n')).toEqual([
    'spec.yaml:1:1: image: is required: expected a mapping',
    'spec.yaml:1:7: name: expected lower-case letters, digits and "-", starting with a letter, got "Shop"',
    'spec.yaml:2:9: active: expected "blue" or "green", got "red"',
    'spec.yaml:3:1: colors.green: is required: expected a mapping',
    'spec.yaml:4:23: colors.blue.tag: unknown key; known are version, digest, replicas, config',
    'spec.yaml:5:11: replicas: expected at least 1, got the number -1',
  ]);
});

test('a flood of brackets is an error, not a crash', () => {
  expect(problems('['.repeat(20_000)).join()).toContain('is nested too deeply');
});

test('a flood of unknown keys ends after a hundred', () => {
  const keys = Array.from({ length: 1_000 }, (_, index) => `key${index}: 1\n`).join('');
  const lines = problems(VALID + keys);
  expect(lines).toHaveLength(101);
  expect(lines.at(-1)).toBe('spec.yaml: shows its first 100 issues');
});

test('issues are data too', () => {
  using dir = directory({ 'a.yaml': `${VALID}replica: 2\n` });
  const file = `${dir.path}/a.yaml`;
  expect(() => readRelease(file)).toThrow(
    expect.objectContaining({
      name: 'SpecError',
      issues: [{ file, line: 9, column: 1, path: 'replica', message: 'unknown key; did you mean "replicas"?' }],
    }),
  );
});

test.each([
  ['is missing', '/nonexistent/a.yaml', 'cannot be read: ENOENT'],
  ['is a directory', '/', 'cannot be read: is a folder'],
  ['has no end', '/dev/zero', 'cannot be read: is not a file'],
])('a file that %s is an error that names it', (_, path, message) => {
  expect(() => readRelease(path)).toThrow(SpecError);
  expect(() => readRelease(path)).toThrow(`${path}: ${message}`);
});

test('a file that is not UTF-8 is an error', () => {
  using dir = directory({ 'a.yaml': Buffer.from('name: caf\xe9\n', 'latin1') });
  expect(() => readRelease(`${dir.path}/a.yaml`)).toThrow('a.yaml: is not UTF-8 text');
});

test('a byte order mark and Windows line ends are no matter', () => {
  using dir = directory({ 'a.yaml': `\ufeff${VALID.replaceAll('\n', '\r\n')}` });
  expect(readRelease(`${dir.path}/a.yaml`).name).toBe('shop');
});
