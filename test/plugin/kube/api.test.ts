import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ApiError, UnreachableError } from '../../../plugin/core/errors.js';
import { type Api, connectApi } from '../../../plugin/kube/api.js';
import { type Asker, userAgent } from '../../../plugin/kube/user-agent.js';
import { json, type SocketServer, socketServer, statusBody } from '../socket-server.js';

const PATH = '/api/v1/namespaces/store/services/shop-active';
const OBJECT = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop-active' } };

let server: SocketServer;
let api: Api;

beforeAll(async () => {
  server = await socketServer();
  api = connectApi(server.http, 10_000);
});
beforeEach(() => {
  server.requests.length = 0;
  server.answer = (_, response) => json(response, 200, OBJECT);
});

const refuse = (code: number, reason: string, message: string) => {
  server.answer = (_, response) => json(response, code, statusBody(code, reason, message));
};

test('a request says for whom it is, as far as that has come by then', async () => {
  const asker: Asker = { verb: 'promote' };
  const asking = connectApi(server.http, 10_000, () => userAgent(asker));
  await asking.get(PATH);
  asker.step = 'switch';
  await asking.patch(PATH, {});
  const [first, second] = server.requests.map(({ headers }) => headers['user-agent']);
  expect(first).toMatch(/^kubectl-bluegreen\/\d+\.\d+\.\d+ \(\w+\/\w+\) promote$/);
  expect(second).toBe(`${first}/switch`);
});

test('the items of a list have the kind that the list has for all of them', async () => {
  const list = { kind: 'JobList', apiVersion: 'batch/v1', metadata: {}, items: [{ metadata: { name: 'a' } }] };
  server.answer = (_, response) => json(response, 200, list);
  const { items } = await api.list(PATH);
  expect(items).toEqual([{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a' } }]);
});

describe('a monotonic list', () => {
  const list = (resourceVersion: string) => ({
    kind: 'PodList',
    apiVersion: 'v1',
    metadata: { resourceVersion },
    items: [],
  });
  const monotonic = { monotonic: true };

  test('is asked for as new as the last one of the same path, whatever its selector', async () => {
    const fresh = connectApi(server.http, 10_000);
    server.answer = (_, response) => json(response, 200, list('41'));
    await fresh.list('/pods', { labelSelector: 'a=b' }, monotonic);
    await fresh.list('/pods', {}, monotonic);
    await fresh.list('/pods');
    await fresh.list('/services', {}, monotonic);
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/pods?labelSelector=a%3Db',
      '/pods?resourceVersion=41&resourceVersionMatch=NotOlderThan',
      '/pods',
      '/services',
    ]);
  });

  test('is as new as the moment where an API server does not know the last one yet', async () => {
    const fresh = connectApi(server.http, 10_000);
    server.answer = (_, response) => json(response, 200, list('41'));
    await fresh.list('/pods');
    server.answer = ({ url }, response) =>
      url === '/pods'
        ? json(response, 200, list('42'))
        : json(response, 504, statusBody(504, 'Timeout', 'Too large resource version: 41, current: 40'));
    expect((await fresh.list('/pods', {}, monotonic)).metadata?.resourceVersion).toBe('42');
  });

  test('that is refused otherwise is refused', async () => {
    const fresh = connectApi(server.http, 10_000);
    server.answer = (_, response) => json(response, 200, list('41'));
    await fresh.list('/pods');
    refuse(403, 'Forbidden', 'pods is forbidden');
    await expect(fresh.list('/pods', {}, monotonic)).rejects.toThrow('pods is forbidden');
  });
});

describe('a request', () => {
  test.each<[string, (a: Api) => Promise<unknown>, string, string | undefined]>([
    ['get', (a) => a.get(PATH), `GET ${PATH}`, undefined],
    [
      'list',
      (a) => a.list(PATH, { labelSelector: 'app=shop,version in (a)' }),
      `GET ${PATH}?labelSelector=app%3Dshop%2Cversion+in+%28a%29`,
      undefined,
    ],
    ['create', (a) => a.create(PATH, OBJECT), `POST ${PATH}?fieldManager=bluegreen`, 'application/json'],
    [
      'apply',
      (a) => a.apply(PATH, OBJECT),
      `PATCH ${PATH}?fieldManager=bluegreen&force=true`,
      'application/apply-patch+yaml',
    ],
    ['patch', (a) => a.patch(PATH, OBJECT), `PATCH ${PATH}?fieldManager=bluegreen`, 'application/merge-patch+json'],
    [
      'patch, strategic',
      (a) => a.patch(PATH, OBJECT, { strategic: true }),
      `PATCH ${PATH}?fieldManager=bluegreen`,
      'application/strategic-merge-patch+json',
    ],
    ['replace', (a) => a.replace(PATH, OBJECT), `PUT ${PATH}?fieldManager=bluegreen`, 'application/json'],
  ])('to %s an object is the one that the API wants', async (_, send, line, type) => {
    expect(await send(api)).toEqual(OBJECT);
    const [seen] = server.requests;
    expect(`${seen?.method} ${seen?.url}`).toBe(line);
    expect(seen?.headers['content-type']).toBe(type);
    expect(seen?.headers.host).toBe('localhost');
    if (type) expect(JSON.parse(seen?.body ?? '')).toEqual(OBJECT);
  });

  test('for the existence of an object does not ask for its content', async () => {
    expect(await api.exists(PATH)).toBe(true);
    expect(server.requests[0]?.headers.accept).toMatch(/as=PartialObjectMetadata/);
    refuse(404, 'NotFound', 'services "shop-active" not found');
    expect(await api.exists(PATH)).toBe(false);
    refuse(403, 'Forbidden', 'services "shop-active" is forbidden');
    await expect(api.exists(PATH)).rejects.toThrow(ApiError);
  });

  test('to delete an object carries its preconditions', async () => {
    await api.delete(PATH, { resourceVersion: '7' });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ preconditions: { resourceVersion: '7' } });
  });

  test('for text gives it as it is', async () => {
    server.answer = (_, response) => response.end('panic\n');
    expect(await api.text(`${PATH}/log`, { tailLines: '10' })).toBe('panic\n');
  });
});

