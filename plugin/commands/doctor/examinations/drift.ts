import { COLORS, type Color, deploymentName, isColor } from '../../../../charts/names.js';
import type { Deployment, KubernetesObject } from '../../../core/kubernetes.js';
import { parseQuantity } from '../../../plan/capacity/quantity.js';
import { allObjects, type Manifests, manifestDeployment, objectKey } from '../../../plan/manifests.js';
import { objectName } from '../../../plan/steps.js';
import { affects, type Examination, type Facts, isHeld } from '../facts.js';
import type { Finding } from '../finding.js';
import { bluegreen } from '../remedies.js';
import { remedy } from './drift-remedy.js';

/** The manifests of `-f` against the cluster: that something differs, not what. */
export const drift: Examination = {
  id: 'manifests',
  what: 'the cluster has what the manifests say',
  needs: ['manifests'],
  examine: (facts) => {
    const { manifests } = facts;
    return manifests ? allObjects(manifests).flatMap((object) => differs(facts, manifests, object)) : [];
  },
};

function differs(facts: Facts, manifests: Manifests, manifest: KubernetesObject): Finding[] {
  const live = facts.live.get(objectKey(manifest));
  const color = COLORS.find((one) => one === manifest.metadata.labels?.version);
  const isTraffic = manifest.kind === 'Service' && !color;
  // Absent Services and Deployments are told by themselves.
  if (!live && (manifest.kind === 'Service' || manifest.kind === 'Deployment')) return [];
  const raised = color && live ? replicas(facts, color, manifest, live) : [];
  const wanted = raised.length > 0 ? withoutReplicas(manifest) : manifest;
  // The selector says where traffic is now, and has an examination of its own.
  if (live && holds(live, wanted.kind === 'Service' ? withoutSelector(wanted) : wanted)) return raised;
  const name = objectName(manifest);
  return [
    ...raised,
    {
      id: live ? 'manifest-differs' : 'manifest-missing',
      severity: 'warning',
      affects: isColor(color) ? affects(facts, color) : 'promotion',
      object: name,
      what: live ? `${name} is not as its manifest says` : `${name} is in the manifests and not in the cluster`,
      ...remedy(facts, manifests, {
        object: manifest,
        color,
        isTraffic,
        isDeployed: color !== undefined && isDeployed(facts, manifestDeployment(manifests, facts.release, color)),
      }),
    },
  ];
}

const isDeployed = ({ live }: Facts, deployment: Deployment) =>
  holds(live.get(objectKey(deployment)), withoutReplicas(deployment));

/** Whether a live object has what its manifest says; what is empty the server leaves out, and quantities it writes anew. */
function holds(live: unknown, wanted: unknown, isQuantity = false): boolean {
  if (live === undefined) return isEmpty(wanted);
  if (Array.isArray(wanted))
    return (
      Array.isArray(live) && live.length === wanted.length && wanted.every((item, index) => holds(live[index], item))
    );
  if (typeof wanted === 'object' && wanted !== null)
    return Object.entries(wanted).every(([key, value]) =>
      holds((live as Record<string, unknown>)[key], value, isQuantity || key === 'requests' || key === 'limits'),
    );
  if (live === wanted) return true;
  const amount = parseQuantity(String(wanted));
  return isQuantity && amount !== undefined && parseQuantity(String(live)) === amount;
}

const isEmpty = (value: unknown) =>
  !value || (typeof value === 'object' && Object.values(value).every((one) => one === undefined));

function withoutSelector(object: KubernetesObject): KubernetesObject {
  const { selector, ...spec } = (object as KubernetesObject & { spec: { selector?: object } }).spec;
  return { ...object, spec } as KubernetesObject;
}

function withoutReplicas(object: KubernetesObject): KubernetesObject {
  const { replicas, ...spec } = (object as Deployment).spec;
  return { ...object, spec } as KubernetesObject;
}

/** Replicas that a run raised for a switch which did not come, or that were set by hand. */
function replicas(facts: Facts, color: Color, manifest: KubernetesObject, live: KubernetesObject): Finding[] {
  if (manifest.kind !== 'Deployment' || affects(facts, color) === 'traffic' || isHeld(facts)) return [];
  const wanted = (manifest as Deployment).spec.replicas;
  const has = (live as Deployment).spec.replicas ?? 1;
  if (wanted === undefined || has <= wanted) return [];
  const name = deploymentName(facts.release, color);
  return [
    {
      id: 'replicas-left-over',
      severity: 'warning',
      affects: 'promotion',
      object: `deployment.apps/${name}`,
      what: `deployment "${name}" has ${has} replicas, its manifest ${wanted}, and ${color} has no traffic`,
      why: 'a promotion raises them before its switch, and a color that had the traffic keeps them: Pods without traffic take room',
      fix: bluegreen(facts, 'cleanup', `--keep=${wanted}`),
    },
  ];
}
