import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { synthesize } from '../../../charts/index.js';
import { loadManifests } from '../../../plugin/invocation/arguments.js';
import { environmentFlag, environmentNamespace, requireNoEnvironment } from '../../../plugin/invocation/environment.js';
import type { FlagValue } from '../../../plugin/invocation/invocation.js';
import { environmentsIn } from '../../../plugin/manifests/environments.js';
import { allObjects, manifestNamespace } from '../../../plugin/plan/manifests.js';
import { directory } from '../../charts/directory.js';
import { invocationOf } from '../invocation.js';

const SPEC = {
  name: 'shop',
  image: { repository: 'shop' },
  colors: { blue: { version: 'v1' }, green: { version: 'v1' } },
  environments: { dev: { namespace: 'shop-dev' }, production: { namespace: 'shop-production' }, local: {} },
};

function synthesized(spec: object = SPEC) {
  const folder = directory({ 'shop.yaml': stringify(spec) });
  const dist = join(folder.path, 'dist');
  synthesize([join(folder.path, 'shop.yaml')], dist);
  const call = (flags: Record<string, FlagValue>) => invocationOf(['shop'], flags);
  return { dist, call, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

describe('--environment', () => {
  test('is a name of small letters', () => {
    expect(environmentFlag(invocationOf([], { environment: 'dev-1' }))).toBe('dev-1');
    expect(environmentFlag(invocationOf())).toBeUndefined();
    for (const environment of ['', '..', '../dev', 'Dev', 'dev/', '-dev', 'a'.repeat(64)])
      expect(() => environmentFlag(invocationOf([], { environment }))).toThrow('invalid environment "');
  });

  test('takes the manifests of -f from the folder of its name', async () => {
    using files = synthesized();
    const of = async (environment?: string) => {
      const manifests = await loadManifests(files.call({ filename: [files.dist], environment }), 'shop');
      return manifests && manifestNamespace(allObjects(manifests));
    };
    expect(await of('dev')).toBe('shop-dev');
    expect(await of('production')).toBe('shop-production');
    expect(await of()).toBeUndefined();
  });

  test('names the namespace also without -f', async () => {
    using files = synthesized();
    const of = (environment?: string) =>
      environmentNamespace(files.call({ 'output-dir': files.dist, environment }), 'shop');
    expect(await of('production')).toBe('shop-production');
    expect(await of('local')).toBeUndefined();
    expect(await of()).toBeUndefined();
    await expect(of('prod')).rejects.toThrow('"prod": it holds those of dev, local, production');
    await expect(environmentNamespace(files.call({ environment: 'dev' }), 'shop')).rejects.toThrow(
      '"dist" holds no manifests of an environment "dev": it holds none',
    );
  });

  test('of another release is told', async () => {
    using files = synthesized();
    await expect(
      environmentNamespace(files.call({ 'output-dir': files.dist, environment: 'dev' }), 'blog'),
    ).rejects.toThrow('holds no object of release "blog": it holds: shop');
  });

  test('is looked for in folders that hold manifests alone', () => {
    using files = synthesized();
    mkdirSync(join(files.dist, 'empty'));
    mkdirSync(join(files.dist, 'other'));
    writeFileSync(join(files.dist, 'other', 'notes.txt'), '');
    expect(environmentsIn(files.dist)).toEqual(['dev', 'local', 'production']);
    expect(environmentsIn('/nonexistent')).toEqual([]);
  });
});

describe('manifests of no environment', () => {
  const check = async (files: ReturnType<typeof synthesized>, namespace: string, flags = {}) =>
    requireNoEnvironment(files.call({ filename: [files.dist], ...flags }), 'shop', namespace);

  test('are kept out of the namespace of one', async () => {
    using files = synthesized();
    await expect(check(files, 'shop-production')).rejects.toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: expect.stringContaining('is that of environment production, and the manifests in'),
      }),
    );
  });

  test('go anywhere else, and those of an environment where they belong', async () => {
    using files = synthesized();
    await check(files, 'elsewhere');
    await check(files, 'shop-dev', { environment: 'dev' });
    await check(files, 'shop-dev', { filename: [join(files.dist, 'shop-blue.k8s.yaml')] });
  });

  test('know nothing of the environments of other releases', async () => {
    using files = synthesized();
    await requireNoEnvironment(files.call({ filename: [files.dist] }), 'blog', 'shop-dev');
  });
});
