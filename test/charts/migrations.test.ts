import { expect, test } from '@jest/globals';
import { POLICY_ANNOTATION } from '../../charts/names.js';
import type { ReleaseInput } from '../../charts/spec/fields.js';
import { release } from './spec/support.js';
import { find, objectsOf } from './support.js';

const MIGRATIONS = { command: ['npm', 'run', 'migrate'] };

const objects = (more: Partial<ReleaseInput>) => objectsOf(release(more));
const policy = (more: Partial<ReleaseInput> = {}) =>
  JSON.parse(find(objects(more), 'Deployment', 'shop-blue').metadata.annotations?.[POLICY_ANNOTATION] ?? '');
const job = (more: Partial<ReleaseInput> = {}) => policy({ migrations: MIGRATIONS, ...more }).migrations;
const container = (more: Partial<ReleaseInput> = {}) => job(more).spec.template.spec.containers[0];

test('each Deployment carries the Job, so that a promotion needs no manifests; no file does', () => {
  expect(job()).toMatchObject({ apiVersion: 'batch/v1', kind: 'Job', spec: { template: {} } });
  expect(objects({ migrations: MIGRATIONS }).map(({ kind }) => kind)).not.toContain('Job');
});

test('a release without migrations has no word of them', () => {
  expect(policy()).not.toHaveProperty('migrations');
});

test('a Job is tried once, in ten minutes, and its record is kept', () => {
  expect(job().spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 600 });
  expect(job().spec).not.toHaveProperty('ttlSecondsAfterFinished');
  expect(job().spec.template.spec.restartPolicy).toBe('Never');
});

test.each(['metadata', 'template metadata'])('no Service and no budget selects by the labels of its %s', (where) => {
  const whole: Partial<ReleaseInput> = {
    migrations: MIGRATIONS,
    labels: { team: 'shop' },
    podDisruptionBudget: { maxUnavailable: 1 },
  };
  const { labels } = where === 'metadata' ? job(whole).metadata : job(whole).spec.template.metadata;
  expect(labels).toEqual({
    app: 'shop',
    'deployment-type': 'blue-green',
    'kubectl-bluegreen.dev/role': 'migrations',
    team: 'shop',
  });
  const selectors = objects(whole).flatMap(({ kind, spec }) =>
    kind === 'Service'
      ? [spec.selector]
      : ['Deployment', 'PodDisruptionBudget'].includes(kind)
        ? [spec.selector.matchLabels]
        : [],
  );
  expect(selectors).toHaveLength(8);
  for (const selector of selectors) expect(labels).not.toMatchObject(selector);
});

test('its Pod runs with the rights and on the nodes of the Pods of the colors', () => {
  const more: Partial<ReleaseInput> = {
    migrations: MIGRATIONS,
    serviceAccount: { name: 'robot' },
    nodeSelector: { disk: 'fast' },
    image: { repository: 'shop', pullPolicy: 'Always', pullSecrets: ['registry'] },
  };
  const { containers, affinity, ...pod } = find(objects(more), 'Deployment', 'shop-blue').spec.template.spec;
  delete pod.terminationGracePeriodSeconds;
  expect(job(more).spec.template.spec).toMatchObject(pod);
  const { imagePullPolicy, resources, securityContext } = containers[0];
  expect(container(more)).toMatchObject({ imagePullPolicy, resources, securityContext });
  expect(securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
});

test('it runs the image that is deployed, unless the spec names another', () => {
  expect(container()).not.toHaveProperty('image');
  expect(container({ migrations: { image: 'flyway/flyway:10' } }).image).toBe('flyway/flyway:10');
});

const ENV: ReleaseInput['env'] = {
  LEVEL: 'info',
  COLOR: { releaseField: 'color' },
  PASSWORD: { secretKeyRef: { name: 'database', key: 'password' } },
};
const fromConfig = (key: string) => ({ name: key, valueFrom: { configMapKeyRef: { name: 'shop-config', key } } });

test("it has the release's env but its color, and the shared configuration", () => {
  expect(container({ env: ENV, config: { data: { HOST: 'db' } } }).env).toEqual([
    { name: 'LEVEL', value: 'info' },
    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'database', key: 'password' } } },
    fromConfig('HOST'),
  ]);
});

test('its own env is in place of that, and goes before the shared configuration', () => {
  const migrations = { ...MIGRATIONS, env: { HOST: 'db-admin' } };
  expect(container({ env: ENV, migrations, config: { data: { HOST: 'db', PORT: '5432' } } }).env).toEqual([
    { name: 'HOST', value: 'db-admin' },
    fromConfig('PORT'),
  ]);
});

test("a color's configuration is not its own", () => {
  const migrations = { ...MIGRATIONS, env: { HOST: 'db' } };
  const config = { scope: 'color' as const, data: { PORT: '5432' } };
  expect(container({ migrations, config }).env).toEqual([{ name: 'HOST', value: 'db' }]);
});
