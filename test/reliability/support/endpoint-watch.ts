import { type EndpointSlice, SERVICE_NAME_LABEL } from '../../../plugin/core/kubernetes.js';
import { type Running, start } from '../../e2e/support/running.js';

/** The ready endpoints of a Service, by the names of their Pods, as they changed. */
export interface EndpointWatch {
  /** Every set that was seen, in order, without repetitions. */
  readonly sets: () => readonly ReadonlySet<string>[];
  /** Waits until the last one is so. */
  until(what: string, isSo: (set: ReadonlySet<string>) => boolean): Promise<void>;
  stop(): Promise<void>;
}

/** Follows the EndpointSlices of a Service, by watch: what is between two of its states is seen too. */
export async function watchEndpoints(namespace: string, service: string): Promise<EndpointWatch> {
  const query = new URLSearchParams({ watch: 'true', labelSelector: `${SERVICE_NAME_LABEL}=${service}` });
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?${query}`;
  const watch: Running = start(['kubectl', 'get', '--raw', path]);
  const sets = () => setsOf(watch.out());
  const until = (what: string, isSo: (set: ReadonlySet<string>) => boolean) =>
    watch.until(what, () => isSo(sets().at(-1) ?? new Set()));
  await watch.until('the first EndpointSlice', (out) => out.includes('\n'));
  return { sets, until, stop: async () => void (await watch.end('SIGTERM')) };
}

function setsOf(out: string): ReadonlySet<string>[] {
  const slices = new Map<string, readonly string[]>();
  const sets: ReadonlySet<string>[] = [];
  for (const line of out.split('\n').slice(0, -1)) {
    const { type, object } = JSON.parse(line) as { type: string; object: EndpointSlice };
    const ready = (object.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
    const pods = ready.map(({ targetRef }) => targetRef?.name ?? '');
    if (type === 'DELETED') slices.delete(object.metadata.name);
    else slices.set(object.metadata.name, pods);
    const set = new Set([...slices.values()].flat());
    const last = sets.at(-1);
    if (!last || !(isWithin(set, last) && isWithin(last, set))) sets.push(set);
  }
  return sets;
}

const isWithin = (some: ReadonlySet<string>, all: ReadonlySet<string>) => [...some].every((one) => all.has(one));

/** What is wrong with a passage from one set to another by way of both: nothing, unless it was empty or went another way. */
export function passageFault(
  sets: readonly ReadonlySet<string>[],
  from: (pod: string) => boolean,
  to: (pod: string) => boolean,
): string | undefined {
  const shown = sets.map((set) => `{${[...set].join(' ')}}`).join(' -> ');
  const counts = sets.map((set) => [[...set].filter(from).length, [...set].filter(to).length] as const);
  const [old = 0] = counts[0] ?? [];
  const [, fresh = 0] = counts.at(-1) ?? [];
  if (counts.some(([a, b]) => a + b === 0)) return `empty: ${shown}`;
  const top = counts.findIndex(([a, b]) => a === old && b === fresh);
  if (counts[0]?.[1] !== 0 || counts.at(-1)?.[0] !== 0 || top < 0) return `not by way of both: ${shown}`;
  const isSteady = counts.every(([a, b], index) =>
    index <= top ? a === old && b >= (counts[index - 1]?.[1] ?? 0) : b === fresh && a <= (counts[index - 1]?.[0] ?? 0),
  );
  return isSteady ? undefined : `went back: ${shown}`;
}
