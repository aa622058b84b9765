import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { readRelease, synthesize } from '../../charts/index.js';
import type { EndpointSlice, Pod, Service } from '../../plugin/core/kubernetes.js';
import type { Status } from '../../plugin/plan/status.js';
import { startServiceLoad } from '../load/start.js';
import { bluegreen, createNamespace, deleteNamespace, getJson, kubectl, kubectlWith, run } from './support/cluster.js';
import { handMadeDeployment, handMadeObjects } from './support/hand-made.js';
import { until } from './support/until.js';

jest.setTimeout(180_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bluegreen-init-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const apply = (namespace: string, objects: readonly object[]) =>
  kubectlWith(
    { input: objects.map((object) => JSON.stringify(object)).join('\n---\n') },
    'apply',
    '-n',
    namespace,
    '-f',
    '-',
  );

/** Waits for Deployments' Pods, and for the EndpointSlices, which follow the Pods' readiness a moment later. */
async function settled(namespace: string, ...deployments: string[]): Promise<void> {
  for (const name of deployments)
    await kubectl('rollout', 'status', `deployment/${name}`, '-n', namespace, '--timeout=60s');
  await until(async () => {
    const slices = await getJson<{ items: EndpointSlice[] }>('endpointslices', '-n', namespace);
    return slices.items.every(({ endpoints }) => endpoints?.length && endpoints.every((e) => e.conditions?.ready));
  });
}

/** Everything about Pods and traffic that an adoption must leave as it is. */
async function runtime(namespace: string): Promise<unknown> {
  const [pods, services, slices] = await Promise.all([
    getJson<{ items: Pod[] }>('pods', '-n', namespace),
    getJson<{ items: Service[] }>('services', '-n', namespace),
    getJson<{ items: EndpointSlice[] }>('endpointslices', '-n', namespace),
  ]);
  return {
    pods: pods.items.map(({ metadata, status }) => [
      metadata.uid,
      metadata.labels,
      status?.containerStatuses?.map(({ restartCount }) => restartCount),
    ]),
    selectors: services.items.map(({ metadata, spec }) => [metadata.name, spec.selector]),
    endpoints: slices.items.map(({ metadata, endpoints }) => [metadata.name, endpoints]),
  };
}

describe('a new release', () => {
  let namespace: string;
  beforeAll(async () => {
    namespace = await createNamespace('init');
  });
  afterAll(() => deleteNamespace(namespace));

  test('flags give a spec that synthesizes and deploys', async () => {
    const [spec, dist] = [join(folder, 'cart.yaml'), join(folder, 'cart')];
    const flags = ['--image=engine-ops:v0.1.0', '--replicas=1', '--service-type=ClusterIP', '--env=GREETING=hello'];
    const init = await bluegreen(['init', 'cart', ...flags, `--spec=${spec}`]);
    expect(init).toExitWith(0);
    expect(init.stdout).toContain(`${spec} written\n`);
    expect(init.stderr).toContain('kubectl bluegreen deploy cart -f dist/');
    expect(readFileSync(spec, 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=\.\/release\.schema\.json\nname: cart\n/,
    );

    expect(await bluegreen(['synth', spec, `--output-dir=${dist}`])).toExitWith(0);
    const deploy = await bluegreen(['deploy', 'cart', '-f', dist, '-n', namespace]);
    expect(deploy).toExitWith(0);
    expect(deploy.stdout).toContain('service/cart-active created');
  });

  test('a file that exists stays as it is, unless it is to be overwritten', async () => {
    const spec = join(folder, 'taken.yaml');
    writeFileSync(spec, 'mine\n');
    const args = ['init', 'cart', '--image=engine-ops:v0.1.0', `--spec=${spec}`];
    const refused = await bluegreen(args);
    expect(refused).toMatchObject({ exitCode: 3, stdout: '' });
    expect(refused.stderr).toContain(`error: ${spec} exists already`);
    expect(readFileSync(spec, 'utf8')).toBe('mine\n');
    expect(await bluegreen([...args, '--overwrite'])).toExitWith(0);
    expect(readRelease(spec).name).toBe('cart');
  });

  test('without a terminal, what is missing is named and the cluster is not asked', async () => {
    const { exitCode, stderr } = await bluegreen(['init', '--kubeconfig=/nonexistent']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('missing without a terminal to ask on: NAME');
    expect(stderr).toContain('--image');
  });

  test('on a terminal it asks, and asks again for what the rules of the spec refuse', async () => {
    const spec = join(folder, 'asked.yaml');
    const answers = ['Till', 'till', '', 'engine-ops:v0.1.0', 'abc', '99999', '3001', '', 'ClusterIP', '', '', '', ''];
    const command = `kubectl bluegreen init --spec=${spec}`;
    const { exitCode, stdout } = await run(['script', '-qec', command, '/dev/null'], {
      input: `${answers.join('\n')}\n`,
    });
    expect({ exitCode, stdout }).toExitWith(0);
    expect(stdout).toContain('name: expected lower-case letters, digits and "-", starting with a letter, got "Till"');
    expect(stdout).toContain('an answer is needed');
    expect(stdout).toContain('expected a number, got "abc"');
    expect(stdout).toContain('expected at most 65535, got the number 99999');
    expect(stdout.split('Port that the container listens on [3000]')).toHaveLength(4);
    expect(readRelease(spec)).toMatchObject({
      name: 'till',
      ports: [{ name: 'http', containerPort: 3001, servicePort: 80 }],
      service: { type: 'ClusterIP' },
      colors: { blue: { version: 'v0.1.0' }, green: { version: 'v0.1.0' } },
    });
  });
});

describe('objects that were made by hand', () => {
  const shop = { name: 'shop', active: 'green', versions: { blue: 'v0.1.0', green: 'v0.2.0' } } as const;
  let namespace: string;
  let spec: string;
  let dist: string;
  const init = (...more: string[]) =>
    bluegreen(['init', 'shop', '--from-cluster', '-n', namespace, `--spec=${spec}`, ...more]);

  beforeAll(async () => {
    [spec, dist] = [join(folder, 'shop.yaml'), join(folder, 'shop')];
    namespace = await createNamespace('adopt');
    await apply(namespace, handMadeObjects(shop));
    await settled(namespace, 'shop-blue', 'shop-green');
  });
  afterAll(() => deleteNamespace(namespace));

  test('are adopted and deployed under load: no Pod is restarted, no traffic moves, no request fails', async () => {
    const before = await runtime(namespace);
    const load = await startServiceLoad(namespace, 'shop-active', { clients: 8 });
    const read = await init();
    expect(read).toExitWith(0);
    expect(read.stderr).not.toContain('warning');
    expect(await bluegreen(['synth', spec, `--output-dir=${dist}`])).toExitWith(0);
    for (const flags of [[], ['--apply-shared']])
      expect(await bluegreen(['deploy', 'shop', '-f', dist, ...flags])).toExitWith(0);
    // Also what a deploy leaves to a later promotion: the color that has the traffic.
    await kubectl('apply', '--server-side', '--force-conflicts', '-f', join(dist, 'shop-green.k8s.yaml'));
    const report = await load.stop();
    expect(await runtime(namespace)).toEqual(before);
    expect(report).toMatchObject({ failed: 0, colors: { green: expect.any(Number) } });
    expect(Object.keys(report.colors)).toEqual(['green']);
    expect(report.requests).toBeGreaterThan(100);
  });

  test('are told of as what they are, and read again as the same spec', async () => {
    const status = JSON.parse((await bluegreen(['status', 'shop', '-n', namespace, '-o', 'json'])).stdout) as Status;
    expect(status).toMatchObject({
      active: { color: 'green', version: 'v0.2.0', ready: 2 },
      idle: { version: 'v0.1.0' },
    });
    expect(readRelease(spec)).toMatchObject({ active: 'green', preStopCommand: ['/bin/sleep', '3'] });
    const again = await init('--dry-run');
    expect(again.exitCode).toBe(0);
    const body = (text: string) => text.slice(text.indexOf('\n'));
    expect(body(again.stdout)).toBe(body(readFileSync(spec, 'utf8').trimEnd()));
  });

  test('are promoted from then on', async () => {
    const { exitCode, stderr } = await bluegreen(['promote', 'shop', '-f', dist, '--version=v0.1.0', '--yes']);
    expect({ exitCode, stderr }).toExitWith(0);
    const active = await getJson<Service>('service', 'shop-active', '-n', namespace);
    expect(active.spec.selector).toEqual({ app: 'shop', version: 'blue' });
  });

  test('with something that a spec cannot say are listed by path, and nothing is written', async () => {
    const volume = { volumes: [{ name: 'tmp', emptyDir: {} }] };
    const sidecar = {
      containers: [{ name: 'sidecar', image: 'engine-ops:v0.1.0', env: [{ name: 'A', value: 'geheim' }] }],
    };
    const patch = JSON.stringify({ spec: { template: { spec: { ...volume, ...sidecar } } } });
    await kubectl('patch', 'deployment/shop-green', '-n', namespace, `--patch=${patch}`);
    await kubectl('patch', 'deployment/shop-blue', '-n', namespace, '--patch={"spec":{"minReadySeconds":1}}');
    rmSync(spec);
    const files = readdirSync(folder);
    const refused = await init();
    expect(refused).toMatchObject({ exitCode: 3, stdout: '' });
    expect(refused.stderr).toContain('deployment/shop-green: spec.template.spec.volumes: blue has it otherwise');
    expect(refused.stderr).toContain(
      'deployment/shop-green: spec.template.spec.containers[sidecar]: blue has it otherwise',
    );
    expect(refused.stderr).toContain('deployment/shop-blue: spec.minReadySeconds 1: not supported by the release spec');
    expect(refused.stderr).not.toContain('geheim');
    expect(readdirSync(folder)).toEqual(files);

    const partial = await init('--partial');
    expect(partial).toExitWith(0);
    expect(partial.stderr).toContain('warning: deployment/shop-green: spec.template.spec.volumes');
    expect(existsSync(spec)).toBe(true);
  });

  test('whose selectors are not those of a release are refused: they cannot be changed', async () => {
    const old = { name: 'old', active: 'blue', versions: shop.versions } as const;
    const deployment = handMadeDeployment(old, 'blue');
    Object.assign(deployment.spec, { replicas: 0 });
    Object.assign(deployment.spec.selector.matchLabels, { 'deployment-type': 'blue-green' });
    await apply(namespace, [deployment, ...handMadeObjects(old).slice(3)]);
    const { exitCode, stderr } = await bluegreen([
      'init',
      'old',
      '--from-cluster',
      '-n',
      namespace,
      `--spec=${folder}/old`,
    ]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(
      'deployment "old-blue" has selector app=old,deployment-type=blue-green,version=blue, want app=old,version=blue',
    );
    expect(existsSync(join(folder, 'old'))).toBe(false);
  });
});

test('a release that was synthesized with all that a spec can say is read as a spec of the same bytes', async () => {
  const namespace = await createNamespace('read');
  try {
    const [spec, again] = [join(folder, 'storefront.yaml'), join(folder, 'again.yaml')];
    const [dist, dist2] = [join(folder, 'storefront'), join(folder, 'again')];
    const text = readFileSync('test/releases/storefront.yaml', 'utf8');
    writeFileSync(spec, text.replace('namespace: shop\n', `namespace: ${namespace}\n`));
    synthesize([spec], dist);
    await kubectl('apply', '--server-side', '-f', dist);
    const read = await bluegreen(['init', 'storefront', '--from-cluster', '-n', namespace, `--spec=${again}`]);
    expect(read).toExitWith(0);
    expect(read.stderr).not.toMatch(/warning|note/);
    synthesize([again], dist2);
    for (const file of readdirSync(dist))
      expect(readFileSync(join(dist2, file), 'utf8')).toBe(readFileSync(join(dist, file), 'utf8'));
  } finally {
    await deleteNamespace(namespace);
  }
});

describe('a plain Deployment with a Service', () => {
  let namespace: string;
  const ofWeb = async () => {
    const pods = await getJson<{ items: Pod[] }>('pods', '-n', namespace, '-l', 'app=web');
    const slices = await getJson<{ items: EndpointSlice[] }>(
      'endpointslices',
      '-n',
      namespace,
      '-l',
      'kubernetes.io/service-name=web',
    );
    return [pods.items.map(({ metadata }) => metadata.uid), slices.items.map(({ endpoints }) => endpoints)];
  };
  beforeAll(async () => {
    namespace = await createNamespace('plain');
    const { spec } = handMadeDeployment(
      { name: 'web', active: 'blue', versions: { blue: 'v0.1.0', green: '' } },
      'blue',
    );
    const [labels, metadata] = [{ app: 'web' }, { name: 'web' }];
    const { containers } = spec.template.spec;
    const template = {
      metadata: { labels },
      spec: { ...spec.template.spec, containers: [{ ...containers[0], env: [] }] },
    };
    await apply(namespace, [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: { ...spec, selector: { matchLabels: labels }, template },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { selector: labels, ports: [{ port: 80, targetPort: 3000 }] },
      },
    ]);
    await settled(namespace, 'web');
  });
  afterAll(() => deleteNamespace(namespace));

  test('is no release of its own name until its Service leads to its own Pods alone', async () => {
    const args = ['init', 'web', '--from-cluster', '-n', namespace, `--spec=${folder}/web`];
    const { exitCode, stderr } = await bluegreen(args);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('service "web" would send its traffic to the new Pods as well');
    const [command = ''] = /kubectl patch service web .*$/m.exec(stderr) ?? [];
    const before = await ofWeb();
    expect(await run(['bash', '-c', command])).toExitWith(0);
    expect(await bluegreen([...args, '--dry-run'])).toExitWith(0);
    expect(await ofWeb()).toEqual(before);
  });

  test('stays as it is while a release of it is deployed beside it', async () => {
    const before = await ofWeb();
    const [spec, dist] = [join(folder, 'site.yaml'), join(folder, 'site')];
    const args = ['--from-cluster', '--deployment=web', '-n', namespace, `--spec=${spec}`];
    const init = await bluegreen(['init', 'site', ...args]);
    expect(init).toExitWith(0);
    expect(init.stderr).toContain('lead clients from service "web" to "site-active"');
    expect(await bluegreen(['synth', spec, `--output-dir=${dist}`])).toExitWith(0);
    expect(await bluegreen(['deploy', 'site', '-f', dist])).toExitWith(0);
    expect(await ofWeb()).toEqual(before);
    const pods = await getJson<{ items: Pod[] }>('pods', '-n', namespace, '-l', 'app=site,version=blue');
    expect(pods.items[0]?.spec.containers[0]).toMatchObject({ image: 'engine-ops:v0.1.0', name: 'web' });
  });
});
