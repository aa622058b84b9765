import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { synthesize } from '../../../../charts/index.js';
import type { Deployment } from '../../../../plugin/core/kubernetes.js';
import type { SpecChange } from '../../../../plugin/manifests/write-back/change.js';
import { openCheckout } from '../../../../plugin/manifests/write-back/checkout.js';
import { editSpec } from '../../../../plugin/manifests/write-back/edit.js';
import { finishWriteBack, type Rendered, writeBackStep } from '../../../../plugin/operations/write-back.js';
import { deferSwitch } from '../../../../plugin/plan/gitops/defer-switch.js';
import { planPromote } from '../../../../plugin/plan/promote.js';
import { planRollback } from '../../../../plugin/plan/rollback.js';
import { describeStep } from '../../../../plugin/steps/registry.js';
import { directory } from '../../../charts/directory.js';
import { inputOf } from '../../cluster-objects.js';
import { type FakeRun, fakeRun, GREEN } from '../../fake-run.js';

const DIGEST = `sha256:${'a1'.repeat(32)}`;
const OTHER_DIGEST = `sha256:${'b2'.repeat(32)}`;
const green = (image: string): SpecChange => ({ color: 'green', image: `shop${image}`, activates: true });

const SPEC = `# The shop. Ask before you touch it.
name: shop   # as on the sign
active: blue # moved by kubectl bluegreen

image:
  repository: shop
colors:
  # The color of old.
  blue:
    version: v1

  green:
    version:   "v1"   # what comes next
    replicas: 3
ports: [ {name: http, containerPort: 3000,   servicePort: 80} ]
`;

/** The lines that differ, the old one and the new one. */
function changedLines(before: string, after: string): [string | undefined, string | undefined][] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const lines = Array.from({ length: Math.max(old.length, now.length) }, (_, i) => [old[i], now[i]] as const);
  return lines.filter(([a, b]) => a !== b).map(([a, b]) => [a, b]);
}