describe('a refusal', () => {
  test('is told in the words of the server, as kubectl tells it', async () => {
    refuse(409, 'Conflict', 'Operation cannot be fulfilled on services "shop-active"');
    const error = await api.patch(PATH, {}).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 409,
      reason: 'Conflict',
      exitCode: 3,
      message: 'Error from server (Conflict): Operation cannot be fulfilled on services "shop-active"',
    });
  });

  test('without a reason or a message still says its status', async () => {
    server.answer = (_, response) => json(response, 422, { kind: 'Status' });
    await expect(api.get(PATH)).rejects.toThrow('Error from server (HTTP 422): HTTP 422');
  });

  test('for NotFound is an absent object to find, and an error to get', async () => {
    refuse(404, 'NotFound', 'services "shop-active" not found');
    expect(await api.find(PATH)).toBeUndefined();
    await expect(api.get(PATH)).rejects.toThrow('Error from server (NotFound): services "shop-active" not found');
  });

  test.each([
    [401, 'Unauthorized'],
    [403, 'Forbidden'],
    [410, 'Expired'],
    [500, 'InternalError'],
  ])('with %d is never taken for an absent object', async (code, reason) => {
    refuse(code, reason, 'no');
    await expect(api.find(PATH)).rejects.toThrow(ApiError);
  });

  test('that is not of the API server is no refusal: it was not reached', async () => {
    server.answer = (_, response) =>
      response.writeHead(500).end('dial tcp 10.0.0.1:6443: connect: connection refused\n');
    const error = await connectApi(server.http, 5000)
      .get(PATH)
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UnreachableError);
    expect(server.requests).toHaveLength(3);
    expect(error).toMatchObject({
      message: 'unable to reach the server: dial tcp 10.0.0.1:6443: connect: connection refused',
    });
  });

  test('in JSON that is not of the API server is no refusal either', async () => {
    server.answer = (_, response) => json(response, 502, { reason: 'NotFound', message: 'bad gateway' });
    await expect(connectApi(server.http, 5000).get(PATH)).rejects.toThrow(UnreachableError);
  });

  test('with 404 by something else than the API server is not an absent object', async () => {
    server.answer = (_, response) => response.writeHead(404).end('404 page not found');
    await expect(api.find(PATH)).rejects.toThrow(UnreachableError);
  });

  test('is not followed elsewhere', async () => {
    server.answer = ({ url }, response) =>
      url === PATH ? response.writeHead(302, { location: '/elsewhere' }).end('{}') : response.end('{}');
    await api.get(PATH).catch(() => undefined);
    expect(server.requests).toHaveLength(1);
  });
});

