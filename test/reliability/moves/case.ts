import type { Color } from '../../../charts/names.js';
import { kubectl } from '../../e2e/support/cluster.js';
import type { Moment } from '../support/moments.js';

/** The two colors of a run: that which has the traffic before, and that which is to get it. */
export interface Colors {
  readonly from: Color;
  readonly to: Color;
  readonly namespace: string;
  /** The folder of the release's manifests. */
  readonly dist: string;
}

export interface Case {
  readonly run: (colors: Colors) => readonly [string, ...string[]];
  readonly at: Moment;
  readonly move: (colors: Colors) => Promise<unknown>;
  readonly exitCode: number;
  readonly says: readonly RegExp[];
  /** Where traffic is afterwards. */
  readonly traffic: 'from' | 'to';
  /** What puts the cluster right again, where a person has to. */
  readonly mend?: (colors: Colors) => Promise<unknown>;
  /** The run again, where it is to be told more. */
  readonly again?: (colors: Colors) => readonly [string, ...string[]];
  /** Where traffic is after the rerun: `to` by default. */
  readonly converges?: 'from' | 'to';
}

export const promote =
  (...args: string[]) =>
  ({ to }: Colors) =>
    ['promote', `--to=${to}`, ...args] as const;
export const confirmed = (...args: string[]) => promote('--yes', ...args);
export const rollback =
  (...args: string[]) =>
  ({ to }: Colors) =>
    ['rollback', `--to=${to}`, ...args] as const;
export const withManifests = (colors: Colors) => confirmed('-f', colors.dist, '--version=v0.1.0')(colors);
export const SOAK = '--soak=120s';

/** By what each is called. */
export type Cases = Readonly<Record<string, Case>>;

export const replicasOf = async ({ namespace }: Colors, color: Color): Promise<number> =>
  Number(await kubectl('get', 'deployment', `shop-${color}`, '-n', namespace, '-o', 'jsonpath={.spec.replicas}'));

export const deploymentOf = (color: Color, image: string) => {
  const labels = { app: 'shop', version: color };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'shop', image }] } };
  const metadata = { name: `shop-${color}` };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector: { matchLabels: labels }, template } };
};
export const activeService = (color: Color) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'shop-active' },
  spec: { selector: { app: 'shop', version: color }, ports: [{ name: 'http', port: 80, targetPort: 3000 }] },
});
export const setImage = ({ namespace }: Colors, color: Color, image: string) =>
  kubectl('set', 'image', `deployment/shop-${color}`, `shop=${image}`, '-n', namespace, '--field-manager=kubectl-edit');
