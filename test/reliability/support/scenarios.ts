import { expect } from '@jest/globals';
import { isColor } from '../../../charts/names.js';
import type { Deployment, Service } from '../../../plugin/core/kubernetes.js';
import { lastOperation } from '../../../plugin/plan/operation.js';
import { getJson } from '../../e2e/support/cluster.js';
import { createRelease, type TestRelease } from '../../e2e/support/release.js';

/** A command that is disturbed again and again, and what is so when it has come to its end. */
export interface Scenario {
  readonly verb: string;
  /** The command, given the color that has the traffic. */
  readonly argv: (active: string, idleVersion: string) => string[];
  /** Makes the command one that has something to do. */
  readonly prepare?: (release: TestRelease) => Promise<void>;
  readonly reached: (before: Live, after: Live) => unknown;
}

export interface Live {
  readonly active: string;
  readonly preview: string;
  readonly outcome: string;
  /** Of the idle color. */
  readonly idle: { readonly replicas: number; readonly version: string };
  readonly ready: number;
}

const otherVersion = (version: string) => (version === 'v0.1.0' ? 'v0.2.0' : 'v0.1.0');
const moved = (before: Live, after: Live) => [
  after.active !== before.active,
  after.preview === before.active,
  after.outcome,
];

export const SCENARIOS: readonly Scenario[] = [
  {
    verb: 'promote',
    argv: (active) => ['promote', 'shop', '--yes', `--to=${active === 'blue' ? 'green' : 'blue'}`],
    reached: (before, after) => expect(moved(before, after)).toEqual([true, true, 'complete']),
  },
  {
    verb: 'rollback',
    argv: (active) => ['rollback', 'shop', `--to=${active === 'blue' ? 'green' : 'blue'}`],
    reached: (before, after) => expect(moved(before, after)).toEqual([true, true, 'complete']),
  },
  {
    verb: 'deploy',
    argv: (_, version) => ['deploy', 'shop', `--version=${otherVersion(version)}`],
    reached: (before, after) => {
      expect([after.active, after.idle.version]).toEqual([before.active, otherVersion(before.idle.version)]);
    },
  },
  {
    verb: 'cleanup',
    argv: () => ['cleanup', 'shop'],
    prepare: async (release) => {
      expect(await release.bluegreen('deploy')).toExitWith(0);
    },
    reached: (before, after) => expect([after.active, after.idle.replicas]).toEqual([before.active, 0]),
  },
];

/** @throws Error when the selector names no color */
export async function look({ namespace }: TestRelease): Promise<Live> {
  const { items } = await getJson<{ items: (Service & Deployment)[] }>('services,deployments', '-n', namespace);
  const named = (kind: string, name: string) => {
    const found = items.find((item) => item.kind === kind && item.metadata.name === name);
    if (!found) throw new Error(`no ${kind} ${name}`);
    return found;
  };
  const service = named('Service', 'shop-active');
  const active = String(service.spec.selector?.version);
  if (!isColor(active)) throw new Error(`the selector names ${active}`);
  const idle = named('Deployment', active === 'blue' ? 'shop-green' : 'shop-blue');
  return {
    active,
    preview: String((named('Service', 'shop-preview') as Service).spec.selector?.version),
    outcome: lastOperation(service)?.outcome ?? '',
    idle: {
      replicas: idle.spec.replicas ?? 1,
      version: idle.spec.template.spec.containers[0]?.image?.split(':')[1] ?? '',
    },
    ready: named('Deployment', `shop-${active}`).status?.readyReplicas ?? 0,
  };
}

/** A release of which both colors run, in a namespace of its own. */
export async function createWarmRelease(purpose: string): Promise<TestRelease> {
  const release = await createRelease(purpose);
  await release.install();
  return release;
}
