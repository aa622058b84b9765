import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { checkSynthesized, parseReleaseFile, synthesize } from '../../../../charts/index.js';
import { describeChange, type SpecChange } from '../../../../plugin/manifests/write-back/change.js';
import { openCheckout } from '../../../../plugin/manifests/write-back/checkout.js';
import { editSpec } from '../../../../plugin/manifests/write-back/edit.js';
import { directory } from '../../../charts/directory.js';

const DIGEST = `sha256:${'a1'.repeat(32)}`;

const specOf = (environments: string) => `# The shop.
name: shop
active: blue
image: {repository: shop}
colors:
  blue: {version: v1}
  green: {version: v1}   # idle
environments:
${environments}`;

const DEV = specOf(`  dev: # for everyone
    # One is enough.
    replicas: 1
  production:
    namespace: production
    active: green
`);

const change = (image: string, environment = 'dev'): SpecChange => ({
  environment,
  color: 'green',
  image,
  activates: true,
});

const PROMOTED = { color: 'green', image: 'shop:v2', activates: true } as const;

function edited(text: string, { environment = '', ...rest }: SpecChange): string {
  const spec = parseReleaseFile(text, 'shop.yaml').environments.get(environment);
  const { version, digest } = spec?.colors[rest.color] ?? {};
  return editSpec(text, { environment, ...rest }, { active: spec?.active ?? 'blue', version, digest });
}

/** The lines that are new; every old one must still be there, in its order. */
function addedLines(before: string, after: string): string[] {
  const old = before.split('\n');
  const added = after.split('\n').filter((line) => {
    if (line !== old[0]) return true;
    old.shift();
    return false;
  });
  expect(old).toEqual([]);
  return added;
}

describe('editing the part of an environment', () => {
  test('makes the mappings that are missing, at its beginning, and no comment goes astray', () => {
    const after = edited(DEV, change('shop:v2'));
    expect(addedLines(DEV, after)).toEqual(['    active: green', '    colors:', '      green:', '        version: v2']);
    expect(after).toContain('  dev: # for everyone\n    active: green\n');
    expect(after).toContain('    # One is enough.\n    replicas: 1\n');
  });

  test('changes the scalars that are there and no other byte', () => {
    const text = specOf(`  dev:
    colors:
      green:
        version: "v1" # idle
        replicas: 3
    active: blue # who else
`);
    expect(edited(text, change('shop:v2'))).toBe(
      text.replace('"v1"', '"v2"').replace('active: blue # who', 'active: green # who'),
    );
  });

  test('does not repeat what the release says', () => {
    expect(edited(DEV, change('shop:v1', 'production'))).toBe(DEV);
    expect(addedLines(DEV, edited(DEV, change('shop:v1')))).toEqual(['    active: green']);
  });

  test('leaves the active color as it is for a version without the traffic', () => {
    const version = { ...change('shop:v2'), activates: false };
    expect(addedLines(DEV, edited(DEV, version))).toEqual(['    colors:', '      green:', '        version: v2']);
    expect(describeChange(version)).toBe('environments.dev.colors.green.version: v2');
  });

  test('adds no active color that the release has', () => {
    const after = edited(DEV, { ...change('shop:v2'), color: 'blue' });
    expect(addedLines(DEV, after)).toEqual(['    colors:', '      blue:', '        version: v2']);
  });

  test.each([
    ['an empty one', '  dev: {}\n', '  dev: {active: green, colors: {green: {version: v2}}}\n'],
    [
      'one in a line',
      '  dev: {replicas: 1}\n',
      '  dev: {active: green, colors: {green: {version: v2}}, replicas: 1}\n',
    ],
    [
      'a color without a version',
      '  dev:\n    colors:\n      green:\n        replicas: 3\n',
      '  dev:\n    active: green\n    colors:\n      green:\n        version: v2\n        replicas: 3\n',
    ],
    [
      'colors without this one',
      '  dev:\n      colors:\n        blue: {version: v0}\n',
      '  dev:\n      active: green\n      colors:\n        green:\n          version: v2\n        blue: {version: v0}\n',
    ],
    [
      'colors in a line',
      '  dev:\n    colors: {blue: {version: v0}}\n',
      '  dev:\n    active: green\n    colors: {green: {version: v2}, blue: {version: v0}}\n',
    ],
    [
      'an active color that was taken away',
      '  dev:\n    active: null\n',
      '  dev:\n    colors:\n      green:\n        version: v2\n    active: green\n',
    ],
    [
      'a digest, which would outweigh the version',
      `  dev:\n    active: green\n    colors: {green: {digest: "${DIGEST}"}}\n`,
      '  dev:\n    active: green\n    colors: {green: {version: v2}}\n',
    ],
    [
      'a name that YAML takes for a number',
      '  1:\n    replicas: 1\n',
      '  1:\n    active: green\n    colors:\n      green:\n        version: v2\n    replicas: 1\n',
    ],
  ])('knows %s', (_, environments, after) => {
    const name = /^ {2}(\w+)/.exec(environments)?.[1] ?? '';
    expect(edited(specOf(environments), change('shop:v2', name))).toBe(specOf(after));
  });

  test('keeps line ends of Windows', () => {
    const windows = DEV.replaceAll('\n', '\r\n');
    expect(edited(windows, change(`shop:v2@${DIGEST}`))).toBe(
      edited(DEV, change(`shop:v2@${DIGEST}`)).replaceAll('\n', '\r\n'),
    );
  });

  test('says what it sets under the name of the environment', () => {
    expect(describeChange(change('shop:v2'))).toBe(
      'environments.dev.active: green, environments.dev.colors.green.version: v2',
    );
  });
});

