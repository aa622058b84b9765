import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { checkSynthesized } from '../../../../charts/index.js';
import { checkoutOf, SPEC } from './checkout.js';

// A dozen runs of git each.
jest.setTimeout(60_000);

const DIGEST = `sha256:${'a1'.repeat(32)}`;

describe('set-version', () => {
  test('changes the version of the color without traffic, and no other byte of the spec', async () => {
    const { spec, dist, manifest, setVersion } = checkoutOf();
    expect(await setVersion(['v2'])).toEqual({
      exitCode: 0,
      message: '',
      out: `${spec} written\n${manifest('green')} written\n`,
      err: '',
    });
    expect(readFileSync(spec, 'utf8')).toBe(SPEC.replace('"v1"', '"v2"'));
    expect(readFileSync(manifest('green'), 'utf8')).toContain('image: shop:v2\n');
    expect(checkSynthesized([spec], dist)).toEqual([]);
  });

  test.each([
    ['blue is active', SPEC, 'green'],
    ['green is active', SPEC.replace('active: blue', 'active: green'), 'blue'],
    ['no active color is stated', SPEC.replace(/active:.*\n/, ''), 'green'],
  ])('takes the other color where %s, named or not', async (_, text, color) => {
    for (const args of [['v2'], ['v2', color]]) {
      const { spec, setVersion } = checkoutOf(text);
      expect(await setVersion(args)).toMatchObject({ exitCode: 0 });
      const expected = new RegExp(`${color}:\\n    version: +"?v1`);
      expect(text).toMatch(expected);
      expect(readFileSync(spec, 'utf8')).toBe(text.replace(expected, (found) => found.replace('v1', 'v2')));
    }
  });

  test('refuses the active color, and says what to do', async () => {
    const { spec, texts, setVersion } = checkoutOf();
    const before = texts();
    expect(await setVersion(['v2', 'blue'])).toEqual({
      exitCode: 3,
      message:
        `blue is the active color of "shop" in ${spec}: a commit must not change the color that has the traffic\n` +
        'set the version of green, then deploy it and move traffic with "kubectl bluegreen promote shop"',
      out: '',
      err: '',
    });
    expect(texts()).toEqual(before);
  });

  test.each([
    ['that is there already', SPEC],
    ['that is there already, pinned', SPEC.replace(/version: {3}"v1".*/, `version: v1\n    digest: "${DIGEST}"`)],
  ])('has nothing to do for a version %s', async (_, text) => {
    const { texts, setVersion } = checkoutOf(text);
    const before = texts();
    const done = { exitCode: 0, out: '', err: 'nothing to do: green of shop has version v1 already\n' };
    // Neither git nor gh is asked.
    for (const flags of [{}, { 'dry-run': true }, { pr: true }])
      expect(await setVersion(['v1'], flags)).toMatchObject(done);
    expect(texts()).toEqual(before);
  });

  test('takes the digest of another version away', async () => {
    const { spec, manifest, setVersion } = checkoutOf(
      SPEC.replace(/version: {3}"v1".*/, `digest: "${DIGEST}" # pinned`),
    );
    const { out } = await setVersion(['v2'], { output: 'json' });
    expect(JSON.parse(out)).toMatchObject({ previous: 'sha256:a1a1a1a1a1a1', version: 'v2' });
    expect(readFileSync(spec, 'utf8')).toContain('  green:\n    version: v2 # pinned\n');
    expect(readFileSync(manifest('green'), 'utf8')).toContain('image: shop:v2\n');
  });

  test('says with --dry-run what would be written, and writes nothing', async () => {
    const { spec, manifest, texts, setVersion } = checkoutOf();
    const before = texts();
    expect(await setVersion(['v2'], { 'dry-run': true })).toEqual({
      exitCode: 0,
      message: '',
      out:
        'set-version shop: green from v1 to v2; traffic stays on blue\n' +
        `   1. write colors.green.version: v2 to ${spec}\n   2. write ${manifest('green')}\n`,
      err: '',
    });
    const { out } = await setVersion(['v2'], { 'dry-run': true, output: 'json' });
    expect(JSON.parse(out)).toMatchObject({ phase: 'planned', files: [spec, manifest('green')], steps: [{}, {}] });
    expect(texts()).toEqual(before);
  });

  test('prints one document with -o json, and the files alone with -o name', async () => {
    const { spec, manifest, setVersion } = checkoutOf();
    const files = [spec, manifest('green')];
    const { out, err } = await setVersion(['v2'], { output: 'json' });
    expect(JSON.parse(out)).toEqual({
      release: 'shop',
      operation: 'set-version',
      activeBy: 'spec',
      phase: 'complete',
      color: 'green',
      active: 'blue',
      version: 'v2',
      previous: 'v1',
      files,
      exitCode: 0,
    });
    expect(err).toContain(`${spec} written\n`);
    expect(JSON.parse((await setVersion(['v2'], { output: 'json' })).out)).toMatchObject({
      phase: 'nothing-to-do',
      files: [],
    });
    expect((await setVersion(['v3'], { output: 'name' })).out).toBe(`${files.join('\n')}\n`);
  });

  test.each([
    ['no version', [], {}, /^required argument VERSION is missing: the tag of the image$/],
    ['no tag of an image', ['v1/2'], {}, /^invalid version "v1\/2": want an image tag, /],
    ['a digest', [DIGEST], {}, /^invalid version "sha256:/],
    ['no color', ['v2', 'red'], {}, /^invalid color "red": want blue or green$/],
    ['a branch without a commit', ['v2'], { branch: 'b' }, /^--branch needs --commit or --pr$/],
    ['a spec that is not there', ['v2'], { spec: 'nowhere.yaml' }, /^nowhere\.yaml: cannot be read: ENOENT/],
    [
      'the spec of another release',
      ['v2'],
      { spec: 'charts/releases/engine-ops.yaml' },
      /"engine-ops", not of "shop"$/,
    ],
    ['an environment that is not there', ['v2'], { environment: 'qa' }, /has no environment "qa"; it has none$/],
    ['manifests of something else', ['v2'], { 'output-dir': 'dist' }, /^dist is not what .* synthesizes: /],
  ])('ends with exit code 2 for %s, and nothing is written', async (_, args, flags, message) => {
    const { texts, setVersion } = checkoutOf();
    const before = texts();
    expect(await setVersion(args, flags)).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message),
      out: '',
    });
    expect(texts()).toEqual(before);
  });

  test('leaves everything as it was when a manifest cannot be written', async () => {
    const { manifest, spec, setVersion } = checkoutOf();
    // A folder is where the temporary file of synthesis would be.
    mkdirSync(`${manifest('green')}.${process.pid}.tmp`);
    expect(await setVersion(['v2'])).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(`${spec} was not changed: `),
    });
    expect(readFileSync(spec, 'utf8')).toBe(SPEC);
  });
});

