import { describe, expect, test } from '@jest/globals';
import { proxyAnswer } from '../../../plugin/plan/proxy-answer.js';
import { proxyHeaders } from '../../../plugin/plan/service-questions.js';

const status = (code: number, message: string, reason = 'ServiceUnavailable') => ({
  status: code,
  headers: {},
  body: JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code }),
});
const reply = (code: number, body: string) => ({ status: code, headers: {}, body });
const FORBIDDEN =
  'services "app:80" is forbidden: User "ada" cannot get resource "services/proxy" in API group "" in the namespace "store"';

describe('proxyAnswer', () => {
  test.each([
    ['the answer of a program', reply(200, 'ok'), 'answer'],
    ['an error of a program', reply(503, 'no database'), 'answer'],
    ['a page of a program that is not found', reply(404, '<html>'), 'answer'],
    ['a Status of a program that is an API', status(404, 'widgets.example "x" not found', 'NotFound'), 'answer'],
    [
      'no listener',
      status(503, 'error trying to reach service: dial tcp 10.0.0.1:80: connect: connection refused'),
      'refused',
    ],
    ['a program that closes', status(502, 'error trying to reach service: EOF'), 'refused'],
    ['no endpoint', status(503, 'no endpoints available for service "app"'), 'refused'],
    ['no such Service', status(404, 'services "app" not found', 'NotFound'), 'refused'],
    [
      'words of older servers',
      reply(503, "Error: 'dial tcp 10.0.0.1:80: connect: connection refused'\nTrying to reach: 'http://10.0.0.1:80/'"),
      'refused',
    ],
    ['no right', status(403, FORBIDDEN, 'Forbidden'), 'closed'],
    ['a firewall', status(503, 'error trying to reach service: dial tcp 10.0.0.1:80: i/o timeout'), 'closed'],
    [
      'no route',
      status(503, 'error trying to reach service: dial tcp 10.0.0.1:80: connect: no route to host'),
      'closed',
    ],
    ['no agent of konnectivity', status(503, 'error trying to reach service: No agent available'), 'closed'],
    ['a server that is busy', status(429, 'too many requests', 'TooManyRequests'), 'away'],
    ['a server that ends', status(503, 'apiserver is shutting down'), 'away'],
    ['credentials that have expired', status(401, 'Unauthorized', 'Unauthorized'), 'away'],
    ['kubectl proxy without a server', reply(502, 'dial tcp 127.0.0.1:6443: connect: connection refused'), 'away'],
  ])('tells %s', (_, given, kind) => {
    expect(proxyAnswer(given).kind).toBe(kind);
  });

  test('keeps the words that say why, without the address', () => {
    const refused = status(503, 'error trying to reach service: dial tcp 10.0.0.1:80: connect: connection refused');
    expect(proxyAnswer(refused)).toEqual({ kind: 'refused', why: 'connect: connection refused' });
  });
});

test('proxyHeaders leave out what the API server would take for itself', () => {
  const requestHeaders = { Authorization: 'Bearer x', host: 'shop', 'Impersonate-User': 'root', Accept: 'text/html' };
  const check = {
    name: 'a',
    path: '/',
    status: [200],
    timeoutSeconds: 1,
    retries: 1,
    intervalSeconds: 1,
    requestHeaders,
  };
  expect(proxyHeaders(check)).toEqual({ Accept: 'text/html' });
});
