import { describe, expect, test } from '@jest/globals';
import { ApiError } from '../../../../plugin/core/errors.js';
import type { Deployment } from '../../../../plugin/core/kubernetes.js';
import { type Served, servedAnnotation } from '../../../../plugin/plan/served.js';
import { recordServed } from '../../../../plugin/steps/actions/record-served.js';
import { deployment, stateOf } from '../../cluster-objects.js';
import { BLUE, type FakeRun, fakeRun, GREEN } from '../../fake-run.js';

const recordOn = ({ api }: FakeRun, path: string): Served =>
  JSON.parse(api.at<Deployment>(path)?.metadata.annotations?.['kubectl-bluegreen.dev/served'] ?? 'null');

describe('the record of the color that has the traffic', () => {
  test('is on both Deployments, with what the color runs, and changes no template', async () => {
    const run = fakeRun();
    const before = run.api.at<Deployment>(GREEN)?.spec;
    await recordServed(run, 'green');
    const at = new Date(run.clock.wall()).toISOString();
    for (const path of [BLUE, GREEN])
      expect(recordOn(run, path)).toEqual({ color: 'green', operationId: 'op-2', at, version: 'v0' });
    expect(run.api.at<Deployment>(GREEN)?.spec).toEqual(before);
    expect(run.log).toEqual([]);
  });

  test('names the operation that moved the traffic, where another run finishes it', async () => {
    const run = fakeRun();
    await recordServed(run, 'blue', 'op-1');
    expect(recordOn(run, BLUE).operationId).toBe('op-1');
  });

  test('is later than the one before, also when the clock of this machine is behind', async () => {
    const old: Served = { color: 'blue', operationId: 'op-1', at: '2999-01-01T00:00:00.000Z' };
    const blue = deployment('blue', 'v1');
    const annotated = { ...blue, metadata: { ...blue.metadata, annotations: servedAnnotation(old) } };
    const run = fakeRun({ state: stateOf({ deployments: { blue: annotated, green: deployment('green', 'v0') } }) });
    await recordServed(run, 'green');
    expect(recordOn(run, GREEN)).toMatchObject({ color: 'green', at: '2999-01-01T00:00:00.001Z' });
  });

  test('is on the one Deployment that there is', async () => {
    const run = fakeRun({ state: stateOf({ deployments: { blue: undefined, green: deployment('green', 'v0') } }) });
    await recordServed(run, 'green');
    expect(recordOn(run, GREEN).color).toBe('green');
    expect(run.log).toEqual([]);
  });

  test('does not decide how a run ends: one that is refused is a warning', async () => {
    const run = fakeRun();
    run.api.before = ({ verb }) => {
      if (verb === 'patch') throw new ApiError(403, 'Forbidden', 'annotations may not be changed');
    };
    await recordServed(run, 'green');
    expect(run.log).toEqual([expect.stringMatching(/^warn the Deployments of shop do not say .*may not be changed$/)]);
  });
});
