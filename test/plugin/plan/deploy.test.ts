import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../../plugin/core/errors.js';
import type { KubernetesObject } from '../../../plugin/core/kubernetes.js';
import { planDeploy } from '../../../plugin/plan/deploy.js';
import type { PlanInput } from '../../../plugin/plan/input.js';
import type { Step } from '../../../plugin/plan/steps.js';
import { inputOf, service, stateOf } from '../cluster-objects.js';
import { failure } from '../failure.js';
import {
  configMap,
  liveObjects,
  manifestDeployment,
  manifestObjects,
  manifestService,
  manifestsOf,
} from '../manifests.js';

const kinds = (steps: readonly Step[]) => steps.map((step) => step.kind);
const touched = (steps: readonly Step[]): KubernetesObject[] =>
  steps.flatMap((step) => ('objects' in step ? step.objects : 'services' in step ? step.services : []));
const names = (objects: readonly KubernetesObject[]) => objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);

/** All of the manifests are in the cluster, as they are. */
const EVERYTHING = liveObjects(...manifestObjects());
const withManifests = (more: Partial<PlanInput> = {}) =>
  inputOf({ manifests: manifestsOf(), live: EVERYTHING, ...more });

describe('planDeploy', () => {
  test.each([
    ['green', 'blue'],
    ['blue', 'green'],
  ] as const)('brings %s to a version while traffic stays on %s', (idle, active) => {
    const state = stateOf({ active: service('shop-active', active) });
    const plan = planDeploy(inputOf({ state, intent: { target: { version: 'v2' } } }));
    expect(plan).toMatchObject({ operation: 'deploy', from: active, to: active });
    expect(kinds(plan.steps)).toEqual(['patch', 'wait', 'patch', 'verify']);
    expect(plan.steps).toContainEqual(expect.objectContaining({ kind: 'verify', color: idle }));
  });

  test('never touches a Service that carries traffic, whatever its manifest says', () => {
    const manifests = manifestsOf({ active: 'green' });
    const plan = planDeploy(withManifests({ manifests, intent: { target: {}, applyShared: true }, live: new Map() }));
    expect(names(touched([...plan.steps, ...plan.undo])).join()).not.toMatch(/shop-active|shop-preview|shop-blue/);
  });

  test('creates a preview Service that is missing, at the idle color, once that is verified', () => {
    const { preview, ...state } = stateOf({ active: service('shop-active', 'green') });
    const { steps } = planDeploy(withManifests({ state }));
    expect(kinds(steps).slice(-2)).toEqual(['verify', 'create']);
    expect(steps.at(-1)).toMatchObject({
      services: [{ metadata: { name: 'shop-preview' }, spec: { selector: { app: 'shop', version: 'blue' } } }],
    });
  });
});

describe('objects that both colors share', () => {
  const missing = liveObjects(...manifestObjects().filter((object) => object.kind !== 'ConfigMap'));
  const changed = liveObjects(
    ...manifestObjects().filter((object) => object.kind !== 'ConfigMap'),
    configMap('bonjour'),
  );
  const warning =
    'configmap/shop-config differs from its manifest and is used by both colors: left as it is; --apply-shared applies it';

  test('are created where they are missing, before the color, and deleted should it fail', () => {
    const plan = planDeploy(withManifests({ live: missing }));
    expect(plan.steps[0]).toEqual({ kind: 'apply', objects: [configMap('hello')] });
    expect(plan.undo).toContainEqual({ kind: 'delete', objects: [configMap('hello')] });
    expect(plan.warnings).toEqual([]);
  });

  test('are left as they are, with a warning, where they differ: the active color reads them', () => {
    const plan = planDeploy(withManifests({ live: changed }));
    expect(names(touched(plan.steps))).not.toContain('ConfigMap/shop-config');
    expect(plan.warnings).toEqual([warning]);
  });

  test('are applied where they differ and the user says so', () => {
    const plan = planDeploy(withManifests({ live: changed, intent: { target: {}, applyShared: true } }));
    expect(plan.steps[0]).toEqual({ kind: 'apply', objects: [configMap('hello')] });
    expect(plan.warnings).toEqual([]);
  });

  test('are not applied where they are the same', () => {
    const plan = planDeploy(withManifests({ intent: { target: {}, applyShared: true } }));
    expect(names(touched(plan.steps))).not.toContain('ConfigMap/shop-config');
  });
});

