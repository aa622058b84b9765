import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  checkSynthesized,
  parseRelease,
  type ReleaseInput,
  renderRelease,
  SpecError,
  synthesize,
} from '../../charts/index.js';
import { leaseName } from '../../charts/names.js';
import { objectsIn } from '../../charts/render.js';
import { releaseName, specs } from './arbitrary.js';
import { directory } from './directory.js';
import { type KubernetesObject, parseObjects } from './support.js';

const BASE = { image: { repository: 'shop' }, colors: { blue: { version: 'v1' }, green: { version: 'v1' } } };
const perColor = { scope: 'color' as const, data: { A: 'a' } };
const shared = { data: { A: 'a' } };

/** Writes specs as a.yaml, b.yaml, and so on. */
function withSpecs(inputs: readonly object[]) {
  const dir = directory();
  const files = inputs.map((_, index) => join(dir.path, `${'abc'[index]}.yaml`));
  for (const [index, file] of files.entries()) writeFileSync(file, JSON.stringify({ ...BASE, ...inputs[index] }));
  return { out: join(dir.path, 'out'), files, [Symbol.dispose]: () => dir[Symbol.dispose]() };
}

/** What is refused, or undefined, and what is warned of. */
function attempt(work: (warn: (message: string) => void) => void) {
  const warnings: string[] = [];
  try {
    work((message) => warnings.push(message));
    return { warnings };
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return { refused: error.message, warnings };
  }
}

describe('two releases of one namespace', () => {
  const account = (name: string, create = true) => ({ serviceAccount: { name, create } });

  test.each<[string, object, object, string]>([
    [
      'with one ServiceAccount that both make',
      { name: 'shop', ...account('runner') },
      { name: 'cart', ...account('runner') },
      'b.yaml: serviceAccount: serviceaccount "runner" is also made by release "shop" of FIRST; set serviceAccount.create: false in one of them',
    ],
    [
      'of which one has a ServiceAccount of the name of the other',
      { name: 'shop', namespace: 'eu', ...account('cart') },
      { name: 'cart', namespace: 'eu', serviceAccount: {} },
      'serviceaccount "cart" is also made by release "shop" of FIRST in namespace "eu"',
    ],
    [
      'of which one is named as a color of the other',
      { name: 'app', config: perColor },
      { name: 'app-blue', config: shared },
      'FIRST gives app-blue.k8s.yaml too; rename one of the releases',
    ],
  ])('%s are refused by the names of both', (_, one, other, message) => {
    using given = withSpecs([one, other]);
    const [a = ''] = given.files;
    for (const work of [synthesize, checkSynthesized])
      expect(attempt(() => work(given.files, given.out)).refused).toContain(message.replace('FIRST', a));
    expect(() => readdirSync(given.out)).toThrow('ENOENT');
  });

  test.each<[string, object, object]>([
    ['whose ServiceAccount is made elsewhere', account('runner', false), account('runner')],
    ['of other namespaces', { namespace: 'a', ...account('runner') }, { namespace: 'b', ...account('runner') }],
  ])('%s are let be', (_, one, other) => {
    using given = withSpecs([
      { name: 'shop', ...one },
      { name: 'cart', ...other },
    ]);
    expect(attempt((warn) => synthesize(given.files, given.out, { warn }))).toEqual({ warnings: [] });
  });

  test('may be of one namespace when only one names it: that is warned of', () => {
    using given = withSpecs([
      { name: 'shop', namespace: 'eu', ...account('runner') },
      { name: 'cart', ...account('runner') },
    ]);
    const [a, b] = given.files;
    const warnings = [
      `${b}: serviceAccount: serviceaccount "runner" is also made by release "shop" of ${a}: only one of them names a namespace, so do not apply both to "eu"`,
    ];
    for (const work of [synthesize, checkSynthesized])
      expect(attempt((warn) => work(given.files, given.out, { warn }))).toEqual({ warnings });
  });

  test('are compared in each environment by itself, and what they share in all is told once', () => {
    const environments = { dev: { namespace: 'dev' }, production: { namespace: 'production' } };
    using given = withSpecs([
      { name: 'shop', namespace: 'dev', ...account('runner'), environments },
      { name: 'cart', namespace: 'cart', ...account('runner'), environments },
    ]);
    const lines = attempt(() => synthesize(given.files, given.out)).refused?.split('\n');
    expect(lines).toEqual([
      expect.stringContaining('in namespace "dev"; set'),
      expect.stringContaining('in namespace "production"; set'),
    ]);
  });

  test('of which one is synthesized alone is compared with the files of the other', () => {
    using given = withSpecs([
      { name: 'app', config: perColor, ...account('runner') },
      { name: 'cart', ...account('runner') },
    ]);
    const [a = '', b = ''] = given.files;
    synthesize([a], given.out);
    const alone = { keepOtherReleases: true };
    const shared = join(given.out, 'app.k8s.yaml');
    for (const work of [synthesize, checkSynthesized])
      expect(attempt(() => work([b], given.out, alone)).refused).toContain(
        `is also made by release "app" of ${shared}`,
      );
    // Without it the other's files are deleted, and the name is free.
    expect(attempt(() => synthesize([b], given.out)).refused).toBeUndefined();
    expect(attempt(() => synthesize([b], given.out, alone)).refused).toBeUndefined();
  });

  test('are not compared with files of another program in the folder', () => {
    using given = withSpecs([{ name: 'cart', ...account('runner') }]);
    mkdirSync(given.out);
    const foreign = 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: runner\n';
    writeFileSync(join(given.out, 'foreign.k8s.yaml'), foreign);
    expect(attempt(() => synthesize(given.files, given.out, { keepOtherReleases: true })).refused).toBeUndefined();
  });
});