describe('a checkout with environments', () => {
  function checkoutOf(text = DEV) {
    const folder = directory({ 'shop.yaml': text });
    const [spec, dist] = [join(folder.path, 'shop.yaml'), join(folder.path, 'dist')];
    synthesize([spec], dist);
    return { spec, dist, [Symbol.dispose]: () => folder[Symbol.dispose]() };
  }

  test('gets the change in one environment and its files, and in no other', () => {
    using files = checkoutOf();
    const checkout = openCheckout('shop', files.spec, files.dist, 'dev');
    expect(checkout.release.namespace).toBeUndefined();
    const changed = checkout.write(checkout.rehearse(PROMOTED));
    expect(changed).toEqual([
      files.spec,
      join(files.dist, 'dev', 'shop-green.k8s.yaml'),
      join(files.dist, 'dev', 'shop-traffic.k8s.yaml'),
    ]);
    expect(checkSynthesized([files.spec], files.dist)).toEqual([]);
    expect(parse(readFileSync(files.spec, 'utf8'))).toMatchObject({
      active: 'blue',
      environments: { dev: { active: 'green', colors: { green: { version: 'v2' } }, replicas: 1 } },
    });
    expect(checkout.write(change('shop:v2'))).toEqual([]);
  });

  test('names the namespace of its environment', () => {
    using files = checkoutOf();
    expect(openCheckout('shop', files.spec, files.dist, 'production').release.namespace).toBe('production');
  });

  test('is refused for an environment that is not there', () => {
    using files = checkoutOf();
    expect(() => openCheckout('shop', files.spec, files.dist, 'prodution')).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: `${files.spec} has no environment "prodution"; did you mean "production"?`,
      }),
    );
  });

  test('is refused with what there is for an environment that is like none', () => {
    using files = checkoutOf();
    expect(() => openCheckout('shop', files.spec, files.dist, 'qa')).toThrow('"qa"; it has dev, production');
  });

  test('refuses a change of the release that its environments would take over', () => {
    using files = checkoutOf();
    expect(() => openCheckout('shop', files.spec, files.dist).rehearse(PROMOTED)).toThrow(
      expect.objectContaining({
        exitCode: 3,
        message: expect.stringContaining('would also change what dev, production has: give each environment'),
      }),
    );
    expect(readFileSync(files.spec, 'utf8')).toBe(DEV);
  });

  test('takes a change of the release that concerns none of its environments', () => {
    const own = 'active: green\n    colors: {blue: {version: v0}, green: {version: v0}}';
    using files = checkoutOf(specOf(`  dev:\n    ${own}\n`));
    const checkout = openCheckout('shop', files.spec, files.dist);
    expect(checkout.write(checkout.rehearse(PROMOTED))).toEqual([
      files.spec,
      join(files.dist, 'shop-green.k8s.yaml'),
      join(files.dist, 'shop-traffic.k8s.yaml'),
    ]);
  });
});