describe('a request without an answer', () => {
  const hangUp = () => {
    server.answer = (_, response) => response.socket?.destroy();
  };

  test.each<[string, (a: Api) => Promise<unknown>]>([
    ['patch', (a) => a.patch(PATH, {})],
    ['apply', (a) => a.apply(PATH, OBJECT)],
    ['create', (a) => a.create(PATH, OBJECT)],
    ['replace', (a) => a.replace(PATH, OBJECT)],
    ['delete', (a) => a.delete(PATH)],
  ])('is never repeated when it writes: %s', async (_, send) => {
    hangUp();
    await expect(send(api)).rejects.toThrow(UnreachableError);
    expect(server.requests).toHaveLength(1);
  });

  test('is not repeated either when the server is too busy for a patch', async () => {
    refuse(503, 'ServiceUnavailable', 'busy');
    await expect(api.patch(PATH, {})).rejects.toThrow(ApiError);
    expect(server.requests).toHaveLength(1);
  });

  test('is repeated when it reads', async () => {
    server.answer = (_, response) =>
      server.requests.length === 1
        ? response.writeHead(429, { 'retry-after': '0' }).end('{}')
        : json(response, 200, OBJECT);
    expect(await api.get(PATH)).toEqual(OBJECT);
    expect(server.requests).toHaveLength(2);
  });

  test('is repeated for longer once the server has answered: it may be restarted meanwhile', async () => {
    const connected = connectApi(server.http, 5000);
    server.answer = (_, response) => json(response, 200, OBJECT);
    await connected.get(PATH);
    const before = server.requests.length;
    server.answer = (_, response) =>
      server.requests.length - before < 5
        ? response.writeHead(500).end('dial tcp 10.0.0.1:6443: connect: connection refused\n')
        : json(response, 200, OBJECT);
    expect(await connected.get(PATH)).toEqual(OBJECT);
    expect(server.requests).toHaveLength(before + 5);
  });

  test.each([
    ['once more when its credentials are refused that were good before', true, [401, 200], 2, undefined],
    ['no more than once', true, [401, 401, 200], 2, 'Unauthorized'],
    ['not for credentials that never were good', false, [401, 200], 1, 'Unauthorized'],
  ])('is sent %s', async (_, isKnown, statuses, sent, refusal) => {
    const connected = connectApi(server.http, 5000);
    if (isKnown) await connected.get(PATH);
    server.requests.length = 0;
    server.answer = (_request, response) => {
      const status = statuses[server.requests.length - 1] ?? 200;
      json(response, status, status === 200 ? OBJECT : statusBody(status, 'Unauthorized', 'Unauthorized'));
    };
    const answer = connected.get(PATH);
    if (refusal) await expect(answer).rejects.toThrow(refusal);
    else expect(await answer).toEqual(OBJECT);
    expect(server.requests).toHaveLength(sent);
  });

  test('ends when its time is over', async () => {
    server.answer = () => undefined;
    await expect(connectApi(server.http, 100).patch(PATH, {})).rejects.toThrow('no answer from the server in 0.1s');
  });

  test('ends when its time is over within the body', async () => {
    server.answer = (_, response) => response.writeHead(200).write('{"half":');
    await expect(connectApi(server.http, 100).patch(PATH, {})).rejects.toThrow(UnreachableError);
  });

  test('says that nobody listens', async () => {
    await expect(connectApi(`${server.http.slice(0, -1)}-gone:`, 1000).patch(PATH, {})).rejects.toThrow(
      UnreachableError,
    );
  });
});
