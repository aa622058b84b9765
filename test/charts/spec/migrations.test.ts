import { expect, test } from '@jest/globals';
import { problemsOf, release } from './support.js';

const command = ['npm', 'run', 'migrate'];

test.each<[string, object]>([
  ['a command', { command }],
  ['arguments alone', { args: ['migrate'] }],
  ['an image alone', { image: 'registry.example.com:5000/team/flyway:10' }],
  ['an image by digest', { image: `flyway@sha256:${'0a'.repeat(32)}` }],
])('%s is enough to migrate', (_, migrations) => {
  expect(problemsOf({ migrations })).toEqual([]);
});

test('a release has no migrations unless it says so', () => {
  expect(release().migrations).toBeUndefined();
});

test.each<[string, object, string]>([
  ['nothing to run', {}, "migrations: expected command, args or an image: the release's own would start the server"],
  ['an unknown key', { comand: command, command }, 'migrations.comand: unknown key; did you mean "command"?'],
  ['an empty command', { command: [] }, 'migrations.command: expected at least 1 entry, got 0'],
  [
    'no image',
    { image: 'not an image' },
    'migrations.image: expected an image, such as "registry.example.com/team/app:v0.2.0", got "not an image"',
  ],
  [
    'a negative limit',
    { command, backoffLimit: -1 },
    'migrations.backoffLimit: expected at least 0, got the number -1',
  ],
  [
    'no time',
    { command, activeDeadlineSeconds: 0 },
    'migrations.activeDeadlineSeconds: expected at least 1, got the number 0',
  ],
  [
    'the color that the Job does not have',
    { command, env: { COLOR: { releaseField: 'color' } } },
    'migrations.env.COLOR: expected exactly one of secretKeyRef, configMapKeyRef, fieldRef\n' +
      'migrations.env.COLOR.releaseField: unknown key; known are secretKeyRef, configMapKeyRef, fieldRef',
  ],
  [
    'a request above its limit',
    { command, resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } },
    'migrations.resources.requests.cpu: expected at most the limit "1", got "2"',
  ],
])('%s is not valid', (_, migrations, problem) => {
  expect(problemsOf({ migrations })).toEqual(problem.split('\n'));
});

test('a release whose colors have their own configuration says what the Job has', () => {
  const config = { scope: 'color' };
  expect(problemsOf({ config, migrations: { command } })).toEqual([
    'migrations: expected env: the Job has no color, and config.scope: color has no values for it',
  ]);
  expect(problemsOf({ config, migrations: { command, env: {} } })).toEqual([]);
});

test('the label that keeps the Job apart cannot be set by hand', () => {
  expect(problemsOf({ labels: { 'kubectl-bluegreen.dev/role': 'web' } })).toEqual([
    'labels["kubectl-bluegreen.dev/role"]: is a label that the release sets itself',
  ]);
});
