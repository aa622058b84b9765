import { describe, expect, test } from '@jest/globals';
import { RefusedError } from '../../../plugin/core/errors.js';
import type { Service } from '../../../plugin/core/kubernetes.js';
import { planHeadline, planText } from '../../../plugin/operations/report.js';
import { planDeploy } from '../../../plugin/plan/deploy.js';
import type { PlanInput } from '../../../plugin/plan/input.js';
import { servedAnnotation } from '../../../plugin/plan/served.js';
import type { State } from '../../../plugin/plan/state.js';
import type { Step } from '../../../plugin/plan/steps.js';
import { bothColors, deployment, inputOf, POLICY, service, stateOf } from '../cluster-objects.js';
import { failure } from '../failure.js';
import { liveObjects, manifestDeployment, manifestObjects, manifestsOf } from '../manifests.js';

const SERVED = { color: 'green', operationId: 'op-7', at: '2026-01-02T03:04:05.000Z', version: 'v9' } as const;
const green = deployment('green', 'v9');
const recorded = { ...green, metadata: { ...green.metadata, annotations: servedAnnotation(SERVED) } };
const announced = {
  ...green,
  metadata: { ...green.metadata, annotations: { 'kubectl-bluegreen.dev/promoting': 'op-7.1 by ada@host' } },
};

/** Of manifests that name blue, as git does until somebody writes the promotion back. */
function planOf(more: Partial<State> = {}, input: Partial<PlanInput> = {}) {
  const { active, preview, ...state } = stateOf({
    deployments: { blue: deployment('blue', 'v1'), green: recorded },
    ...more,
  });
  const live = liveObjects(...manifestObjects().filter(({ metadata }) => !/active|preview/.test(metadata.name)));
  return planDeploy(
    inputOf({ state: { ...state, ...(more.preview && { preview }) }, manifests: manifestsOf(), live, ...input }),
  );
}
const kinds = (steps: readonly Step[]) => steps.map(({ kind }) => kind);
const created = (steps: readonly Step[]) =>
  steps
    .flatMap((step) => (step.kind === 'create' ? step.services : []))
    .map((one) => [
      one.metadata.name,
      (one as { spec?: { selector?: Record<string, string> } }).spec?.selector?.version,
    ]);

describe('an active Service that was deleted', () => {
  test('is made anew for the color that had the traffic last, once that is verified; no Deployment is changed', () => {
    const plan = planOf();
    expect(plan).toMatchObject({ operation: 'deploy', from: 'green', to: 'green', undo: [] });
    expect(plan.image).toMatch(/:v9$/);
    expect(kinds(plan.steps)).toEqual(['wait', 'verify', 'create', 'prove']);
    expect(plan.steps.flatMap((step) => ('color' in step ? [step.color] : []))).toEqual(['green', 'green', 'green']);
    expect(created(plan.steps)).toEqual([
      ['shop-preview', 'blue'],
      ['shop-active', 'green'],
    ]);
    expect(JSON.stringify(plan.steps)).not.toContain('Deployment"');
  });

  test('is told in the headline, with the evidence, and what comes afterwards', () => {
    const plan = planOf();
    expect(planHeadline(plan)).toBe(
      'deploy shop in namespace store: service/shop-active is gone, and is made anew for green (v9) as it runs: ' +
        'green had the traffic last, with v9, since 2026-01-02T03:04:05.000Z (operation op-7); blue is deployed to afterwards',
    );
    expect(planText(plan)).toContain('create service/shop-preview, service/shop-active');
  });

  test('comes with the Services of the colors that were deleted with it', () => {
    const live = liveObjects(manifestDeployment('blue', 'v1'), manifestDeployment('green', 'v2'));
    expect(created(planOf({}, { live }).steps)).toEqual([
      ['shop-blue', 'blue'],
      ['shop-green', 'green'],
      ['shop-preview', 'blue'],
      ['shop-active', 'green'],
    ]);
  });

  test('leads to the ports that the color runs with, which its own Service has, and not to those that git names by now', () => {
    const ports = (name: string) => [{ name, port: 80, targetPort: name }];
    const withPorts = (one: Service, name: string) => ({ ...one, spec: { ...one.spec, ports: ports(name) } });
    const manifests = manifestsOf();
    const input = { manifests: { ...manifests, active: withPorts(manifests.active, 'web') } };
    const colorServices = { blue: undefined, green: withPorts(service('shop-green', 'green'), 'http') };
    const made = (steps: readonly Step[]) =>
      steps.flatMap((step) => (step.kind === 'create' ? (step.services.at(-1) as Service).spec.ports : []));
    expect(made(planOf({ colorServices }, input).steps)).toEqual(ports('http'));
    expect(made(planOf({ colorServices: { blue: undefined, green: undefined } }, input).steps)).toEqual(ports('web'));
  });

  test('has the preview Service point at the other color', () => {
    const onIt = planOf({ preview: service('shop-preview', 'green') });
    expect(onIt.steps).toContainEqual({ kind: 'preview', service: 'shop-preview', to: 'blue' });
    expect(kinds(planOf({ preview: service('shop-preview', 'blue') }).steps)).not.toContain('preview');
  });

  test('runs no command: users wait', () => {
    const command = { name: 'suite', command: ['npm', 'test'], timeoutSeconds: 1, retries: 1, intervalSeconds: 1 };
    const policy = { ...POLICY, checks: [...POLICY.checks, command] };
    const plan = planOf({}, { policies: bothColors(policy) });
    expect(JSON.stringify(plan.steps)).not.toContain('npm');
    expect(plan.warnings).toEqual([expect.stringContaining('check "suite" runs a command')]);
  });

  test.each(['blue', 'green'] as const)('is made for %s when --to says so, whatever the record', (to) => {
    const plan = planOf({}, { intent: { target: {}, to } });
    expect(created(plan.steps).at(-1)).toEqual(['shop-active', to]);
    expect(plan.restores).toContain(`--to=${to} says so`);
  });

  test('is refused where no record says which color had the traffic, naming --to', () => {
    const deployments = { blue: deployment('blue', 'v1'), green: announced };
    expect(() => planOf({ deployments })).toThrow(
      failure(
        RefusedError,
        'service "shop-active" is gone, and no record says which color had the traffic last: ' +
          'blue runs v1 (2 of 2 Pods ready), green runs v9 (2 of 2 Pods ready): ' +
          'say with --to=blue or --to=green which color is to have the traffic',
      ),
    );
    expect(created(planOf({ deployments }, { intent: { target: {}, to: 'green' } }).steps).at(-1)?.[1]).toBe('green');
  });

  test('is installed for the color of --to whose Deployment is gone', () => {
    const plan = planOf(
      { deployments: { blue: deployment('blue', 'v1'), green: undefined } },
      { intent: { target: {}, to: 'green' } },
    );
    expect(plan.restores).toBeUndefined();
    expect(kinds(plan.steps)).toContain('apply');
    expect(created(plan.steps).at(-1)).toEqual(['shop-active', 'green']);
  });
});

describe('--to of a deploy to a release that has its active Service', () => {
  const deploy = (to: 'blue' | 'green') => () => planDeploy(inputOf({ intent: { target: { version: 'v2' }, to } }));

  test('may name the active color', () => {
    expect(deploy('blue')().restores).toBeUndefined();
  });

  test('is refused for the other: deploy moves no traffic', () => {
    expect(deploy('green')).toThrow(
      failure(
        RefusedError,
        'blue is active, and deploy moves no traffic: leave out --to=green; promote --to=green moves it there',
      ),
    );
  });
});
