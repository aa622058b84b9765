import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { kubectl } from '../../e2e/support/cluster.js';

/** A ServiceAccount that may do everything in its namespace, whose tokens are known. */
export interface Identity {
  /** A token, which ends with the Secret that it is bound to. */
  token(secret: string): Promise<string>;
  /** Writes a kubeconfig with these credentials alone. @returns its path */
  kubeconfig(folder: string, user: object): Promise<string>;
}

export async function createIdentity(namespace: string): Promise<Identity> {
  const inNamespace = ['-n', namespace];
  await kubectl('create', 'serviceaccount', 'promoter', ...inNamespace);
  const role = ['--clusterrole=cluster-admin', `--serviceaccount=${namespace}:promoter`];
  await kubectl('create', 'rolebinding', 'promoter', ...role, ...inNamespace);
  return {
    async token(secret) {
      await kubectl('create', 'secret', 'generic', secret, ...inNamespace);
      const bound = ['--bound-object-kind=Secret', `--bound-object-name=${secret}`];
      return (await kubectl('create', 'token', 'promoter', ...bound, ...inNamespace)).trim();
    },
    async kubeconfig(folder, user) {
      const admin = await kubectl('config', 'view', '--raw', '--minify', '-o', 'json');
      const { clusters, contexts, ...config } = JSON.parse(admin) as {
        clusters: object[];
        contexts: { name: string; context: object }[];
      };
      const [{ name, context } = { name: '', context: {} }] = contexts;
      const path = join(folder, 'kubeconfig');
      const own = {
        ...config,
        clusters,
        contexts: [{ name, context: { ...context, user: 'promoter' } }],
        users: [{ name: 'promoter', user }],
      };
      writeFileSync(path, stringify(own), { mode: 0o600 });
      return path;
    },
  };
}
