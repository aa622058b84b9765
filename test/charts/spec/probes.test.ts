import { expect, test } from '@jest/globals';
import { problemsOf } from './support.js';

test.each<[string, object]>([
  ['no probes but readiness', { startupProbe: false, livenessProbe: false }],
  ['no preStop', { preStopSeconds: 0, terminationGracePeriodSeconds: 1 }],
])('%s is valid', (_, more) => {
  expect(problemsOf(more)).toEqual([]);
});

test.each<[string, object, string]>([
  [
    'a probe of an unknown port',
    { livenessProbe: { httpGet: { port: 'admin' } } },
    'livenessProbe.httpGet.port: expected a name of ports (http), got "admin"',
  ],
  [
    'a probe without a path',
    { startupProbe: { httpGet: { path: 'health' } } },
    'startupProbe.httpGet.path: expected a path that starts with "/", got "health"',
  ],
  [
    'a liveness probe that must succeed twice',
    { livenessProbe: { successThreshold: 2 } },
    'livenessProbe.successThreshold: expected the number 1, got the number 2',
  ],
  [
    'a startup probe that must succeed twice',
    { startupProbe: { successThreshold: 2 } },
    'startupProbe.successThreshold: expected the number 1, got the number 2',
  ],
  [
    'a readiness probe that ends Pods',
    { readinessProbe: { terminationGracePeriodSeconds: 3 } },
    'readinessProbe.terminationGracePeriodSeconds: unknown key; known are httpGet, initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold, successThreshold',
  ],
  ['no readiness probe', { readinessProbe: false }, 'readinessProbe: expected a mapping, got false'],
  [
    'a preStop as long as the grace period',
    { preStopSeconds: 30 },
    'preStopSeconds: expected less than terminationGracePeriodSeconds, which is 30, got 30',
  ],
])('%s is not valid', (_, more, problem) => {
  expect(problemsOf(more)).toEqual([problem]);
});
