/**
 * The four charts of a release, divided by what changes together.
 *
 * Objects are made of cdk8s-plus' generated k8s.Kube* classes: its higher constructs add what no spec asked for
 * (a label in immutable selectors, resource requests, probes), which every file here would have to take away again.
 */
import { App, Chart } from 'cdk8s';
import { COLORS } from './names.js';
import { ColorAutoscaler } from './objects/autoscaler.js';
import { ColorDeployment } from './objects/color-deployment.js';
import { ReleaseConfigMap } from './objects/config-map.js';
import { ColorDisruptionBudget } from './objects/disruption-budget.js';
import { ReleaseIngress } from './objects/ingress.js';
import { ReleaseNetworkPolicy } from './objects/network-policy.js';
import { ReleaseServiceAccount } from './objects/service-account.js';
import { ColorService, TrafficServices } from './objects/services.js';
import type { ReleaseSpec } from './spec/fields.js';

/** Every object has the name that the plugin looks for. */
const CHART_PROPS = { disableResourceNameHashes: true };

/**
 * NAME (what both colors share), NAME-blue, NAME-green and NAME-traffic (the Services that a switch moves).
 *
 * A pull request that gives green a new version changes one file, and a GitOps tool can leave the traffic out.
 */
export function releaseCharts(spec: ReleaseSpec): Map<string, Chart> {
  const app = new App({ recordConstructMetadata: false });
  const charts = new Map<string, Chart>();
  const addChart = (name: string): Chart => {
    // A construct cannot have an id that every object has a member of, such as "constructor"; a release can.
    const chart = new Chart(app, `Chart-${name}`, CHART_PROPS);
    charts.set(name, chart);
    return chart;
  };

  const shared = addChart(spec.name);
  new ReleaseServiceAccount(shared, 'ServiceAccount', spec);
  new ReleaseConfigMap(shared, 'Config', { spec });
  new ReleaseIngress(shared, 'Ingress', spec);
  new ReleaseNetworkPolicy(shared, 'NetworkPolicy', spec);
  for (const color of COLORS) new ColorDisruptionBudget(shared, `Budget-${color}`, { spec, color });

  for (const color of COLORS) {
    const chart = addChart(`${spec.name}-${color}`);
    new ReleaseConfigMap(chart, 'Config', { spec, color });
    new ColorDeployment(chart, 'Deployment', { spec, color });
    new ColorService(chart, 'Service', { spec, color });
    new ColorAutoscaler(chart, 'Autoscaler', { spec, color });
  }

  new TrafficServices(addChart(`${spec.name}-traffic`), 'Services', spec);
  return charts;
}
