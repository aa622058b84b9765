import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { synthesize } from '../../../../charts/index.js';
import { run } from '../../../../plugin/commands/set-version/run.js';
import type { FlagValue } from '../../../../plugin/invocation/invocation.js';
import { GIT_ENV } from '../../../git-env.js';
import { invocationOf } from '../../invocation.js';
import { temporaryFolder } from '../../temporary.js';

export const SPEC = `# The shop. Ask before you touch it.
name: shop
active: blue # moved by kubectl bluegreen
image: {repository: shop}
colors:
  blue:
    version: v1
  green:
    version:   "v1"   # what comes next
`;

/** What says that no cluster could be asked. */
export const NOT_READ = /^ {2}which color has the traffic was not read \(.*\n/m;

/** A folder with a spec and its manifests, and the verb run there. */
export function checkoutOf(text = SPEC, path = process.env.PATH) {
  const root = temporaryFolder();
  const [spec, dist] = [join(root, 'shop.yaml'), join(root, 'dist')];
  writeFileSync(spec, text);
  synthesize([spec], dist);
  const env = { ...GIT_ENV, PATH: path, HOME: root };
  return {
    root,
    spec,
    dist,
    /** A file of dist/. */
    manifest: (name: string) => join(dist, `shop-${name}.k8s.yaml`),
    /** The spec and all manifests, by their paths. */
    texts: () =>
      Object.fromEntries(
        [spec, ...readdirSync(dist).map((name) => join(dist, name))].map((file) => [file, readFileSync(file, 'utf8')]),
      ),
    git: async (...args: string[]) => (await execa('git', args, { cwd: root, env, extendEnv: false })).stdout,
    /** Runs the verb without a cluster. @returns what it printed, but for the line that says so; an error is part of it */
    setVersion: async (
      args: readonly string[],
      flags: Record<string, FlagValue> = {},
      more: NodeJS.ProcessEnv = {},
    ) => {
      const invocation = invocationOf(['shop', ...args], { spec, 'output-dir': dist, ...flags }, { ...env, ...more });
      const ended = await run(invocation).then(
        (exitCode) => ({ exitCode, message: '' }),
        (error: { exitCode?: number; message: string }) => ({ exitCode: error.exitCode, message: error.message }),
      );
      return { ...ended, out: invocation.out(), err: invocation.err().replace(NOT_READ, '') };
    },
  };
}

/** As checkoutOf, with everything committed on the branch main. */
export async function repositoryOf(text = SPEC, path = process.env.PATH) {
  const checkout = checkoutOf(text, path);
  const { git } = checkout;
  await git('init', '--quiet', '--initial-branch=main');
  writeFileSync(join(checkout.root, 'notes.txt'), 'one\n');
  writeFileSync(join(checkout.root, 'other.txt'), 'one\n');
  await git('add', '--all');
  await git('commit', '--quiet', '--message=one');
  return checkout;
}

export type Repository = Awaited<ReturnType<typeof repositoryOf>>;

/** What a commit of green holds. */
export const COMMITTED = ['dist/shop-green.k8s.yaml', 'shop.yaml'];
export const filesOf = async ({ git }: Repository, commit = 'HEAD') =>
  (await git('show', '--name-only', '--format=', commit)).split('\n').sort();

/** All that a refusal must leave as it was. */
export const stateOf = async ({ git, texts }: Repository) => [
  texts(),
  await git('status', '--porcelain', '--branch'),
  await git('for-each-ref', '--format=%(refname) %(objectname)'),
  await git('diff', '--cached'),
];

/** Path of the real git, for a PATH that holds little else. */
export const gitProgram = async () => (await execa('which', ['git'])).stdout;