describe('set-version of an environment', () => {
  const TEXT = `${SPEC}environments:\n  dev: # for everyone\n    active: green\n  production:\n    namespace: production\n`;

  test('changes its part of the spec and its manifests alone, and goes by its active color', async () => {
    const { spec, dist, setVersion } = checkoutOf(TEXT);
    const { out } = await setVersion(['v2'], { environment: 'dev' });
    expect(out).toBe(`${spec} written\n${join(dist, 'dev', 'shop-blue.k8s.yaml')} written\n`);
    expect(readFileSync(spec, 'utf8')).toBe(
      TEXT.replace('for everyone\n', 'for everyone\n    colors:\n      blue:\n        version: v2\n'),
    );
    expect(checkSynthesized([spec], dist)).toEqual([]);
    expect(await setVersion(['v2', 'green'], { environment: 'dev' })).toMatchObject({ exitCode: 3 });
    expect((await setVersion(['v2'], { environment: 'dev' })).err).toMatch(/^nothing to do: blue of shop/);
  });

  test('refuses without one what environments would take over: it may be what serves there', async () => {
    const { spec, setVersion } = checkoutOf(TEXT);
    expect(await setVersion(['v2'])).toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/also change what dev, production has: .* name one with --environment$/),
    });
    expect(readFileSync(spec, 'utf8')).toBe(TEXT);
  });
});
