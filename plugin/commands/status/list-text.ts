import { age } from '../../core/age.js';
import { printable } from '../../core/text.js';
import type { ColorStatus, Status, View } from '../../plan/status.js';
import { type Column, table, wrap } from '../../terminal/table.js';
import { paint, type TextOptions } from './text.js';

/** Every release of a namespace, or of all, a row each; what is wrong with them below. */
export function listText(
  views: readonly View[],
  { colored, wide, now, width = Number.POSITIVE_INFINITY, withNamespace }: TextOptions & { withNamespace: boolean },
): string {
  const rows = views.map((view) => [
    ...(withNamespace ? [nameOf(view).namespace] : []),
    nameOf(view).release,
    ...('status' in view ? cells(view.status, now) : ['<unknown>', '-', '-', '-', '-', '-', '-']),
  ]);
  const lines = table(columns(withNamespace, wide), rows, width);
  const painted = lines.map((line, index) => {
    const view = views[index - 1];
    return view && 'status' in view ? paint(line, view.status.active.color, colored) : line;
  });
  const warnings = views.flatMap((view) => {
    const { namespace, release } = nameOf(view);
    const name = withNamespace ? `${namespace}/${release}` : release;
    return ('status' in view ? view.trouble : [view.problem]).map((text) => `warning: ${name}: ${printable(text)}`);
  });
  return [...painted, ...(warnings.length > 0 ? [''] : []), ...warnings.flatMap((text) => wrap(text, width)), ''].join(
    '\n',
  );
}

export const nameOf = (view: View): { release: string; namespace: string } => ('status' in view ? view.status : view);

const columns = (withNamespace: boolean, wide: boolean): Column[] => [
  ...(withNamespace ? [{ title: 'NAMESPACE', leaveOut: 3 }] : []),
  { title: 'RELEASE', keepEnd: true },
  { title: 'ACTIVE' },
  { title: 'VERSION' },
  { title: 'READY' },
  { title: 'IDLE', leaveOut: 2 },
  { title: 'VERSION', leaveOut: 2 },
  { title: 'READY', leaveOut: 2 },
  { title: 'LAST', leaveOut: 1 },
  ...(wide ? [{ title: 'BY', leaveOut: 4 }] : []),
];

function cells({ active, idle, lastOperation: last, overlapping }: Status, now: number): string[] {
  const [color, ...others] = colorCells(active);
  const isDone = last?.outcome === 'complete' || last?.outcome === 'installed';
  const outcome = last && !isDone ? ` (${last.outcome})` : '';
  return [
    `${color}${overlapping ? `+${idle.color}` : ''}`,
    ...others,
    ...colorCells(idle),
    last ? `${last.kind} ${age(last.at, now)} ago${outcome}` : '-',
    last?.by ?? '-',
  ].map(printable);
}

const colorCells = ({ color, version, ready, desired }: ColorStatus) => [color, version || '-', `${ready}/${desired}`];
