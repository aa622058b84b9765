import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { synthesize } from '../../charts/index.js';
import { GIT_ENV } from '../git-env.js';

/** A git repository as a team has it: a spec, and the manifests that are synthesized from it. */
export interface Repository {
  readonly folder: string;
  readonly spec: string;
  readonly dist: string;
  /** Where a tool reads its own object: a file beside the repository. */
  readonly source: string;
  git(...args: string[]): Promise<string>;
  /** Writes the spec and synthesizes it. */
  synth(spec: object): void;
  /** The same, and commits both. */
  commit(spec: object, message: string): Promise<void>;
  /** Commits what the folder holds. */
  commitAll(message: string): Promise<void>;
  remove(): void;
}

export async function createRepository(): Promise<Repository> {
  const env = { ...GIT_ENV, PATH: process.env.PATH };
  const root = mkdtempSync(join(tmpdir(), 'bluegreen-gitops-'));
  const folder = join(root, 'repository');
  const [spec, dist] = [join(folder, 'shop.yaml'), join(folder, 'dist')];
  mkdirSync(folder);
  const git = async (...args: string[]) => (await execa('git', args, { cwd: folder, env, extendEnv: false })).stdout;
  await git('init', '--quiet', '--initial-branch=main');
  // For commits that are made by the plugin.
  await git('config', 'user.name', 'Ada');
  await git('config', 'user.email', 'ada@example.com');
  const commitAll = async (message: string) => {
    await git('add', '--all');
    await git('commit', '--quiet', `--message=${message}`);
  };
  const synth = (text: object) => {
    writeFileSync(spec, stringify(text, { aliasDuplicateObjects: false }));
    synthesize([spec], dist);
  };
  return {
    folder,
    spec,
    dist,
    source: join(root, 'source.yaml'),
    git,
    commitAll,
    synth,
    commit: async (text, message) => {
      synth(text);
      await commitAll(message);
    },
    remove: () => rmSync(root, { recursive: true }),
  };
}
