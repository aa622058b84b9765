import { COLORS, type Color, deploymentName } from '../../../../charts/names.js';
import { type ContainerDetail, podSpecOf } from '../../../plan/pod-spec.js';
import { affects, type Examination, eventsOf, type Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import { goBack, kubectl, patchContainer } from '../remedies.js';
import { findTroubles, podCount, type Trouble } from '../troubles.js';

/** Images that cannot be had, and pull policies that will surprise. */
export const images: Examination = {
  id: 'images',
  what: 'images can be pulled, and their pull policies',
  needs: ['deployments', 'pods'],
  examine: (facts) => [
    ...findTroubles(facts).flatMap((trouble) => pullTrouble(facts, trouble)),
    ...COLORS.flatMap((color) => mutableTags(facts, color)),
  ],
};

function pullTrouble(facts: Facts, trouble: Trouble): Finding[] {
  const { color, sickness, reason, message, pods } = trouble;
  if (sickness !== 'image-pull' && sickness !== 'image-never-pull' && sickness !== 'image-name') return [];
  const container = containerOf(facts, trouble);
  const image = container?.image ?? '';
  const [pod] = pods;
  const events = (pod ? eventsOf(facts, 'Pod', pod.metadata.name, /^(Failed|ErrImageNeverPull|InspectFailed)$/) : [])
    // The kubelet says its reason once more, without any words.
    .filter((line) => !/: Error: \w+( \(\d+ times\))?$/.test(line));
  const told = events.some((line) => line.includes(message));
  return [
    {
      id: sickness,
      severity: 'problem',
      affects: affects(facts, color),
      object: `deployment.apps/${deploymentName(facts.release, color)}`,
      what: `${podCount(pods.length, color)} cannot get the image ${image}: ${reason}`,
      ...remedy(facts, trouble, container, [message, ...events].join(' ')),
      evidence: [
        ...(message && !told ? [message] : []),
        ...events,
        ...pods.map(({ metadata }) => `pod/${metadata.name}`),
      ],
    },
  ];
}

function containerOf({ state }: Facts, { color, container, pods }: Trouble): ContainerDetail | undefined {
  const spec = pods[0] ? podSpecOf(pods[0]) : undefined;
  const template = state.deployments[color]?.spec.template;
  const all = [
    ...(spec?.initContainers ?? []),
    ...(spec?.containers ?? []),
    ...(template ? podSpecOf(template).containers : []),
  ];
  return all.find(({ name, image }) => name === container && image !== undefined);
}

function remedy(
  facts: Facts,
  trouble: Trouble,
  container: ContainerDetail | undefined,
  words: string,
): Pick<Finding, 'why' | 'fix'> {
  const { color, sickness } = trouble;
  const back = goBack(facts, color);
  if (!container) return { why: 'no Pod of it can start', fix: back };
  const { name, image = '' } = container;
  const pullAsNeeded = patchContainer(facts, color, { name, imagePullPolicy: 'IfNotPresent' });
  if (sickness === 'image-name')
    return { why: `"${image}" is not an image reference: want REPOSITORY[:TAG][@sha256:DIGEST]`, fix: back };
  if (sickness === 'image-never-pull')
    return { why: 'imagePullPolicy is Never, and the image is not on the node', fix: pullAsNeeded };
  const holder = facts.nodes.find((node) =>
    node.status?.images?.some(({ names }) => names?.includes(canonical(image))),
  );
  if (container.imagePullPolicy === 'Always' && holder)
    return {
      why: `imagePullPolicy is Always, so the registry is asked although node "${holder.metadata.name}" has the image: one that exists only there is never found; set image.pullPolicy in the spec too`,
      fix: pullAsNeeded,
    };
  if (/unauthorized|denied|authentication|forbidden|\b40[13]\b/i.test(words) && !/not found/i.test(words)) {
    const secret = `${facts.release}-pull`;
    const server = registryOf(image);
    const create = ['create', 'secret', 'docker-registry', secret, `--docker-server=${server}`];
    const reference = JSON.stringify({ spec: { template: { spec: { imagePullSecrets: [{ name: secret }] } } } });
    return {
      why: `the registry ${server} does not let the kubelet read it, or there is no such repository: it needs an imagePullSecret`,
      fix: `${kubectl(facts, ...create)} --docker-username="$REGISTRY_USER" --docker-password="$REGISTRY_PASSWORD" && ${kubectl(facts, 'patch', 'deployment', deploymentName(facts.release, color), '-p', reference)}`,
    };
  }
  return { why: `no Pod of it can start: is ${image} pushed, and can the node reach ${registryOf(image)}?`, fix: back };
}

/** As a node lists it: `docker.io/library/nginx:latest`. */
function canonical(image: string): string {
  const tagged = /[:@][^/]*$/.test(image) ? image : `${image}:latest`;
  const registry = registryOf(image);
  const path = tagged.startsWith(`${registry}/`) ? tagged.slice(registry.length + 1) : tagged;
  return `${registry}/${registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path}`;
}

function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : 'docker.io';
}

const MUTABLE = /^(latest|main|master|dev|develop|development|edge|nightly|stable|staging|production|prod|test)$/;

function mutableTags(facts: Facts, color: Color): Finding[] {
  const template = facts.state.deployments[color]?.spec.template;
  return (template ? podSpecOf(template).containers : []).flatMap(
    ({ name, image = '', imagePullPolicy }): Finding[] => {
      if (image === '' || image.includes('@')) return [];
      const tag = /:([^/]+)$/.exec(image)?.[1] ?? 'latest';
      if (!MUTABLE.test(tag)) return [];
      const stale =
        imagePullPolicy === 'IfNotPresent'
          ? 'with imagePullPolicy IfNotPresent a node that has an older image of that tag runs that one'
          : 'Pods that start later may run something else than those that were verified';
      return [
        {
          id: 'mutable-tag',
          severity: 'warning',
          affects: affects(facts, color),
          object: `deployment.apps/${deploymentName(facts.release, color)}`,
          what: `container "${name}" of ${color} runs ${image}: what the tag "${tag}" means can change`,
          why: `${stale}, and a rollback cannot tell versions apart`,
          fix: pinned(facts, color, name, image),
        },
      ];
    },
  );
}

/** The digest that runs now, where a Pod says it. */
function pinned(facts: Facts, color: Color, container: string, image: string): string {
  const digest = facts.state.pods
    .filter(({ metadata }) => metadata.labels?.version === color)
    .flatMap(({ status }) => status?.containerStatuses ?? [])
    .find(({ name, imageID }) => name === container && imageID?.includes('@sha256:'))
    ?.imageID?.split('@')[1];
  const repository = image.replace(/:[^/]+$/, '');
  const reference = digest ? `${repository}@${digest}` : `${repository}:VERSION`;
  return kubectl(
    facts,
    'set',
    'image',
    `deployment/${deploymentName(facts.release, color)}`,
    `${container}=${reference}`,
  );
}
