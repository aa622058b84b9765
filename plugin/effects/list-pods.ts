import { APP_LABEL, COLOR_LABEL, type Color } from '../../charts/names.js';
import type { Pod } from '../kubernetes.js';
import { podsOf } from '../plan/state.js';
import { resourcePath } from '../resources.js';
import type { Run } from '../run.js';

/** The Pods that a color has at this moment. */
export async function listPods({ api, namespace, release }: Run, color: Color): Promise<Pod[]> {
  const labelSelector = `${APP_LABEL}=${release},${COLOR_LABEL}=${color}`;
  const { items } = await api.list<Pod>(resourcePath('Pod', namespace), { labelSelector });
  return podsOf(items, release, color);
}