describe('the first deploy', () => {
  const nothing = {
    release: 'shop',
    namespace: 'store',
    colorServices: { blue: undefined, green: undefined },
    deployments: { blue: undefined, green: undefined },
    replicaSets: [],
    pods: [],
    endpointSlices: [],
  };
  const install = (more: Partial<PlanInput> = {}) =>
    planDeploy(inputOf({ state: nothing, manifests: manifestsOf(), live: new Map(), ...more }));

  test('makes both colors, and the Services of traffic only once the initial color is verified; then proves', () => {
    const plan = install();
    expect(plan).toMatchObject({ operation: 'deploy', from: 'blue', to: 'blue' });
    expect(kinds(plan.steps)).toEqual(['apply', 'apply', 'apply', 'wait', 'verify', 'create', 'prove']);
    expect(plan.steps.map((step) => names(touched([step])))).toEqual([
      ['ConfigMap/shop-config'],
      ['Deployment/shop-green', 'Service/shop-green'],
      ['Service/shop-blue', 'Deployment/shop-blue'],
      [],
      [],
      ['Service/shop-preview', 'Service/shop-active'],
      [],
    ]);
  });

  test('starts with the color that the manifest of the active Service names', () => {
    const plan = install({ manifests: manifestsOf({ active: 'green' }) });
    expect(plan).toMatchObject({ from: 'green', to: 'green' });
    expect(plan.steps.find((step) => step.kind === 'prove')).toMatchObject({ service: 'shop-active', color: 'green' });
  });

  test('brings only that color to the version asked for', () => {
    const { steps } = install({ intent: { target: { version: 'v7' } } });
    const image = (name: string) =>
      JSON.stringify(touched(steps).find((object) => object.metadata.name === name && object.kind === 'Deployment'));
    expect(image('shop-blue')).toContain('shop:v7');
    expect(image('shop-green')).toContain('shop:v2');
  });

  test('deletes what it made should it fail, and nothing that was there', () => {
    const { undo } = install({ live: liveObjects(configMap('hello'), manifestService('shop-green', 'green')) });
    expect(names(touched(undo)).sort()).toEqual(['Deployment/shop-blue', 'Deployment/shop-green', 'Service/shop-blue']);
    expect(kinds(undo)).toEqual(['delete', 'delete']);
  });

  test('goes on where an earlier one was killed', () => {
    const green = manifestDeployment('green', 'v2');
    const { steps } = install({ live: liveObjects(configMap('hello'), green, manifestService('shop-green', 'green')) });
    expect(names(touched(steps))).not.toContain('Deployment/shop-green');
    expect(names(touched(steps))).toContain('Deployment/shop-blue');
  });

  test('keeps a preview Service that is there', () => {
    const { steps } = install({ state: { ...nothing, preview: service('shop-preview', 'green') } });
    expect(names(touched(steps.filter((step) => step.kind === 'create')))).toEqual(['Service/shop-active']);
  });

  test('is refused when the manifest of the active Service names no color', () => {
    const manifests = { ...manifestsOf(), active: { ...manifestService('shop-active', 'blue'), spec: {} } };
    expect(() => install({ manifests })).toThrow(
      failure(UsageError, 'service "shop-active" selects no color in its manifest'),
    );
  });

  test('needs manifests', () => {
    expect(() => planDeploy(inputOf({ state: nothing }))).toThrow(
      'run "kubectl bluegreen deploy shop -f dist/" to install the release, or "kubectl bluegreen status" to see those that are there',
    );
  });
});