describe('editing a spec', () => {
  test('changes the two scalars and no other byte', () => {
    expect(changedLines(SPEC, editSpec(SPEC, green(':v2')))).toEqual([
      ['active: blue # moved by kubectl bluegreen', 'active: green # moved by kubectl bluegreen'],
      ['    version:   "v1"   # what comes next', '    version:   "v2"   # what comes next'],
    ]);
  });

  test('changes nothing where the spec already says so', () => {
    expect(editSpec(SPEC, { ...green(':v1'), color: 'blue' })).toBe(SPEC);
  });

  test('keeps a byte order mark, line ends of Windows, and a last line without an end', () => {
    const windows = `\ufeff${SPEC.trimEnd().replaceAll('\n', '\r\n')}`;
    const edited = editSpec(windows, green(`:v2@${DIGEST}`));
    const line = `\r\n    digest: ${DIGEST}`;
    expect(edited).toContain(line);
    expect(edited.replace(line, '')).toBe(windows.replace('active: blue', 'active: green').replace('"v1"', '"v2"'));
  });

  test.each([
    [
      'on a line of its own after the name',
      SPEC.replace(/active:.*\n/, ''),
      /^name: shop {3}# as on the sign\nactive: green\n/m,
    ],
    [
      'where the name is the last line',
      'colors: {blue: {version: v1}, green: {version: v1}}\nname: shop',
      /name: shop\nactive: green$/,
    ],
    [
      'in a flow mapping',
      '{name: shop, colors: {blue: {version: v1}, green: {version: v1}}}\n',
      /^\{name: shop, active: green, colors/,
    ],
  ])('adds the active color %s', (_, text, expected) => {
    expect(editSpec(text, green(':v2'))).toMatch(expected);
  });

  test.each(['1.10', '2', '1e3', 'true', 'null', '0x1F', '1_000', 'yes', 'off', '2026-01-02'])(
    'quotes the version %s, which a YAML parser may take for something else than text',
    (version) => {
      const plain = SPEC.replace('"v1"', 'v1');
      expect(editSpec(plain, green(`:${version}`))).toContain(`version:   "${version}"   # what comes next\n`);
    },
  );

  test.each([
    ['v1', 'v2'],
    ['"1.9"', '"v2"'],
    ["'1.9'", "'v2'"],
    ['|-\n      v1', 'v2'],
  ])('keeps the quotes of %j', (old, now) => {
    const text = SPEC.replace(/"v1".*/, old);
    expect(editSpec(text, green(':v2'))).toContain(`version:   ${now}\n    replicas: 3\n`);
  });

  const befores = [
    { version: 'v1' },
    { digest: DIGEST },
    { version: 'v1', digest: DIGEST },
    { digest: DIGEST, version: 'v1' },
  ];
  const images = [':v2', `@${OTHER_DIGEST}`, `:v2@${OTHER_DIGEST}`, ''];
  const fields = [
    { version: 'v2' },
    { digest: OTHER_DIGEST },
    { version: 'v2', digest: OTHER_DIGEST },
    { version: 'latest' },
  ];
  const cases = befores.flatMap((before) => images.map((image, index) => [before, image, fields[index]] as const));

  test.each(cases)('makes of %j with the image "shop%s" %j, in any style', (before, image, after) => {
    const specOf = (active: string, field: object | undefined, rest: object) => ({
      name: 'shop',
      active,
      colors: { green: { ...field, ...rest }, blue: { version: 'v0' } },
    });
    const all = [{}, { replicas: 3 }].flatMap((rest) => [
      { rest, collectionStyle: 'block' as const },
      { rest, collectionStyle: 'flow' as const },
    ]);
    for (const { rest, collectionStyle } of all) {
      const edited = editSpec(stringify(specOf('blue', before, rest), { collectionStyle }), green(image));
      expect(parse(edited)).toEqual(specOf('green', after, rest));
    }
  });

  test('leaves the comments of other fields when one goes and another comes', () => {
    const text = `name: shop
active: green
colors:
  green:
    # for people
    version: v1 # gone
    # for machines
    digest: ${DIGEST} # pinned
  blue: {version: v1}
`;
    expect(editSpec(text, green(`@${OTHER_DIGEST}`))).toBe(
      text.replace('    version: v1 # gone\n', '').replace(DIGEST, OTHER_DIGEST),
    );
  });
});

describe('a checkout', () => {
  /** A spec and what is synthesized from it. */
  function checkoutOf(text = SPEC) {
    const folder = directory({ 'shop.yaml': text });
    const [spec, dist] = [join(folder.path, 'shop.yaml'), join(folder.path, 'dist')];
    synthesize([spec], dist);
    return {
      spec,
      dist,
      open: (release = 'shop') => openCheckout(release, spec, dist),
      [Symbol.dispose]: () => folder[Symbol.dispose](),
    };
  }

  test('gets the change in the spec and in the files that follow from it, which it names', () => {
    using files = checkoutOf();
    writeFileSync(join(files.dist, 'other.k8s.yaml'), '# Synthesized by kubectl-bluegreen from release "other".\n');
    const checkout = files.open();
    const changed = checkout.write(checkout.rehearse(green(':v2')));
    expect(changed).toEqual([
      files.spec,
      join(files.dist, 'shop-green.k8s.yaml'),
      join(files.dist, 'shop-traffic.k8s.yaml'),
    ]);
    expect(readFileSync(join(files.dist, 'shop-green.k8s.yaml'), 'utf8')).toContain('image: shop:v2\n');
    expect(readdirSync(files.dist)).toContain('other.k8s.yaml');
    expect(checkout.write(green(':v2'))).toEqual([]);
  });

  test('names the files beforehand, and gets a version without the traffic', () => {
    using files = checkoutOf();
    const checkout = files.open();
    const change = checkout.rehearse({ ...green(':v2'), activates: false });
    const preview = checkout.preview(change);
    expect(readFileSync(files.spec, 'utf8')).toBe(SPEC);
    expect(preview).toEqual([files.spec, join(files.dist, 'shop-green.k8s.yaml')]);
    expect(checkout.write(change)).toEqual(preview);
    expect(readFileSync(files.spec, 'utf8')).toBe(SPEC.replace('"v1"', '"v2"'));
    expect(checkout.preview(change)).toEqual([]);
  });

  test.each([
    [
      'is in the way',
      (dist: string) =>
        writeFileSync(
          join(dist, 'shop-green.k8s.yaml'),
          '# Synthesized by kubectl-bluegreen from release "blog". Edit its spec instead.\n',
        ),
    ],
    [
      'cannot be written after another one was',
      (dist: string) => mkdirSync(join(dist, `shop-traffic.k8s.yaml.${process.pid}.tmp`)),
    ],
  ])('is as it was when a file of the manifests %s', (_, spoil) => {
    using files = checkoutOf();
    const checkout = files.open();
    const change = checkout.rehearse(green(':v2'));
    spoil(files.dist);
    const texts = () =>
      ['green', 'traffic'].map((name) => readFileSync(join(files.dist, `shop-${name}.k8s.yaml`), 'utf8'));
    const before = texts();
    expect(() => checkout.write(change)).toThrow('shop-');
    expect(readFileSync(files.spec, 'utf8')).toBe(SPEC);
    expect(texts()).toEqual(before);
  });

  test('keeps the mode of the spec, and the link to it', () => {
    using files = checkoutOf();
    chmodSync(files.spec, 0o640);
    const link = join(files.dist, '..', 'link.yaml');
    symlinkSync('shop.yaml', link);
    openCheckout('shop', link, files.dist).write(green(':v2'));
    expect(statSync(files.spec).mode & 0o777).toBe(0o640);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(files.spec, 'utf8')).toContain('"v2"');
  });

  test('keeps what somebody saved in the spec while the promotion ran', () => {
    using files = checkoutOf();
    const checkout = files.open();
    writeFileSync(files.spec, SPEC.replace('replicas: 3', 'replicas: 4'));
    checkout.write(green(':v2'));
    expect(readFileSync(files.spec, 'utf8')).toMatch(/"v2".*\n {4}replicas: 4/);
  });

  test.each([
    ['is of another release', SPEC, 'blog', /is the spec of release "shop", not of "blog"/],
    ['is not valid', SPEC.replace('replicas', 'replica'), 'shop', /unknown key; did you mean "replicas"\?/],
  ])('is refused before the cluster is asked when its spec %s', (_, text, release, message) => {
    using files = checkoutOf();
    writeFileSync(files.spec, text);
    expect(() => files.open(release)).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringMatching(message) }),
    );
  });

  test('is refused when the spec is not there, and when its manifests are not what it synthesizes', () => {
    using files = checkoutOf();
    expect(() => openCheckout('shop', `${files.spec}.no`, files.dist)).toThrow(/cannot be read: ENOENT/);
    expect(() => openCheckout('shop', files.spec, `${files.dist}-no`)).toThrow(
      /missing.*\nrun "kubectl bluegreen synth/,
    );
    writeFileSync(files.spec, SPEC.replace('replicas: 3', 'replicas: 4'));
    expect(() => files.open()).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining('shop-green.k8s.yaml: stale') }),
    );
  });

  test('takes images of its own repository alone', () => {
    using files = checkoutOf();
    const checkout = files.open();
    const image = 'elsewhere.example:5000/shop:v2';
    expect(() => checkout.requireRepository('shop:v9')).not.toThrow();
    expect(() => checkout.requireRepository(image)).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(() => checkout.rehearse({ ...green(''), image })).toThrow(expect.objectContaining({ exitCode: 3 }));
  });

  test('refuses, before traffic moves, a change that would make the spec invalid', () => {
    using files = checkoutOf(SPEC.replace('replicas: 3', 'replicas: 0'));
    expect(() => files.open().rehearse(green(':v2'))).toThrow(
      expect.objectContaining({ exitCode: 3, message: expect.stringContaining('this color is active') }),
    );
    expect(readFileSync(files.spec, 'utf8')).toContain('active: blue');
  });

  const plan = planPromote(inputOf({ intent: { target: { version: 'v2' } } }));
  /** A release whose green runs an image. */
  function running(image: string): FakeRun {
    const run = fakeRun();
    const live = run.api.at<Deployment>(GREEN) as Deployment;
    const [container, ...rest] = live.spec.template.spec.containers;
    const containers = [{ ...container, name: 'shop', image }, ...rest];
    const template = { ...live.spec.template, spec: { ...live.spec.template.spec, containers } };
    run.api.put({ ...live, spec: { ...live.spec, template } } as Deployment);
    return run;
  }
  const color = (name: string, image: string) => ({
    color: name,
    image,
    version: '',
    desired: 1,
    ready: 1,
    endpoints: 1,
  });
  const shown = (more: object = {}): Rendered =>
    ({
      plan,
      outcome: {
        phase: 'complete',
        active: color('green', 'shop:v2'),
        idle: color('blue', 'shop:v1'),
        steps: [],
        exitCode: 0,
      },
      ...more,
    }) as unknown as Rendered;

  test('is written after a run that succeeded, which tells the files', async () => {
    using files = checkoutOf();
    const run = running('shop:v2');
    const ended = await finishWriteBack(run, false, { checkout: files.open(), change: green(':v2') }, shown());
    expect(ended.outcome.steps).toMatchObject([
      { kind: 'write-back', status: 'done', files: [files.spec, expect.any(String), expect.any(String)] },
    ]);
    expect(run.log).toContain(`changed ${files.spec} written`);
  });

  test('is left alone by a run that failed, and by a dry run', async () => {
    using files = checkoutOf();
    const writeBack = { checkout: files.open(), change: green(':v2') };
    const failed = shown({ error: new Error('no') });
    expect(await finishWriteBack(fakeRun(), false, writeBack, failed)).toBe(failed);
    const dry = await finishWriteBack(fakeRun(), true, writeBack, shown());
    expect(dry.outcome.steps).toEqual([{ kind: 'write-back', description: describeStep(writeBackStep(writeBack)) }]);
    expect(describeStep(writeBackStep(writeBack))).toContain('active: green, colors.green.version: v2');
    expect(readFileSync(files.spec, 'utf8')).toBe(SPEC);
  });

  test.each([
    ['switched', plan, 5, /^traffic was switched to green, but /],
    ['stayed', { ...plan, steps: [] }, 3, /^\S+shop\.yaml was not written back: /],
  ])(
    'that became invalid meanwhile ends a run whose traffic %s, with what to do by hand',
    async (_, done, exitCode, message) => {
      using files = checkoutOf();
      const writeBack = { checkout: files.open(), change: green(':v2') };
      writeFileSync(files.spec, `${SPEC}nonsense: true\n`);
      const { outcome, error } = await finishWriteBack(running('shop:v2'), false, writeBack, shown({ plan: done }));
      expect(outcome).toMatchObject({ phase: 'write-back', exitCode, steps: [{ status: 'failed' }] });
      expect(error).toMatchObject({ exitCode, message: expect.stringMatching(message) });
      expect((error as Error).message).toContain(
        `set active: green, colors.green.version: v2 in it by hand, and run "kubectl bluegreen synth ${files.spec} --output-dir=${files.dist}"`,
      );
    },
  );

  test('does not get an image that the cluster does not run any more', async () => {
    using files = checkoutOf();
    const writeBack = { checkout: files.open(), change: green(':v3') };
    const { error } = await finishWriteBack(running('shop:v2'), false, writeBack, shown());
    expect(error).toMatchObject({
      exitCode: 5,
      message: expect.stringContaining('green shows image "shop:v2" by now, not "shop:v3"'),
    });
    expect(readFileSync(files.spec, 'utf8')).toBe(SPEC);
  });
});

describe('handing over to the tool that owns the selector', () => {
  const owner = { tool: 'Argo CD', evidence: 'shop', remedy: '' } as const;

  test.each([
    ['promote', planPromote(inputOf({ intent: { target: { version: 'v2' } } }))],
    ['rollback', planRollback(inputOf())],
  ])('%s does all that comes before the question and the switch, and says who moves traffic', (_, plan) => {
    const part = deferSwitch(plan, owner);
    expect(part).toMatchObject({ from: 'blue', to: 'blue', undo: plan.undo });
    expect(part.steps.at(-1)).toMatchObject({ kind: 'verify', color: 'green' });
    expect(part.steps).toEqual(plan.steps.slice(0, part.steps.length));
    expect(part.warnings.at(-1)).toMatch(/managed by Argo CD \(shop\): traffic moves to green when Argo CD applies/);
  });
});
