import { expect, test } from '@jest/globals';
import { problemsOf } from './support.js';

const digest = `sha256:${'0a'.repeat(32)}`;
const versions = (version: string) => ({ colors: { blue: { version }, green: { version } } });

test.each<[string, object]>([
  ['a one-letter name', { name: 'a' }],
  ['the longest name', { name: 'a'.repeat(55) }],
  ['a namespace that starts with a digit', { namespace: '0-shop' }],
  ['the longest version', versions('V_1.2-'.padEnd(128, '0'))],
  ['a digest', { colors: { blue: { digest }, green: { version: 'v1', digest } } }],
  ['no idle Pods', { idleReplicas: 0 }],
  ['as many warm Pods as active ones', { replicas: 3, idleReplicas: 3 }],
])('%s is valid', (_, more) => {
  expect(problemsOf(more)).toEqual([]);
});

test.each<[string, object, string]>([
  ['a name that leaves no room for -preview', { name: 'a'.repeat(56) }, 'name: expected at most 55 characters, got 56'],
  [
    'a name that starts with a digit',
    { name: '1a' },
    'name: expected lower-case letters, digits and "-", starting with a letter, got "1a"',
  ],
  [
    'a name that ends with a dash',
    { name: 'a-' },
    'name: expected lower-case letters, digits and "-", starting with a letter, got "a-"',
  ],
  [
    'a repository with a tag',
    { image: { repository: 'shop:v1' } },
    'image.repository: expected an image repository without tag, such as "registry.example.com/team/app", got "shop:v1"',
  ],
  [
    'a repository in capitals',
    { image: { repository: 'Shop' } },
    'image.repository: expected an image repository without tag, such as "registry.example.com/team/app", got "Shop"',
  ],
  [
    'a color without an image',
    { colors: { blue: {}, green: { version: 'v1' } } },
    'colors.blue: expected a version or a digest',
  ],
  [
    'a short digest',
    { colors: { blue: { digest: 'sha256:0a' }, green: { version: 'v1' } } },
    'colors.blue.digest: expected "sha256:" and 64 hexadecimal digits, got "sha256:0a"',
  ],
  [
    'more idle Pods than active ones',
    { idleReplicas: 3 },
    'idleReplicas: expected at most replicas, which is 2, got 3',
  ],
  [
    'no Pods of the active color',
    { colors: { blue: { version: 'v1', replicas: 0 }, green: { version: 'v1' } } },
    'colors.blue.replicas: expected at least 1: this color is active',
  ],
])('%s is not valid', (_, more, problem) => {
  expect(problemsOf(more)).toEqual([problem]);
});

test.each(['', '.1', '-1', 'v1:2', 'v1@sha256:0', 'a/b', 'v 1', 'é', 'a'.repeat(129)])(
  '%j is not a version',
  (version) => {
    expect(problemsOf(versions(version))).toHaveLength(2);
  },
);
