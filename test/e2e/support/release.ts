import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { synthesize } from '../../../charts/index.js';
import { COLORS } from '../../../charts/names.js';
import {
  bluegreen,
  type CallOptions,
  createNamespace,
  deleteNamespace,
  getJson,
  kubectl,
  type Result,
} from './cluster.js';

/** A release of the sample application in a namespace of its own. */
export interface TestRelease {
  readonly namespace: string;
  /** The folder of its manifests. */
  readonly dist: string;
  /** Synthesizes again, with changes of the spec. */
  synth(changes: object): void;
  /** `kubectl bluegreen VERB shop -n NAMESPACE ...`. */
  bluegreen(verb: string, args?: readonly string[], options?: CallOptions): Promise<Result>;
  /** The first deploy, which waits for the color that gets the traffic; both are ready then. */
  install(): Promise<void>;
  /** What must not change when a run is refused: selectors and templates. */
  fingerprint(): Promise<unknown>;
  activeColor(): Promise<string>;
  remove(): Promise<void>;
}

const FAST_PROBE = { periodSeconds: 1, initialDelaySeconds: 0 };

/** A spec whose Pods are ready in about a second: the tests are of the plugin, not of the probes. */
export const SPEC = {
  name: 'shop',
  active: 'blue',
  image: { repository: 'engine-ops' },
  colors: { blue: { version: 'v0.1.0' }, green: { version: 'v0.1.0' } },
  replicas: 2,
  env: { PORT: '3000', DEPLOYMENT_VERSION: { releaseField: 'color' } },
  config: { data: { GREETING: 'hello' } },
  resources: { requests: { cpu: '10m', memory: '16Mi' } },
  startupProbe: FAST_PROBE,
  livenessProbe: FAST_PROBE,
  readinessProbe: { ...FAST_PROBE, successThreshold: 1 },
  preStopSeconds: 3,
  terminationGracePeriodSeconds: 10,
  checks: ['/api/v1/health', '/api/v1/health/ready', '/metrics'].map((path, index) => ({
    name: ['health', 'readiness', 'metrics'][index],
    path,
    timeoutSeconds: 2,
    retries: 2,
    intervalSeconds: 1,
  })),
  promotion: { soakSeconds: 0 },
};

export async function createRelease(purpose: string, changes: object = {}): Promise<TestRelease> {
  return releaseIn(await createNamespace(purpose), changes);
}

/** The same, in a namespace that is there and is removed with it. */
export function releaseIn(namespace: string, changes: object = {}): TestRelease {
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-e2e-'));
  const dist = join(folder, 'dist');
  const synth = (more: object) => {
    const spec = join(folder, 'shop.yaml');
    writeFileSync(spec, stringify({ ...SPEC, ...changes, ...more }, { aliasDuplicateObjects: false }));
    synthesize([spec], dist);
  };
  synth({});
  return {
    namespace,
    dist,
    synth,
    bluegreen: (verb, args = [], options) => bluegreen([verb, 'shop', '-n', namespace, ...args], options),
    async install() {
      const { exitCode, stderr } = await bluegreen(['deploy', 'shop', '-n', namespace, '-f', dist]);
      if (exitCode !== 0) throw new Error(`the release was not installed: exit code ${exitCode}, ${stderr}`);
      for (const color of COLORS)
        await kubectl('rollout', 'status', `deployment/shop-${color}`, '-n', namespace, '--timeout=60s');
    },
    fingerprint: () => fingerprint(namespace),
    activeColor: async () => {
      const active = await getJson<Live>('service', 'shop-active', '-n', namespace);
      return active.spec.selector?.version ?? '';
    },
    async remove() {
      rmSync(folder, { recursive: true });
      await deleteNamespace(namespace);
    },
  };
}

interface Live {
  kind: string;
  metadata: { name: string };
  spec: { selector?: Record<string, string>; template?: unknown; replicas?: number; strategy?: unknown };
}

async function fingerprint(namespace: string): Promise<unknown> {
  const { items } = await getJson<{ items: Live[] }>('services,deployments,configmaps,leases', '-n', namespace);
  return items
    .filter((object) => object.metadata.name.startsWith('shop'))
    .map(({ kind, metadata, spec }) => [kind, metadata.name, spec]);
}
