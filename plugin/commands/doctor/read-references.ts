import { COLORS } from '../../../charts/names.js';
import type { KubernetesObject } from '../../core/kubernetes.js';
import type { Api } from '../../kube/api.js';
import { type ReferencedKind, referencesOf } from '../../plan/references.js';
import type { State } from '../../plan/state.js';
import type { Facts, Referenced } from './facts.js';
import type { Tolerance } from './tolerance.js';

interface ConfigMap extends KubernetesObject {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
}

/** The objects that the Pod templates refer to; of Secrets only whether they exist is asked, never their content. */
export async function readReferences(
  api: Api,
  namespace: string,
  deployments: State['deployments'],
  { read }: Tolerance,
): Promise<Pick<Facts, 'configMaps' | 'secrets' | 'serviceAccounts'>> {
  const names = (...kinds: ReferencedKind[]) => [
    ...new Set(COLORS.flatMap((color) => kinds.flatMap((kind) => [...referencesOf(deployments[color], kind).keys()]))),
  ];
  const path = (plural: string, name: string) =>
    `/api/v1/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(name)}`;
  const existing = (plural: string, wanted: readonly string[]) =>
    each(wanted, async (name) => ((await api.exists(path(plural, name))) ? 'exists' : undefined));
  const none: Referenced = new Map();
  const [configMaps, secrets, serviceAccounts] = await Promise.all([
    read(
      'configmaps',
      each(names('ConfigMap'), async (name) => {
        const found = await api.find<ConfigMap>(path('configmaps', name));
        return found && new Set([...Object.keys(found.data ?? {}), ...Object.keys(found.binaryData ?? {})]);
      }),
      none,
    ),
    read('secrets', existing('secrets', names('Secret', 'PullSecret')), none),
    read('serviceaccounts', existing('serviceaccounts', names('ServiceAccount')), none),
  ]);
  return { configMaps, secrets, serviceAccounts };
}

async function each(
  names: readonly string[],
  find: (name: string) => Promise<ReadonlySet<string> | 'exists' | undefined>,
): Promise<Referenced> {
  return new Map(await Promise.all(names.map(async (name) => [name, await find(name)] as const)));
}
