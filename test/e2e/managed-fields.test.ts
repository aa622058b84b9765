import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import type { Deployment, KubernetesObject, ManagedFields } from '../../plugin/core/kubernetes.js';
import { type Api, connectApi } from '../../plugin/kube/api.js';
import { absorb } from '../../plugin/plan/fields/absorb.js';
import { extract } from '../../plugin/plan/fields/extract.js';
import { kubectlFields } from '../../plugin/plan/fields/kubectl.js';
import { appliedBy, ownedBy } from '../../plugin/plan/fields/owned.js';
import { paths } from '../../plugin/plan/fields/paths.js';
import { difference } from '../../plugin/plan/fields/set.js';
import { SHAPES, shapeOf } from '../../plugin/plan/fields/shapes.js';
import { REPOSITORY } from '../cluster/cluster.js';
import { statedSet } from '../plugin/server/stated-set.js';
import { type SharedProxy, startSharedProxy } from '../reliability/races/api.js';
import { createNamespace, deleteNamespace, getJson, kubectl, kubectlWith } from './support/cluster.js';
import { merging, type Schemas } from './support/openapi.js';

jest.setTimeout(120_000);

const MANAGER = 'bluegreen';
const MANIFEST = join(REPOSITORY, 'test/plugin/plan/fields/recorded/deployment.yaml');

let proxy: SharedProxy;
let api: Api;
let namespace: string;

beforeAll(async () => {
  proxy = await startSharedProxy();
  api = connectApi(proxy.http, 30_000);
  namespace = await createNamespace('managed');
});
afterAll(async () => {
  proxy?.stop();
  await deleteNamespace(namespace);
});

describe('the table of shapes is what the API server publishes', () => {
  const kinds = Object.keys(SHAPES).map((key) => key.split('/') as [string, string]);

  test.each(kinds)('%s/%s', async (group, kind) => {
    const { paths: groups } = await api.get<{ paths: Record<string, { serverRelativeURL: string }> }>('/openapi/v3');
    const prefix = group === '' ? 'api/v1' : `apis/${group}/`;
    const versions = Object.keys(groups).filter((path) => path === prefix || path.startsWith(prefix));
    // The newest version is the longest list of fields, such as autoscaling/v2.
    const newest =
      versions
        .filter((path) => /v\d+$/.test(path))
        .sort()
        .at(-1) ?? '';
    const document = await api.get<{ components: { schemas: Schemas } }>(groups[newest]?.serverRelativeURL ?? '');
    const apiVersion = newest.replace(/^apis?\//, '');
    const published = merging(document.components.schemas, {
      group,
      kind,
      version: apiVersion.split('/').at(-1) ?? '',
    });
    expect(shapeOf({ apiVersion, kind })).toEqual(published);
  });
});

describe('an application that kubectl installed', () => {
  const k = (...args: string[]) => kubectl('-n', namespace, ...args);
  const live = () => getJson<Deployment>('deployment', 'app', '-n', namespace, '--show-managed-fields');
  const apply = (object: object) =>
    kubectlWith(
      { input: JSON.stringify(object) },
      ...['apply', '-n', namespace, '--server-side', `--field-manager=${MANAGER}`, '--force-conflicts', '-f', '-'],
    );
  const manifest = () => parse(readFileSync(MANIFEST, 'utf8')) as Deployment;

  beforeAll(async () => {
    await k('apply', '-f', MANIFEST);
    await k('set', 'env', 'deployment/app', '-c', 'app', 'A=7', 'D=8');
    await k('annotate', 'deployment/app', 'other=one');
    await k('patch', 'deployment/app', '--type=merge', '--patch={"spec":{"minReadySeconds":3}}');
  });

  test('keeps what kubectl wrote when the manifest is applied by another manager alone', async () => {
    await apply(manifest());
    expect((await live()).spec).toMatchObject({ minReadySeconds: 3 });
  });

  test('becomes what the manifest says once its fields are absorbed', async () => {
    const before = await live();
    const take = (entry: ManagedFields) => kubectlFields(entry, MANAGER);
    const entries = absorb(before.metadata.managedFields ?? [], take, { manager: MANAGER, apiVersion: 'apps/v1' });
    const patch = [
      { op: 'replace', path: '/metadata/managedFields', value: entries },
      { op: 'replace', path: '/metadata/resourceVersion', value: before.metadata.resourceVersion },
    ];
    await api.patch(`/apis/apps/v1/namespaces/${namespace}/deployments/app`, patch);
    expect((await live()).spec).toEqual(before.spec);
    await apply(manifest());
    const after = await live();
    expect(paths(difference(appliedBy(after, MANAGER), statedSet(manifest())))).toEqual([]);
    const defaulted = await kubectlWith(
      { input: JSON.stringify({ ...manifest(), metadata: { ...manifest().metadata, name: 'other' } }) },
      ...['create', '-n', namespace, '--dry-run=server', '-o', 'json', '-f', '-'],
    );
    expect(after.spec).toEqual((JSON.parse(defaulted) as Deployment).spec);
    const { 'deployment.kubernetes.io/revision': _, ...annotations } = after.metadata.annotations ?? {};
    // A person's note stays; kubectl's record of what it applied goes.
    expect(annotations).toEqual({ note: 'one', other: 'one' });
  });

  test('is not changed by what is read from it and applied again', async () => {
    await apply(
      extract(
        await live(),
        ownedBy(await live(), ({ subresource }) => !subresource),
      ),
    );
    const before = await live();
    await apply(extract(before, appliedBy(before, MANAGER)));
    const after = await live();
    expect(after.metadata.generation).toBe(before.metadata.generation);
    expect(withoutStatus(after)).toEqual(withoutStatus(before));
  });
});

/** The Deployment controller writes the status meanwhile. */
function withoutStatus(object: KubernetesObject): unknown {
  const { status: _, metadata, ...rest } = object as Deployment;
  const { resourceVersion: __, managedFields = [], ...identity } = metadata;
  return { ...rest, metadata: identity, managers: managedFields.filter(({ subresource }) => !subresource) };
}
