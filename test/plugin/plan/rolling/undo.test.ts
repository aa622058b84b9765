import { describe, expect, test } from '@jest/globals';
import { RefusedError } from '../../../../plugin/core/errors.js';
import type { Deployment, PodTemplate } from '../../../../plugin/core/kubernetes.js';
import { revisionsOf, sameTemplate, selectorQuery } from '../../../../plugin/plan/revisions.js';
import { undoChecks } from '../../../../plugin/plan/rolling/checks.js';
import { lastUndo, type UndoInput, undoHeadline } from '../../../../plugin/plan/rolling/undo.js';
import { describeStep } from '../../../../plugin/steps/registry.js';
import { inputOf, PROBES, plain, planOf, revisionSet, template } from '../../plain.js';

const steps = (more: Partial<UndoInput> = {}) => planOf(more).steps.map(describeStep);

describe('planUndo', () => {
  test('goes back to the previous revision, waits, verifies by the probes, and records', () => {
    const plan = planOf();
    expect(undoHeadline(plan)).toBe(
      'undo deployment.apps/cart in namespace store: from revision 2 (v2) to revision 1 (v1)',
    );
    expect(plan.steps.map(describeStep)).toEqual([
      'patch deployment.apps/cart: template of revision 1 (image cart:v1)',
      'wait until every Pod is of it and ready, 60s at most',
      'verify every Pod: readiness 8080/ready, liveness 8080/live',
      'record the outcome "complete" on deployment.apps/cart',
    ]);
  });

  test('puts the template in as it was, without the hash that its ReplicaSet was given', () => {
    expect(planOf().to.template).toEqual(template('v1'));
  });

  const replicaSets = [revisionSet(5, 'v5'), revisionSet(2, 'v2'), revisionSet(4, 'v4'), revisionSet(1, 'v1')];

  test.each<[number, string, string]>([
    [0, 'v5', 'cart:v4'],
    [0, 'v4', 'cart:v5'],
    [1, 'v5', 'cart:v1'],
    [2, 'v5', 'cart:v2'],
  ])('revision %d of a Deployment at %s is %s', (revision, at, wanted) => {
    const plan = planOf({ revision, replicaSets, deployment: plain(at) });
    expect(plan.to.images).toEqual([wanted]);
  });

  test('takes the newest for the previous one, while a change has no ReplicaSet yet', () => {
    const plan = planOf({ deployment: plain('v9') });
    expect([plan.from.revision, plan.to.revision]).toEqual([undefined, 2]);
    expect(undoHeadline(plan)).toContain('from its newest template (v9) to revision 2 (v2)');
  });

  test('refuses a Deployment that is being deleted', () => {
    const live = plain('v2');
    const metadata = { ...live.metadata, deletionTimestamp: '2026-01-02T03:04:05Z', finalizers: ['example.com/hold'] };
    expect(() => planOf({ deployment: { ...live, metadata } })).toThrow(
      'deployment "cart" is being deleted since 2026-01-02T03:04:05Z; it is held by finalizer example.com/hold',
    );
  });

  test('has nothing to do when the template already is that of the revision', () => {
    expect(planOf({ revision: 2 })).toMatchObject({
      steps: [],
      nothingToDo: 'the template of deployment "cart" already is that of revision 2 (v2)',
    });
  });

  test.each<[string, Partial<UndoInput>, string]>([
    [
      'a revision that is not kept',
      { revision: 7 },
      'unable to find specified revision 7 in history of deployment "cart": it has 1, 2',
    ],
    ['no other revision', { replicaSets: [revisionSet(1, 'v2')] }, 'no rollout history found for deployment "cart"'],
    [
      'no ReplicaSet at all',
      { replicaSets: [], revision: 1 },
      'unable to find specified revision 1 in history of deployment "cart": it has none',
    ],
    ['a Deployment that is paused', { deployment: plain('v2', { paused: true }) }, 'resume "cart" first'],
  ])('refuses %s', (_, more, message) => {
    expect(() => planOf(more)).toThrow(RefusedError);
    expect(() => planOf(more)).toThrow(message);
  });

  test('does not take the ReplicaSet of another Deployment for a revision', () => {
    const other = revisionSet(9, 'v9');
    const foreign = {
      ...other,
      metadata: { ...other.metadata, ownerReferences: [{ kind: 'Deployment', name: 'x', uid: 'uid-x' }] },
    };
    expect(planOf({ replicaSets: [...inputOf().replicaSets, foreign] }).to.revision).toBe(1);
  });

  test('verifies nothing where there is nothing to ask, and says so', () => {
    expect(planOf({ deployment: plain('v2', { replicas: 0 }) }).warnings).toEqual([
      'deployment "cart" has 0 replicas: there is no Pod to verify',
    ]);
    const bare = revisionSet(1, 'v1');
    const replicaSets = [{ ...bare, spec: { template: template('v1', {}) } }, revisionSet(2, 'v2')];
    expect(planOf({ replicaSets }).warnings).toEqual([
      'deployment "cart" has no HTTP probe: its Pods are only waited for; --check-path names what to ask them',
    ]);
    expect(steps({ replicaSets }).join()).not.toContain('verify');
    expect(steps({ replicaSets, checks: { paths: ['/x'] } })).toContain('verify every Pod: 8080/x');
  });

  test('warns of a tool that may put its own template back', () => {
    const { metadata, ...deployment } = plain('v2');
    const annotations = {
      ...metadata.annotations,
      'argocd.argoproj.io/tracking-id': 'cart:apps/Deployment:store/cart',
    };
    const [warning] = planOf({ deployment: { ...deployment, metadata: { ...metadata, annotations } } }).warnings;
    expect(warning).toContain('deployment "cart" is managed by Argo CD');
  });
});

