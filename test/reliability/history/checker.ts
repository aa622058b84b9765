import { type Color, isColor } from '../../../charts/names.js';
import { type Event, type EventOf, eventsOf } from './events.js';
import { SOUND } from './moves.js';

/** A promise that a history breaks, and where. */
export interface Violation {
  readonly promise: string;
  readonly at: number;
  readonly words: string;
}

/** kube-proxy learns of a switch after the API server: the demo and the load tests measure how long that takes. */
const CONVERGENCE_MS = 3000;
/** A Pod that became ready so shortly before the switch may have done so after it was looked at. */
const RECHECK_MS = 1500;

/** What a history has to keep, whatever was killed, raced or cut off in it. Nothing but the recorded events is asked. */
export function violations(events: readonly Event[]): Violation[] {
  const found = (promise: string, at: number, words: string): Violation => ({ promise, at, words });
  const selected = eventsOf(events, 'service').sort((a, b) => a.revision - b.revision);
  const switches = selected.filter((event, index) => index > 0 && colorOf(event) !== colorOf(selected[index - 1]));
  return [
    ...selected
      .filter((event) => !isColor(event.selector.version) || event.selector.app !== 'shop')
      .map((event) => found('the selector names one color', event.at, JSON.stringify(event.selector))),
    ...switches.flatMap((event) =>
      checkSwitch(event, selected, events).map((words) => found('a switch is whole', event.at, words)),
    ),
    ...checkEnds(events, switches).map(([at, words]) => found('an exit code says what became of traffic', at, words)),
    ...checkReplicas(events, selected).map(([at, words]) => found('the active color keeps its Pods', at, words)),
    ...eventsOf(events, 'failure').map(({ at, words }) => found('no request fails', at, words)),
    ...checkAnswers(events, selected).map(([at, words]) => found('the selected color answers', at, words)),
  ];
}

const colorOf = (event: EventOf<'service'> | undefined) => event?.selector.version;

/** The run that sent a request with this operation's id. */
function runOf(id: string, events: readonly Event[]): number | undefined {
  return eventsOf(events, 'call').find(({ method, body }) => method !== 'GET' && body.includes(id))?.run;
}

/** From the color before, on record in the same revision, and of a run that asked every Pod that was ready for it. */
function checkSwitch(
  event: EventOf<'service'>,
  selected: readonly EventOf<'service'>[],
  events: readonly Event[],
): string[] {
  const before = colorOf(selected[selected.indexOf(event) - 1]);
  const { operation } = event;
  if (operation === undefined) return ['nobody is on record for it'];
  const { id, from, to } = operation;
  const words: string[] = [];
  if (from !== before || to !== colorOf(event))
    words.push(`${before} to ${colorOf(event)} is on record as ${from} to ${to}`);
  if (selected.find((other) => other.operation?.id === id) !== event) words.push(`operation ${id} switched twice`);
  const run = runOf(id, events);
  if (run === undefined) return [...words, `no run sent operation ${id}`];
  const asked = eventsOf(events, 'call').filter((call) => call.run === run && call.path.includes('/portforward'));
  for (const pod of readyPods(to, event, events)) {
    if (!asked.some(({ path }) => path.includes(`/pods/${pod}/`))) words.push(`run ${run} did not ask pod ${pod}`);
  }
  return words;
}

/** The Pods of a color that were ready when the switch came and had been for a while. */
function readyPods(color: Color, { revision, at }: EventOf<'service'>, events: readonly Event[]): string[] {
  const last = new Map<string, EventOf<'pod'>>();
  for (const pod of eventsOf(events, 'pod').sort((a, b) => a.revision - b.revision)) {
    const known = last.get(pod.name);
    if (pod.revision < revision && pod.color === color && !(known?.ready && pod.ready)) last.set(pod.name, pod);
  }
  return [...last.values()].filter((pod) => pod.ready && pod.at < at - RECHECK_MS).map(({ name }) => name);
}

/** With 3 and 4 a run did not move traffic, with 6 there and back; 1 and 2 would be a defect: no command is wrong. */
function checkEnds(events: readonly Event[], switches: readonly EventOf<'service'>[]): [number, string][] {
  const moved = new Map<number, number>();
  for (const { operation } of switches) {
    const run = runOf(operation?.id ?? '', events);
    if (run !== undefined) moved.set(run, (moved.get(run) ?? 0) + 1);
  }
  return eventsOf(events, 'end').flatMap(({ at, run, exitCode, words }): [number, string][] => {
    const times = moved.get(run) ?? 0;
    const fits = { 1: false, 2: false, 3: times === 0, 4: times === 0, 6: times === 2 }[exitCode ?? -1] ?? times <= 1;
    if (fits) return [];
    return [[at, `run ${run} ended with ${exitCode} and moved traffic ${times} times: ${words}`]];
  });
}

/** In the order of the API server's revisions there is no moment at which the active color is to have no Pods. */
function checkReplicas(events: readonly Event[], selected: readonly EventOf<'service'>[]): [number, string][] {
  const replicas = new Map<string, number>();
  let active: string | undefined;
  const order = [...selected, ...eventsOf(events, 'deployment')].sort((a, b) => a.revision - b.revision);
  return order.flatMap((event): [number, string][] => {
    if (event.kind === 'service') active = colorOf(event);
    else replicas.set(event.color, event.replicas);
    const isEmpty = active !== undefined && replicas.get(active) === 0;
    return isEmpty ? [[event.at, `${active} has 0 replicas at revision ${event.revision}`]] : [];
  });
}

/** Answers come from a color that was selected when they were asked for, or shortly before, and from a sound version. */
function checkAnswers(events: readonly Event[], selected: readonly EventOf<'service'>[]): [number, string][] {
  const spans = selected.map((event, index) => ({
    color: colorOf(event),
    from: index === 0 ? 0 : event.at,
    until: (selected[index + 1]?.at ?? Number.POSITIVE_INFINITY) + CONVERGENCE_MS,
  }));
  return eventsOf(events, 'answer').flatMap(({ at, since, color, version }): [number, string][] => {
    const isSelected = spans.some(
      (span) => span.color === color && span.from <= at + CONVERGENCE_MS && since <= span.until,
    );
    if (isSelected && SOUND.includes(version)) return [];
    return [[at, `${color} ${version} answered`]];
  });
}
