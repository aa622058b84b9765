import { APP_LABEL, COLOR_LABEL, type Color } from '../../charts/names.js';
import type { Pod } from '../core/kubernetes.js';
import { resourcePath } from '../kube/resources.js';
import { podsOf } from '../plan/state.js';
import type { Run } from './context.js';

/** The Pods that a color has at this moment. */
export async function listPods({ api, namespace, release }: Run, color: Color): Promise<Pod[]> {
  const labelSelector = `${APP_LABEL}=${release},${COLOR_LABEL}=${color}`;
  const { items } = await api.list<Pod>(resourcePath('Pod', namespace), { labelSelector });
  return podsOf(items, release, color);
}