describe('undoChecks', () => {
  const asked = (container: object, paths: string[] = []) => {
    const { checks, port } = undoChecks(template('v1', container), { paths });
    return checks.map((check) => `${check.port ?? port}${check.path}`);
  };
  const httpGet = { path: '/ready', port: 8080 };

  test.each<[string, object, string[]]>([
    ['both probes', PROBES, ['8080/ready', '8080/live']],
    ['two probes that ask the same', { readinessProbe: { httpGet }, livenessProbe: { httpGet } }, ['8080/ready']],
    ['a probe without a path', { readinessProbe: { httpGet: { port: 9 } } }, ['9/']],
    ['no probe', {}, []],
    ['a TCP probe', { readinessProbe: { tcpSocket: { port: 8080 } } }, []],
    ['a probe over TLS', { readinessProbe: { httpGet: { ...httpGet, scheme: 'HTTPS' } } }, []],
    ['a probe of another host', { readinessProbe: { httpGet: { ...httpGet, host: 'db' } } }, []],
    ['a port that has no such name', { readinessProbe: { httpGet: { ...httpGet, port: 'web' } } }, []],
  ])('of %s', (_, container, wanted) => {
    expect(asked(container)).toEqual(wanted);
  });

  test('asks the paths given in place of the probes, on their port, and wants 200', () => {
    const { checks, port } = undoChecks(template('v1'), { paths: ['/a', '/b'] });
    expect([checks.map(({ path, status }) => [path, status]), port]).toEqual([
      [
        ['/a', [200]],
        ['/b', [200]],
      ],
      8080,
    ]);
  });

  test('takes for success what a kubelet does, and sends the headers of the probe', () => {
    const readinessProbe = { httpGet: { ...httpGet, httpHeaders: [{ name: 'Host', value: 'cart.example' }] } };
    const [check] = undoChecks(template('v1', { readinessProbe }), { paths: [], retries: 3 }).checks;
    expect(check).toMatchObject({ requestHeaders: { Host: 'cart.example' }, retries: 3 });
    expect([check?.status[0], check?.status.at(-1)]).toEqual([200, 399]);
  });
});

describe('revisions', () => {
  test('are oldest first, and tell which is current, what it ran and why it was made', () => {
    const sets = [revisionSet(3, 'v3'), revisionSet(1, 'v1', { 'kubernetes.io/change-cause': 'first' })];
    expect(revisionsOf(plain('v3'), sets)).toMatchObject([
      { revision: 1, current: false, version: 'v1', images: ['cart:v1'], changeCause: 'first' },
      { revision: 3, current: true, version: 'v3', created: '2026-01-03T00:00:00Z', replicaSet: 'cart-v3' },
    ]);
  });

  const base = template('v1');
  test.each<[string, PodTemplate, boolean]>([
    ['itself', base, true],
    ['one with the hash of a ReplicaSet', revisionSet(1, 'v1').spec.template, true],
    ['one with a null', { ...base, metadata: { ...base.metadata, creationTimestamp: null } } as never, true],
    ['another image', template('v2'), false],
    ['an empty map where there was none', { ...base, spec: { ...base.spec, securityContext: {} } } as never, false],
    ['one container more', { ...base, spec: { containers: [...base.spec.containers, { name: 'x' }] } }, false],
    ['another label', { ...base, metadata: { labels: { app: 'cart', tier: 'web' } } }, false],
  ])('a template compared with %s', (_, other, same) => {
    expect(sameTemplate(base, other)).toBe(same);
    expect(sameTemplate(other, base)).toBe(same);
  });

  test('selectors become queries', () => {
    const matchExpressions = [
      { key: 'tier', operator: 'In', values: ['a', 'b'] },
      { key: 'zone', operator: 'NotIn', values: ['c'] },
      { key: 'x', operator: 'Exists' },
      { key: 'y', operator: 'DoesNotExist' },
    ];
    expect(selectorQuery({ matchLabels: { app: 'cart' }, matchExpressions })).toBe(
      'app=cart,tier in (a,b),zone notin (c),x,!y',
    );
  });
});

describe('lastUndo', () => {
  const holding = (text: string): Deployment => {
    const { metadata, ...rest } = plain('v1');
    return { ...rest, metadata: { ...metadata, annotations: { 'kubectl-bluegreen.dev/last-undo': text } } };
  };

  test.each(['', '{', 'null', '7', '{"id":7}'])('is none, and no error, for the text %j', (text) => {
    expect(lastUndo(holding(text))).toBeUndefined();
  });

  const UNDONE = {
    id: 'op-1',
    fromVersion: 'v2',
    toVersion: 'v1',
    by: 'ada',
    at: '2026-01-01T00:00:00Z',
    outcome: 'complete',
  };

  test('is what the annotation says', () => {
    expect(lastUndo(holding(JSON.stringify(UNDONE)))).toMatchObject({ outcome: 'complete' });
    expect(lastUndo(plain('v1'))).toBeUndefined();
  });
});
