import { describe, expect, test } from '@jest/globals';
import { DEFAULT_CHECKS } from '../../../../charts/default-checks.js';
import type { ReleaseInput } from '../../../../charts/index.js';
import { draft, type Given } from '../../../../plugin/commands/init/draft.js';
import { pairs } from '../../../../plugin/commands/init/fields.js';
import { problemsOf } from '../../../../plugin/commands/init/spec.js';
import { RefusedError, UsageError } from '../../../../plugin/core/errors.js';
import type { Questions } from '../../../../plugin/terminal/questions.js';
import { failure } from '../../failure.js';

const given = (flags: Record<string, string>, more: Partial<Given> = {}): Given => ({
  name: 'shop',
  namespace: undefined,
  more: {},
  ...more,
  flags: new Map(Object.entries(flags)),
});

function conversation(answers: readonly string[]) {
  const left = [...answers];
  const asked: string[] = [];
  const said: string[] = [];
  const questions: Questions = {
    async ask(question) {
      asked.push(question);
      return left.shift();
    },
    say: (text) => said.push(text),
    close: () => undefined,
  };
  return { questions, asked, said };
}

const ofFlags = (flags: Record<string, string>, more?: Partial<Given>) =>
  draft(given(flags, more), problemsOf, undefined);

describe('a spec of flags', () => {
  test.each([
    ['registry.example.com:5000/shop:v1', { version: 'v1' }],
    [`registry.example.com:5000/shop@sha256:${'a'.repeat(64)}`, { digest: `sha256:${'a'.repeat(64)}` }],
    [
      `registry.example.com:5000/shop:v1@sha256:${'a'.repeat(64)}`,
      { version: 'v1', digest: `sha256:${'a'.repeat(64)}` },
    ],
  ])('runs the image %s in both colors', async (image, color) => {
    expect(await ofFlags({ image })).toMatchObject({
      image: { repository: 'registry.example.com:5000/shop' },
      colors: { blue: color, green: color },
    });
  });

  test('takes a version where the image has none', async () => {
    expect(await ofFlags({ image: 'shop', version: 'v2' })).toMatchObject({ colors: { green: { version: 'v2' } } });
    await expect(ofFlags({ image: 'shop' })).rejects.toThrow(/missing .*: --version \(/);
  });

  test('has every field that a flag says, and what only flags say', async () => {
    const flags = {
      image: 'shop:v1',
      port: '8080',
      'service-port': '8000',
      'service-type': 'ClusterIP',
      replicas: '3',
    };
    const more = { namespace: 'store', more: { env: { A: 'b' } } };
    expect(await ofFlags(flags, more)).toMatchObject({
      name: 'shop',
      namespace: 'store',
      ports: [{ name: 'http', containerPort: 8080, servicePort: 8000 }],
      service: { type: 'ClusterIP' },
      replicas: 3,
      env: { A: 'b' },
    });
  });

  test.each<[string, Record<string, string>, ReleaseInput['checks']]>([
    ['what the default asks, when nothing is said', {}, undefined],
    [
      'what the probes ask, when they are said',
      { 'health-path': '/up', 'readiness-path': '/ready' },
      [
        { name: 'health', path: '/up' },
        { name: 'readiness', path: '/ready' },
      ],
    ],
    ['one path once', { 'health-path': '/up', 'readiness-path': '/up' }, [{ name: 'health', path: '/up' }]],
    [
      'the paths that are said, under names that differ',
      { check: '/a/items /b/items / /metrics' },
      [
        { name: 'items', path: '/a/items' },
        { name: 'items-2', path: '/b/items' },
        { name: 'root', path: '/' },
        { name: 'metrics', path: '/metrics' },
      ],
    ],
  ])('checks %s', async (_, flags, checks) => {
    expect((await ofFlags({ image: 'shop:v1', ...flags })).checks).toEqual(checks);
  });

  test.each([
    ['port', '99999', 'ports[0].containerPort: expected at most 65535, got the number 99999'],
    ['port', 'web', 'ports[0].containerPort: expected a number, got "web"'],
    ['replicas', '0', 'replicas: expected at least 1, got the number 0'],
    ['health-path', 'up', 'startupProbe.httpGet.path: expected a path that starts with "/", got "up"'],
  ])('refuses --%s=%s in the words of the spec', async (flag, value, message) => {
    await expect(ofFlags({ image: 'shop:v1', [flag]: value })).rejects.toThrow(
      failure(UsageError, `invalid value "${value}" for --${flag}: ${message}`),
    );
  });

  test('names what is missing, and no more', async () => {
    await expect(ofFlags({}, { name: undefined })).rejects.toThrow(/^missing .*: NAME \([^)]*\), --image \([^)]*\)\n/);
  });
});

