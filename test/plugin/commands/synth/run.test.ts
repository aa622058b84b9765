import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { run } from '../../../../plugin/commands/synth/run.js';
import { directory } from '../../../charts/directory.js';
import { invocationOf } from '../../invocation.js';

const spec = (name: string, more: object) =>
  JSON.stringify({
    name,
    image: { repository: 'shop' },
    colors: { blue: { version: 'v1' }, green: { version: 'v1' } },
    serviceAccount: { name: 'runner' },
    ...more,
  });

function specs(one: object, other: object) {
  const dir = directory({ 'shop.yaml': spec('shop', one), 'cart.yaml': spec('cart', other) });
  const [files, dist] = [['shop.yaml', 'cart.yaml'].map((name) => join(dir.path, name)), join(dir.path, 'dist')];
  const synth = async (flags: object = {}) => {
    const invocation = invocationOf(files, { 'output-dir': dist, ...flags });
    const exitCode = await run(invocation);
    return { exitCode, err: invocation.err() };
  };
  return { dist, synth, [Symbol.dispose]: () => dir[Symbol.dispose]() };
}

test('what may be a mistake is a warning on stderr, with --check too, and no failure', async () => {
  using given = specs({ namespace: 'eu' }, {});
  const warned = { exitCode: 0, err: expect.stringMatching(/^warning: .*cart\.yaml: serviceAccount: .*\n$/) };
  expect(await given.synth()).toEqual(warned);
  expect(readdirSync(given.dist)).toHaveLength(8);
  expect(await given.synth({ check: true })).toEqual(warned);
});

test('two releases that make the same object are refused with exit code 2, and nothing is written', async () => {
  using given = specs({}, {});
  for (const flags of [{}, { check: true }])
    await expect(given.synth(flags)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('serviceaccount "runner" is also made by release "shop"'),
    });
  expect(() => readdirSync(given.dist)).toThrow('ENOENT');
});
