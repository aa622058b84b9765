import { describe, expect, test } from '@jest/globals';
import { beginReferences, proveService } from '../../../plugin/checks/client-way.js';
import { UnprovenError, UnreachableError } from '../../../plugin/core/errors.js';
import type { Pod, Service, ServicePort } from '../../../plugin/core/kubernetes.js';
import type { Reply } from '../../../plugin/kube/http.js';
import { pod, service, stateOf } from '../cluster-objects.js';
import { type FakeRun, fakeRun } from '../fake-run.js';

const CHECK = { name: 'health', path: '/health', status: [200], timeoutSeconds: 5, retries: 1, intervalSeconds: 1 };
const HTTP: ServicePort = { name: 'http', port: 80, targetPort: 3000 };
const withPorts = (name: string, ports = [HTTP]): Service => {
  const one = service(name, 'green');
  return { ...one, spec: { ...one.spec, ports } };
};
const PODS: Pod[] = [pod('green', 'g1'), pod('green', 'g2')];
const SUBJECT = { checks: [CHECK], port: 3000 };
const ACTIVE_PROXY = '/api/v1/namespaces/store/services/shop-active:http/proxy/health';
const GREEN_PROXY = '/api/v1/namespaces/store/services/shop-green:http/proxy/health';
const status = (code: number, message: string, reason = 'ServiceUnavailable'): Partial<Reply> => ({
  status: code,
  body: JSON.stringify({ kind: 'Status', message, reason, code }),
});
const REFUSED = status(503, 'error trying to reach service: dial tcp 10.0.0.1:3000: connect: connection refused');
const FORBIDDEN = status(
  403,
  'services "shop-active:http" is forbidden: cannot get resource "services/proxy"',
  'Forbidden',
);

/** The color's own Service has been asked, as a verification does. */
async function prove(run: FakeRun, active = withPorts('shop-active')) {
  beginReferences(run, 'green', withPorts('shop-green'), PODS, SUBJECT);
  return proveService(run, 'green', active, PODS, SUBJECT);
}
const answering = (answers: Record<string, Partial<Reply> | (() => Partial<Reply>)>) => {
  const run = fakeRun({ state: stateOf({ colorServices: { blue: undefined, green: withPorts('shop-green') } }) });
  run.api.proxied = (path) => {
    const answer = answers[path] ?? {};
    return typeof answer === 'function' ? answer() : answer;
  };
  return run;
};
const asked = (run: FakeRun, path: string) => run.api.calls.filter((call) => call.path === path).length;

describe('proveService', () => {
  test('asks the path of the check of that port, once, and counts it', async () => {
    const run = answering({});
    expect(await prove(run)).toEqual({
      requests: { asked: 1, answered: 1, via: ['GET /health of service "shop-active", port 80 (http)'] },
      notAsked: [],
    });
    expect(run.questions).toHaveLength(1);
    expect([...run.results.values()]).toMatchObject([{ check: 'through service "shop-active"', status: 'passed' }]);
  });

  test('asks again until one passes: the API server may know late', async () => {
    let left = 3;
    const run = answering({ [ACTIVE_PROXY]: () => (left-- > 0 ? REFUSED : {}) });
    expect((await prove(run)).requests).toMatchObject({ asked: 4, answered: 1 });
  });

  test.each([
    ['nothing listens', REFUSED, 'connect: connection refused'],
    ['there is no endpoint', status(503, 'no endpoints available for service "shop-active"'), 'no endpoints available'],
    ['the answer is not what the check wants', { status: 500 }, 'status is 500, want 200'],
  ])("fails when %s for 10 s, although the color's own Service passes", async (_, answer, why) => {
    const run = answering({ [ACTIVE_PROXY]: answer });
    const started = run.clock.now();
    const failed = prove(run);
    await expect(failed).rejects.toThrow(UnprovenError);
    await expect(failed).rejects.toThrow(why);
    await expect(failed).rejects.toThrow('service "shop-green" passes the same');
    expect(run.clock.now() - started).toBe(10_000);
    expect([...run.results.values()]).toMatchObject([{ status: 'failed' }]);
  });

  test("does not evaluateCheck an answer that the color's own Service did not pass before either, and waits for no other", async () => {
    const run = answering({ [ACTIVE_PROXY]: { status: 400 }, [GREEN_PROXY]: { status: 400 } });
    const { requests, notAsked } = await prove(run);
    expect(requests).toMatchObject({ asked: 1, answered: 0 });
    expect(notAsked.join()).toContain(
      'through the API server is not judged: status is 400, want 200, and service "shop-green"',
    );
    expect(run.questions).toEqual([]);
  });

  test("asks the color's own Service afterwards, where no verification has", async () => {
    const run = answering({ [ACTIVE_PROXY]: { status: 400 }, [GREEN_PROXY]: { status: 400 } });
    const { notAsked } = await proveService(run, 'green', withPorts('shop-active'), PODS, SUBJECT);
    expect(notAsked.join()).toContain('is not judged');
    expect(asked(run, GREEN_PROXY)).toBe(1);
  });

  test('asks nothing more where the way was closed before the switch', async () => {
    const run = answering({ [GREEN_PROXY]: FORBIDDEN });
    const { requests, notAsked } = await prove(run);
    expect(requests).toEqual({ asked: 0, answered: 0, via: [] });
    expect(notAsked).toEqual([expect.stringMatching(/^the Service was not asked through the API server: forbidden: /)]);
    expect(asked(run, ACTIVE_PROXY)).toBe(0);
  });

  test('says that the API server did not answer, when it does not for 10 s', async () => {
    const run = answering({});
    run.api.before = ({ path }) => {
      if (path === ACTIVE_PROXY) throw new UnreachableError('the connection broke');
    };
    expect((await prove(run)).notAsked).toEqual(['the API server did not answer: the connection broke']);
  });

  test('says which ports it cannot ask', async () => {
    const run = answering({});
    const ports = [HTTP, { name: 'dns', port: 53, protocol: 'UDP' }, { name: 'db', port: 5432 }];
    const { requests, notAsked } = await prove(run, withPorts('shop-active', ports));
    expect(requests.answered).toBe(1);
    expect(notAsked).toEqual([
      expect.stringContaining('port 53/UDP (dns)'),
      expect.stringContaining('port 5432 (db): no HTTP check asks port 5432 of the Pods'),
    ]);
  });
});