describe('a spec of answers', () => {
  test('is asked for what the flags leave open, with the default in brackets', async () => {
    const { questions, asked } = conversation(['shop:v1', '', '', '', '', '', '']);
    const input = await draft(given({ port: '8080' }), problemsOf, questions);
    expect(asked).toEqual([
      'Image that both colors run, REPOSITORY:TAG: ',
      'Port of the Services [80]: ',
      'Type of the active Service: LoadBalancer, NodePort or ClusterIP [LoadBalancer]: ',
      'Pods of each color [2]: ',
      'Path of the startup and liveness probes [/health/live]: ',
      'Path of the readiness probe [/health/ready]: ',
      `Paths that every Pod must answer before traffic moves, with spaces between them [${DEFAULT_CHECKS.map(({ path }) => path).join(' ')}]: `,
    ]);
    expect(problemsOf(input)).toEqual([]);
    expect(input).toMatchObject({
      ports: [{ containerPort: 8080, servicePort: 80 }],
      colors: { blue: { version: 'v1' } },
    });
  });

  test('is not asked for at all when the flags say what has to be said', async () => {
    const { questions, asked } = conversation([]);
    await draft(given({ image: 'shop:v1' }), problemsOf, questions);
    expect(asked).toEqual([]);
  });

  test('asks again, and says why', async () => {
    const { questions, asked, said } = conversation([
      'Shop',
      '',
      'shop',
      'a b',
      'shop',
      'v 1',
      'v1',
      '0',
      '8080',
      '',
      '',
      '',
      '',
      '',
      '',
    ]);
    const input = await draft(given({}, { name: undefined }), problemsOf, questions);
    expect(said).toEqual([
      '  name: expected lower-case letters, digits and "-", starting with a letter, got "Shop"',
      '  an answer is needed',
      '  invalid image "a b": want REPOSITORY[:TAG][@sha256:DIGEST]',
      expect.stringContaining('colors.blue.version: expected an image tag'),
      expect.stringContaining('colors.green.version: expected an image tag'),
      '  ports[0].containerPort: expected at least 1, got the number 0',
    ]);
    expect(asked.filter((question) => question.startsWith('Name'))).toHaveLength(3);
    expect(input).toMatchObject({ name: 'shop', ports: [{ containerPort: 8080 }] });
  });

  test('is none when the answers end', async () => {
    const { questions } = conversation(['shop:v1', '']);
    await expect(draft(given({}), problemsOf, questions)).rejects.toThrow(RefusedError);
  });
});

describe('pairs', () => {
  test('are parted at the first "="', () => {
    expect(pairs(['A=b', 'URL=http://a/?b=c', 'EMPTY='], 'env')).toEqual({ A: 'b', URL: 'http://a/?b=c', EMPTY: '' });
  });

  test.each(['secret', '=secret'])('are refused without a name and a value, and not repeated: %s', (text) => {
    expect(() => pairs([text], 'env')).toThrow(failure(UsageError, 'invalid value for --env: want NAME=VALUE'));
  });
});
