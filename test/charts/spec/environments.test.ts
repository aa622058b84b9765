import { describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { parseReleaseFile } from '../../../charts/index.js';
import { merge } from '../../../charts/spec/merge.js';
import { releaseJsonSchema } from '../../../charts/spec/schema-text.js';
import { EVERYTHING } from '../everything.js';
import { MINIMAL, problems, release } from './support.js';

/** The release as an environment has it. */
function environment(base: object, overlay: object) {
  const text = stringify({ ...MINIMAL, ...base, environments: { dev: overlay } }, { aliasDuplicateObjects: false });
  return parseReleaseFile(text, 'spec.yaml').environments.get('dev');
}

const BASE = {
  replicas: 3,
  env: { MODE: 'production', COLOR: { releaseField: 'color' }, LEVEL: 'info' },
  labels: { team: 'shop', tier: 'web' },
  ingress: { hosts: ['shop.example.com'] },
  tolerations: [{ key: 'a', operator: 'Exists' }],
  resources: { requests: { cpu: '1', memory: '1Gi' } },
} as const;

describe('an environment', () => {
  test('that says nothing is the release', () => {
    expect(environment(BASE, {})).toEqual(release(BASE as object));
  });

  test('merges mappings, and keeps the order of what it only changes', () => {
    const dev = environment(BASE, { env: { NEW: 'x', MODE: 'development' }, labels: { team: 'dev' } });
    expect(Object.entries(dev?.env ?? {})).toEqual([
      ['MODE', 'development'],
      ['COLOR', { releaseField: 'color' }],
      ['LEVEL', 'info'],
      ['NEW', 'x'],
    ]);
    expect(dev?.labels).toEqual({ team: 'dev', tier: 'web' });
  });

  test('replaces lists and values', () => {
    const dev = environment(BASE, { replicas: 1, tolerations: [], namespace: 'dev', active: 'green' });
    expect(dev).toMatchObject({ replicas: 1, tolerations: [], namespace: 'dev', active: 'green' });
  });

  test('takes away what it says is null: the default is back', () => {
    const dev = environment(BASE, { ingress: null, replicas: null, labels: { tier: null }, resources: null });
    expect(dev?.ingress).toBeUndefined();
    expect(dev?.replicas).toBeUndefined();
    expect(dev?.labels).toEqual({ team: 'shop' });
    expect(dev?.resources).toEqual(release().resources);
  });

  test('replaces the source of a variable, of which there is one', () => {
    const fieldRef = { fieldRef: { fieldPath: 'metadata.name' } };
    expect(environment(BASE, { env: { COLOR: fieldRef } })?.env.COLOR).toEqual(fieldRef);
    const migrations = { command: ['migrate'], env: { A: { secretKeyRef: { name: 's', key: 'k' } } } };
    const dev = environment({ ...BASE, migrations }, { migrations: { env: { A: fieldRef } } });
    expect(dev?.migrations).toMatchObject({ command: ['migrate'], env: { A: fieldRef } });
  });

  test('that names a version is not held to the digest of the release', () => {
    const digest = `sha256:${'a1'.repeat(32)}`;
    const colors = { blue: { version: 'v1', digest, replicas: 2 }, green: { version: 'v1' } };
    const dev = environment({ colors }, { colors: { blue: { version: 'v2' }, green: { digest } } });
    expect(dev?.colors).toEqual({ blue: { version: 'v2', replicas: 2 }, green: { digest } });
  });

  test('turns on what the release turns off', () => {
    const dev = environment({ livenessProbe: false }, { livenessProbe: { periodSeconds: 3 } });
    expect(dev?.livenessProbe).toMatchObject({ periodSeconds: 3, failureThreshold: 3 });
  });

  test('can say every field but the name', () => {
    const { name, ...overlay } = EVERYTHING as { name: string };
    const text = JSON.stringify({ ...MINIMAL, name, environments: { dev: overlay } });
    const whole = parseReleaseFile(JSON.stringify(merge({ ...MINIMAL, name }, overlay)), 'spec.yaml').release;
    expect(parseReleaseFile(text, 'spec.yaml').environments.get('dev')).toEqual(whole);
  });
});

const TEXT = `name: shop
image:
  repository: shop
colors:
  blue: {version: v1}
  green: {version: v1}
replicas: 2
preStopSeconds: 20
environments:
  production: {}
  dev:
`;

test.each([
  ['an unknown key', '    replica: 2', '12:5: environments.dev.replica: unknown key; did you mean "replicas"?'],
  [
    'an unknown key further down',
    '    rollout:\n      maxSuge: 1',
    '13:7: environments.dev.rollout.maxSuge: unknown key; did you mean "maxSurge"?',
  ],
  [
    'a value',
    '    replicas: "3"',
    '12:15: environments.dev.replicas: expected a number, got "3"; write 3, without quotes',
  ],
  [
    'a number for text, as it is written',
    '    labels: {release: 1.10}',
    '12:23: environments.dev.labels.release: expected text, got the number 1.10; write "1.10"',
  ],
  [
    'a value that is missing in a list, which replaces that of the release',
    '    ports:\n    - name: http',
    '13:7: environments.dev.ports[0].containerPort: is required: expected a number',
  ],
  [
    'a value that it takes away and that is required',
    '    image: {repository: null}',
    '12:25: environments.dev.image.repository: is required: expected text',
  ],
  [
    'a value of the release that is wrong with one of its own',
    '    terminationGracePeriodSeconds: 10',
    '8:17: preStopSeconds: expected less than terminationGracePeriodSeconds, which is 10, got 20 (in environment "dev")',
  ],
  [
    'a value of its own that is wrong with one of the release',
    '    preStopSeconds: 40',
    '12:21: environments.dev.preStopSeconds: expected less than terminationGracePeriodSeconds, which is 30, got 40',
  ],
  [
    'autoscaling over replicas of the release',
    '    autoscaling: {maxReplicas: 3, averageCpuUtilizationPercent: 50}',
    '7:11: replicas: not used with autoscaling, which sets the number of Pods; see autoscaling.minReplicas (in environment "dev")',
  ],
  [
    'another name',
    '    name: shop-dev',
    '12:5: environments.dev.name: is the same in every environment: give the environment a namespace of its own',
  ],
  [
    'environments within',
    '    environments: {}',
    '12:5: environments.dev.environments: unknown key: an environment holds no environments',
  ],
  ['nothing', '', '11:7: environments.dev: expected a mapping, got nothing'],
  ['nothing for a value', '    replicas:', '12:14: environments.dev.replicas: expected a value, or null, got nothing'],
  [
    'null for what is not there',
    '    ingress: null',
    '12:5: environments.dev.ingress: takes nothing away: the release does not have it',
  ],
  ['a duplicate key', '    replicas: 1\n    replicas: 1', '13:5: environments.dev.replicas: key is given twice'],
  [
    'a name in capitals',
    '    {}\n  Test: {}',
    '13:3: environments.Test: its name is not valid: expected lower-case letters, digits and "-"',
  ],
  [
    'the name of a color',
    '    {}\n  green: {}',
    '13:3: environments.green: its name is not valid: expected a name that is not that of a color',
  ],
])('%s in an environment is an error at its line and column', (_, lines, expected) => {
  expect(problems(`${TEXT}${lines}\n`)).toEqual([`spec.yaml:${expected}`]);
});

test('what is wrong with the release is said once, and what is wrong with an environment as well', () => {
  const text = TEXT.replace('replicas: 2', 'replicas: 0');
  expect(problems(`${text}    active: red\n`)).toEqual([
    'spec.yaml:7:11: replicas: expected at least 1, got the number 0',
    'spec.yaml:12:13: environments.dev.active: expected "blue" or "green", got "red"',
  ]);
});

test.each([
  ['a list', '[]', 'environments: expected a mapping, got a list'],
  [
    'more than fifty',
    JSON.stringify(Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`e${index}`, {}]))),
    'environments: expected at most 50 environments, got 51',
  ],
])('environments that are %s are refused', (_, value, expected) => {
  expect(problems(TEXT.replace(/environments:[\s\S]*/, `environments: ${value}\n`))).toEqual([
    `spec.yaml:9:15: ${expected}`,
  ]);
});

test('a misspelt key of environments is recognized', () => {
  expect(problems(TEXT.replace(/environments:[\s\S]*/, 'enviroments: {}\n'))).toEqual([
    'spec.yaml:9:1: enviroments: unknown key; did you mean "environments"?',
  ]);
});

test('editors complete every field in an environment but the name, and require none', () => {
  const { properties = {} } = releaseJsonSchema();
  const overlay = (properties.environments as { additionalProperties: { properties: object; required?: string[] } })
    .additionalProperties;
  const fields = Object.keys(properties).filter((key) => key !== 'name' && key !== 'environments');
  expect(Object.keys(overlay.properties)).toEqual(fields);
  expect(JSON.stringify(overlay)).toContain('"type":"null"');
  expect(overlay.required).toBeUndefined();
});
