import {
  APP_LABEL,
  activeServiceName,
  COLOR_LABEL,
  type Color,
  DEPLOYMENT_TYPE,
  DEPLOYMENT_TYPE_LABEL,
  isColor,
  previewServiceName,
} from '../../../charts/names.js';
import type { KubernetesObject, Service } from '../../core/kubernetes.js';

const groupOf = ({ apiVersion }: KubernetesObject) => (apiVersion.includes('/') ? apiVersion.split('/')[0] : '');

/** `apps.v1.Deployment.NAMESPACE.NAME`: the file that kubectl diff would name. */
export function fileName({ apiVersion, kind, metadata }: KubernetesObject): string {
  const parts = [apiVersion.replace('/', '.'), kind, metadata.namespace, metadata.name];
  return parts.filter((part) => part !== undefined).join('.');
}

/** What makes two versions versions of one object. */
export function identity(object: KubernetesObject): string {
  return [groupOf(object), object.kind, object.metadata.namespace ?? '', object.metadata.name].join('/');
}

const labelOf = ({ metadata }: KubernetesObject, label: string) => metadata.labels?.[label];

/** The releases of some objects, in the order of their names: a release has an active Service, or objects of two colors. */
export function releasesOf(objects: readonly KubernetesObject[]): string[] {
  const names = objects.flatMap((object) => {
    const app = labelOf(object, APP_LABEL);
    if (app === undefined) return [];
    const isActive = object.kind === 'Service' && object.metadata.name === activeServiceName(app);
    return isActive || labelOf(object, DEPLOYMENT_TYPE_LABEL) === DEPLOYMENT_TYPE ? [app] : [];
  });
  return [...new Set(names)].sort();
}

/** The release among these that an object belongs to. */
export function releaseOf(object: KubernetesObject, releases: readonly string[]): string | undefined {
  const app = labelOf(object, APP_LABEL);
  return app !== undefined && releases.includes(app) ? app : undefined;
}

/** What an object is to its release. */
export type Role = Color | 'active' | 'preview' | 'shared';

export function roleOf(object: KubernetesObject, release: string): Role {
  const { kind, metadata } = object;
  if (kind === 'Service' && metadata.name === activeServiceName(release)) return 'active';
  if (kind === 'Service' && metadata.name === previewServiceName(release)) return 'preview';
  const color = labelOf(object, COLOR_LABEL);
  return isColor(color) ? color : 'shared';
}

/** The color that a Service selects; undefined where it selects none or more than a color. */
export function selectedColor(service: KubernetesObject | undefined): Color | undefined {
  const color = (service as Service | undefined)?.spec?.selector?.[COLOR_LABEL];
  return isColor(color) ? color : undefined;
}

/** The color that the manifests of a release give the traffic. */
export function manifestColor(objects: readonly KubernetesObject[], release: string): Color | undefined {
  return selectedColor(objects.find((object) => roleOf(object, release) === 'active'));
}
