import {
  APP_LABEL,
  activeServiceName,
  COLOR_LABEL,
  COLORS,
  type Color,
  colorServiceName,
  deploymentName,
  otherColor,
  previewServiceName,
  releaseLabels,
} from '../../../../charts/names.js';
import type { Deployment } from '../../../core/kubernetes.js';
import { scales } from '../../../plan/autoscaler.js';
import { lastTraffic } from '../../../plan/last-traffic.js';
import { podsOf } from '../../../plan/state.js';
import { affects, type Examination, type Facts, intendedColor, readyPodsOf } from '../facts.js';
import type { Finding } from '../finding.js';
import { bluegreen, filenames, kubectl, manifestFile } from '../remedies.js';

/** Whether all of a release is there: its four Services, its two Deployments, and no Pod that is not of them. */
export const objects: Examination = {
  id: 'objects',
  what: "the release's Services and Deployments, their labels, and whose the Pods are",
  needs: ['services', 'deployments'],
  examine: (facts) => [
    ...activeService(facts),
    ...COLORS.flatMap((color) => [...deployment(facts, color), ...colorService(facts, color)]),
    ...previewService(facts),
    ...foreignPods(facts),
  ],
};

function activeService(facts: Facts): Finding[] {
  if (facts.state.active) return [];
  const name = activeServiceName(facts.release);
  const last = lastTraffic(facts.state, { manifests: facts.manifests });
  const color = last.kind === 'known' ? `${last.color}, as that runs` : 'the color that --to names';
  const again = last.kind === 'none' ? '' : `; deploy makes it anew for ${color}`;
  return [
    {
      id: 'no-active-service',
      severity: 'problem',
      affects: 'traffic',
      object: `service/${name}`,
      what: `service "${name}" not found`,
      why: `it carries the traffic of the release: without it no user is served, and nothing can be promoted${again}`,
      fix: bluegreen(facts, 'deploy', ...filenames(facts)),
    },
  ];
}

function deployment(facts: Facts, color: Color): Finding[] {
  const found = facts.state.deployments[color];
  if (found) return scaledToZero(facts, color, found);
  const name = deploymentName(facts.release, color);
  const serves = affects(facts, color) === 'traffic';
  return [
    {
      id: 'deployment-missing',
      severity: 'problem',
      affects: affects(facts, color),
      object: `deployment.apps/${name}`,
      what: `deployments.apps "${name}" not found`,
      why: `${color} cannot serve, so there is nothing to ${serves ? 'send traffic to' : 'promote or roll back to'}`,
      fix: serves
        ? kubectl(facts, 'apply', '-f', manifestFile(facts, `-${color}`))
        : bluegreen(facts, 'deploy', ...filenames(facts)),
    },
  ];
}

function scaledToZero(facts: Facts, color: Color, { metadata, spec }: Deployment): Finding[] {
  const serves = affects(facts, color) === 'traffic';
  if (!serves || spec.replicas !== 0) return [];
  const autoscaler = facts.autoscalers.find((one) => scales(one, metadata.name));
  const replicas = autoscaler?.spec.minReplicas ?? (facts.state.deployments[otherColor(color)]?.spec.replicas || 2);
  return [
    {
      id: 'active-scaled-to-zero',
      severity: 'problem',
      affects: 'traffic',
      object: `deployment.apps/${metadata.name}`,
      what: `deployment "${metadata.name}" has 0 replicas, and ${color} has the traffic`,
      why: 'no ready endpoint: requests fail',
      fix: kubectl(facts, 'scale', `deployment/${metadata.name}`, `--replicas=${replicas}`),
    },
  ];
}

/** `kubectl expose` with the port that the other Services of the release have, and a target that the container has. */
function expose(facts: Facts, name: string, color: Color, labels: Record<string, string>): string {
  const { active, preview, colorServices } = facts.state;
  const sibling = active ?? preview ?? colorServices[otherColor(color)];
  const { port = 80, targetPort } = sibling?.spec.ports?.[0] ?? {};
  const known = facts.state.deployments[color]?.spec.template.spec.containers.flatMap((one) => one.ports ?? []) ?? [];
  const [first] = known;
  const fits = known.some(({ name, containerPort }) => name === targetPort || containerPort === targetPort);
  const target = fits ? targetPort : (first?.name ?? first?.containerPort ?? facts.policies[color].port);
  const all = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const ports = [`--port=${port}`, `--target-port=${target}`, `--labels=${all.join(',')}`];
  return kubectl(facts, 'expose', `deployment/${deploymentName(facts.release, color)}`, `--name=${name}`, ...ports);
}

function colorService(facts: Facts, color: Color): Finding[] {
  if (facts.state.colorServices[color] || !facts.state.deployments[color]) return [];
  const name = colorServiceName(facts.release, color);
  return [
    {
      id: 'no-color-service',
      severity: 'warning',
      affects: 'promotion',
      object: `service/${name}`,
      what: `service "${name}" not found`,
      why: `its EndpointSlices say before a switch where traffic would go: without it only the Pods of ${color} themselves are verified`,
      fix: expose(facts, name, color, releaseLabels(facts.release, color)),
    },
  ];
}

function previewService(facts: Facts): Finding[] {
  if (facts.state.preview || !facts.state.active) return [];
  const name = previewServiceName(facts.release);
  return [
    {
      id: 'no-preview-service',
      severity: 'warning',
      affects: 'promotion',
      object: `service/${name}`,
      what: `service "${name}" not found`,
      why: 'the idle color cannot be tried through a Service before it is promoted',
      fix: expose(facts, name, otherColor(intendedColor(facts)), releaseLabels(facts.release, undefined, 'preview')),
    },
  ];
}

/** The ReplicaSet of a rollout that began after the ReplicaSets were read. */
function isNewOf(replicaSet: string, { release }: Facts, color: Color): boolean {
  const prefix = `${deploymentName(release, color)}-`;
  return replicaSet.startsWith(prefix) && /^[a-z0-9]+$/.test(replicaSet.slice(prefix.length));
}

/** Pods that a Service of the release would send traffic to, although no Deployment of the release made them. */
function foreignPods(facts: Facts): Finding[] {
  const { state, unread } = facts;
  if (unread.has('replicasets') || unread.has('pods')) return [];
  const uids = new Set(COLORS.map((color) => state.deployments[color]?.metadata.uid));
  const own = new Set(
    state.replicaSets
      .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uids.has(uid)))
      .map(({ metadata }) => metadata.name),
  );
  // Those that an absent Deployment has left behind may be all that serves.
  const present = COLORS.filter((color) => state.deployments[color]);
  return present.flatMap((color) =>
    podsOf(state.pods, facts.release, color)
      .filter(
        ({ metadata }) =>
          !metadata.ownerReferences?.some(
            ({ kind, name }) => kind === 'ReplicaSet' && (own.has(name) || isNewOf(name, facts, color)),
          ),
      )
      .map((pod): Finding => {
        const isReady = readyPodsOf(facts, color).includes(pod);
        return {
          id: 'foreign-pods',
          severity: isReady ? 'problem' : 'warning',
          affects: affects(facts, color),
          object: `pod/${pod.metadata.name}`,
          what: `pod "${pod.metadata.name}" has the labels ${APP_LABEL}=${facts.release},${COLOR_LABEL}=${color}, and no Deployment of the release made it`,
          why: `the Services of ${color} send it traffic, whatever it runs`,
          fix: kubectl(facts, 'label', `pod/${pod.metadata.name}`, `${APP_LABEL}-`),
        };
      }),
  );
}
