/** Rules that tie two parts of a spec together; those within one part stand beside its schema. */
import type * as z from 'zod';
import { APP_LABEL, COLOR_LABEL, COLORS, DEPLOYMENT_TYPE_LABEL, ROLE_LABEL, SERVICE_TYPE_LABEL } from '../names.js';
import type { ReleaseSpec } from './fields.js';
import type { FieldPath } from './path.js';
import { blockedColors, fullReplicas } from './replicas.js';

type Report = (path: FieldPath, message: string) => void;

export function checkRules(spec: ReleaseSpec, context: z.core.$RefinementCtx<ReleaseSpec>): void {
  const report: Report = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
  for (const rule of [ports, shutdown, replicas, autoscaling, budget, config, migrations, metadata, spread]) {
    rule(spec, report);
  }
}

function ports(spec: ReleaseSpec, report: Report): void {
  for (const key of ['name', 'containerPort', 'servicePort'] as const) {
    const values = spec.ports.map((port) => port[key]);
    for (const [index, value] of values.entries()) {
      if (value !== undefined && values.indexOf(value) < index) {
        report(['ports', index, key], `${key} ${JSON.stringify(value)} is listed twice`);
      }
    }
  }
  if (spec.ports[0] && spec.ports[0].servicePort === undefined) {
    report(['ports', 0], 'expected a servicePort: traffic goes to the first port');
  }
  const names = spec.ports.map(({ name }) => name);
  for (const key of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
    const probe = spec[key];
    const port = probe ? probe.httpGet.port : undefined;
    if (typeof port === 'string' && !names.includes(port)) {
      report([key, 'httpGet', 'port'], `expected a name of ports (${names.join(', ')}), got "${port}"`);
    }
  }
}

function shutdown(spec: ReleaseSpec, report: Report): void {
  const { preStopSeconds, preStopCommand, terminationGracePeriodSeconds } = spec;
  if (preStopCommand && preStopSeconds === 0) {
    report(['preStopSeconds'], 'expected at least 1: how long preStopCommand takes');
  }
  if (preStopSeconds >= terminationGracePeriodSeconds) {
    report(
      ['preStopSeconds'],
      `expected less than terminationGracePeriodSeconds, which is ${terminationGracePeriodSeconds}, got ${preStopSeconds}`,
    );
  }
}

function replicas(spec: ReleaseSpec, report: Report): void {
  if (spec.autoscaling) return;
  if (spec.colors[spec.active].replicas === 0) {
    report(['colors', spec.active, 'replicas'], 'expected at least 1: this color is active');
  }
  const most = fullReplicas(spec);
  if (spec.idleReplicas !== 'full' && spec.idleReplicas > most) {
    report(['idleReplicas'], `expected at most replicas, which is ${most}, got ${spec.idleReplicas}`);
  }
}

function autoscaling(spec: ReleaseSpec, report: Report): void {
  if (!spec.autoscaling) return;
  const set: [FieldPath, unknown][] = [
    [['replicas'], spec.replicas],
    [['idleReplicas'], spec.idleReplicas === 'full' ? undefined : spec.idleReplicas],
    ...COLORS.map((color): [FieldPath, unknown] => [['colors', color, 'replicas'], spec.colors[color].replicas]),
  ];
  for (const [path, value] of set) {
    if (value !== undefined) {
      report(path, 'not used with autoscaling, which sets the number of Pods; see autoscaling.minReplicas');
    }
  }
  const { averageCpuUtilizationPercent: cpu, averageMemoryUtilizationPercent: memory } = spec.autoscaling;
  for (const [name, percent] of Object.entries({ cpu, memory })) {
    const request = spec.resources.requests?.[name as 'cpu' | 'memory'];
    if (percent !== undefined && request === undefined) {
      report(['resources'], `expected requests.${name}, which autoscaling measures use against`);
    }
  }
}

function budget(spec: ReleaseSpec, report: Report): void {
  const minAvailable = spec.podDisruptionBudget?.minAvailable;
  for (const { color, replicas } of minAvailable === undefined ? [] : blockedColors(spec, minAvailable)) {
    report(
      ['podDisruptionBudget', 'minAvailable'],
      `expected to leave a Pod that can be evicted: ${color} has ${replicas}; maxUnavailable: 1 always does`,
    );
  }
}

function config(spec: ReleaseSpec, report: Report): void {
  const keys = new Set(Object.keys(spec.config.data));
  for (const color of COLORS) {
    const own = spec.colors[color].config;
    if (own && spec.config.scope !== 'color') {
      report(['colors', color, 'config'], 'expected config.scope: color, or both colors share one ConfigMap');
    }
    for (const key of Object.keys(own ?? {})) keys.add(key);
  }
  for (const name of Object.keys(spec.env)) {
    if (keys.has(name)) report(['env', name], 'is also a key of config');
  }
}

function migrations({ migrations, config }: ReleaseSpec, report: Report): void {
  if (migrations && migrations.env === undefined && config.scope === 'color') {
    report(['migrations'], 'expected env: the Job has no color, and config.scope: color has no values for it');
  }
}

const RESERVED_LABELS = [APP_LABEL, COLOR_LABEL, DEPLOYMENT_TYPE_LABEL, SERVICE_TYPE_LABEL, ROLE_LABEL];

function metadata(spec: ReleaseSpec, report: Report): void {
  for (const name of Object.keys(spec.labels)) {
    if (RESERVED_LABELS.includes(name)) report(['labels', name], 'is a label that the release sets itself');
  }
  const annotations: [FieldPath, object | undefined][] = [
    [['annotations'], spec.annotations],
    [['podAnnotations'], spec.podAnnotations],
    [['service', 'annotations'], spec.service.annotations],
    [['ingress', 'annotations'], spec.ingress?.annotations],
    [['serviceAccount', 'annotations'], spec.serviceAccount?.annotations],
  ];
  for (const [path, map] of annotations) {
    for (const name of Object.keys(map ?? {})) {
      if (name.startsWith('kubectl-bluegreen.dev/')) {
        report([...path, name], 'is an annotation that kubectl-bluegreen sets itself');
      }
    }
  }
}

function spread({ topologySpreadConstraints }: ReleaseSpec, report: Report): void {
  const places = topologySpreadConstraints.map((each) => `${each.topologyKey} ${each.whenUnsatisfiable}`);
  for (const [index, place] of places.entries()) {
    if (places.indexOf(place) < index) {
      report(['topologySpreadConstraints', index], 'has the topologyKey and whenUnsatisfiable of an earlier one');
    }
  }
}