describe('of any two releases', () => {
  const names = fc.constantFrom('app', 'app-blue', 'app-green', 'app-blue-blue', 'app-active', 'app-config', 'shop');
  const one: fc.Arbitrary<ReleaseInput> = fc
    .record({
      spec: specs(names, fc.constantFrom(undefined, 'a')),
      account: fc.record({ name: fc.constantFrom('runner', 'app-blue'), create: fc.boolean() }),
    })
    .map(({ spec, account }) => ({ ...spec, serviceAccount: account }));
  const pairs = fc.tuple(one, one).filter(([a, b]) => a.name !== b.name);

  const rendered = (input: ReleaseInput) => renderRelease(parseRelease(JSON.stringify(input), 'spec.yaml'));
  const key = ({ kind, metadata }: KubernetesObject) => `${kind}/${metadata.name}`;

  test('those that share an object or a file are refused by both names, and no others are', () => {
    let refusals = 0;
    fc.assert(
      fc.property(pairs, (inputs) => {
        const [a, b] = inputs.map((input) => rendered(input));
        const objects = (files: Map<string, string> | undefined) => [...(files?.values() ?? [])].flatMap(parseObjects);
        const keys = new Set(objects(a).map(key));
        const common = objects(b).filter((object) => keys.has(key(object)));
        const [of, and] = inputs.map(({ namespace }) => namespace);
        const sharesFile = [...(a?.keys() ?? [])].some((file) => b?.has(file));
        using given = withSpecs(inputs);
        const { refused, warnings } = attempt((warn) => synthesize(given.files, given.out, { warn }));
        if (sharesFile || (common.length > 0 && of === and)) {
          refusals += 1;
          for (const file of given.files) expect(refused).toContain(file);
          if (!sharesFile) for (const { metadata } of common) expect(refused).toContain(`"${metadata.name}"`);
        } else expect(refused).toBeUndefined();
        const mayShare = !sharesFile && of !== and && (of === undefined || and === undefined);
        expect(warnings).toHaveLength(mayShare ? common.length : 0);
      }),
      { numRuns: 50, seed: 5 },
    );
    expect(refusals).toBeGreaterThan(5);
  });

  test('the Leases differ', () => {
    fc.assert(fc.property(releaseName, releaseName, (a, b) => (leaseName(a) === leaseName(b)) === (a === b)));
  });

  test('names are found in the text of the files as YAML has them', () => {
    fc.assert(
      fc.property(specs(), (input) => {
        for (const text of rendered(input).values()) {
          const expected = parseObjects(text).map(({ kind, metadata: { name, namespace } }) => ({
            kind,
            metadata: { name, ...(namespace && { namespace }) },
          }));
          expect(objectsIn(text)).toEqual(expected);
          expect(objectsIn(text.replaceAll('\n', '\r\n'))).toEqual(expected);
        }
      }),
      { numRuns: 15 },
    );
    expect(objectsIn('---\nkind: ServiceAccount\nmetadata:\n  name: "123"\n  namespace: "0"\n')).toEqual([
      { kind: 'ServiceAccount', metadata: { name: '123', namespace: '0' } },
    ]);
  });
});
