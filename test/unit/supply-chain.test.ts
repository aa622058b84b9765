import { expect, test } from '@jest/globals';
import { read, sources } from './files.js';

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  /** Packed inside its parent, whose integrity covers it. */
  readonly inBundle?: boolean;
  readonly optional?: boolean;
  readonly dev?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
const packages = Object.entries(lock.packages).filter(([path]) => path !== '');

/** A tool's build for one platform: npm takes it there alone, and nothing of it is in what is published. */
const isPlatformTool = ({ dev, optional, os, cpu }: Locked) => Boolean(dev && optional && os && cpu);

test('every package of the lock file is fixed by its content, but a tool for another platform', () => {
  const loose = packages.filter(([, { integrity, inBundle }]) => !inBundle && !integrity?.startsWith('sha512-'));
  expect(loose.filter(([, locked]) => !isPlatformTool(locked)).map(([path]) => path)).toEqual([]);
  expect(packages.length).toBeGreaterThan(100);
});

test('nothing is packed inside another package whose content is not fixed', () => {
  const parents = packages
    .filter(([, { inBundle }]) => inBundle)
    .map(([path]) => path.split('/node_modules/')[0] ?? '');
  expect(parents.filter((path) => !lock.packages[path]?.integrity)).toEqual([]);
});

test('the lock file names no registry but the public one', () => {
  const hosts = packages.flatMap(([, { resolved }]) => (resolved ? [new URL(resolved).origin] : []));
  expect(hosts.filter((host) => host !== 'https://registry.npmjs.org')).toEqual([]);
});

test('every dependency may be used under a permissive licence', () => {
  const permissive =
    /\b(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0|CC0-1\.0|CC-BY-4\.0|Python-2\.0|Unlicense)\b/;
  // Of `A OR B` one is enough; of `A AND B` each must be permissive.
  const allowed = (license = '') =>
    license
      .replace(/[()]/g, '')
      .split(' OR ')
      .some((choice) => choice.split(' AND ').every((one) => permissive.test(one)));
  const others = packages.filter(([, { license }]) => !allowed(license));
  expect(others.map(([path, { license }]) => `${path} ${license}`)).toEqual([]);
});

test.each([...sources('plugin'), ...sources('charts')])('%s starts no shell', (file) => {
  const code = read(file).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  expect(code).not.toMatch(
    /\bexec(File)?Sync\b|\bexecaCommand\w*|\bshell:|['"`](ba|da|z)?sh['"`]|['"`]cmd(\.exe)?['"`]/,
  );
  // Without an object before it, exec is node:child_process's own, which gives its text to a shell.
  if (/node:child_process/.test(code)) expect(code).not.toMatch(/import[^;]*\bexec\b[^;]*node:child_process/);
});
