import { activeServiceName, COLORS, type Color, colorServiceName } from '../../../../charts/names.js';
import { type EndpointSlice, SERVICE_NAME_LABEL } from '../../../core/kubernetes.js';
import { proveEndpoints } from '../../../plan/proof.js';
import { podsOf } from '../../../plan/state.js';
import { servedColors } from '../../../plan/traffic.js';
import { affects, type Examination, type Facts, intendedColor, readyPodsOf } from '../facts.js';
import type { Affects, Finding } from '../finding.js';
import type { ServiceDetail } from '../kinds.js';
import { goBack, kubectl, merge } from '../remedies.js';

/** Where traffic really goes: EndpointSlices against ready Pods. */
export const endpoints: Examination = {
  id: 'endpoints',
  what: 'EndpointSlices hold exactly the ready Pods',
  needs: ['services', 'pods', 'endpointslices'],
  examine: (facts) => [
    ...nobodyServes(facts),
    ...activeEndpoints(facts),
    ...COLORS.flatMap((c) => colorEndpoints(facts, c)),
  ],
};

function nobodyServes(facts: Facts): Finding[] {
  const { active, deployments } = facts.state;
  const color = intendedColor(facts);
  const serving = servedColors(facts.state);
  if (!active || serving.length === 0 || serving.some((one) => readyPodsOf(facts, one).length > 0)) return [];
  // A Deployment of 0 replicas is told by itself.
  if (deployments[color]?.spec.replicas === 0) return [];
  const all = podsOf(facts.state.pods, facts.release, color).length;
  return [
    {
      id: 'no-ready-pods',
      severity: 'problem',
      affects: 'traffic',
      object: `service/${active.metadata.name}`,
      what: `none of the ${all} Pods of ${color} is ready, and ${color} has the traffic`,
      why: 'no ready endpoint: requests fail',
      fix: goBack(facts, color),
    },
  ];
}

function activeEndpoints(facts: Facts): Finding[] {
  const { active } = facts.state;
  const [color, ...more] = servedColors(facts.state);
  if (!active || !color || more.length > 0 || readyPodsOf(facts, color).length === 0) return [];
  return differ(facts, active as ServiceDetail, activeServiceName(facts.release), color, 'traffic');
}

function colorEndpoints(facts: Facts, color: Color): Finding[] {
  const service = facts.state.colorServices[color];
  const selected = service?.spec.selector?.version === color;
  if (!service || !selected || readyPodsOf(facts, color).length === 0) return [];
  const hurt = affects(facts, color) === 'traffic' ? 'promotion' : affects(facts, color);
  return differ(facts, service as ServiceDetail, colorServiceName(facts.release, color), color, hurt);
}

function differ(facts: Facts, service: ServiceDetail, name: string, color: Color, hurt: Affects): Finding[] {
  const { endpointSlices, pods, release } = facts.state;
  const proof = proveEndpoints(endpointSlices, name, podsOf(pods, release, color));
  if (proof.holds) return [];
  const handMade = slicesOf(endpointSlices, name).find(
    ({ metadata }) => metadata.labels?.['endpointslice.kubernetes.io/managed-by'] !== CONTROLLER,
  );
  const common = {
    id: 'endpoints-differ',
    severity: 'problem',
    affects: hurt,
    object: `service/${name}`,
    what: `the EndpointSlices of service "${name}" do not hold exactly the ready Pods of ${color}: ${proof.why}`,
  } as const;
  if (handMade)
    return [
      {
        ...common,
        why: `endpointslice "${handMade.metadata.name}" is not of Kubernetes' own controller: what it lists gets traffic, ready or not`,
        fix: kubectl(facts, 'delete', `endpointslice/${handMade.metadata.name}`),
      },
    ];
  if (service.spec.publishNotReadyAddresses)
    return [
      {
        ...common,
        why: 'publishNotReadyAddresses sends traffic also to Pods that are not ready',
        fix: merge(facts, 'service', name, { spec: { publishNotReadyAddresses: false } }),
      },
    ];
  return [
    {
      ...common,
      why: 'seen several times in a row: the EndpointSlice controller is behind or does not run; it makes slices that are deleted anew',
      fix: kubectl(facts, 'delete', 'endpointslices', '-l', `${SERVICE_NAME_LABEL}=${name}`),
    },
  ];
}

const CONTROLLER = 'endpointslice-controller.k8s.io';

const slicesOf = (slices: readonly EndpointSlice[], service: string) =>
  slices.filter((slice) => slice.metadata.labels?.[SERVICE_NAME_LABEL] === service);
