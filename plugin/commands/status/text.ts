import type { Color } from '../../../charts/names.js';
import { age } from '../../core/age.js';
import { printable } from '../../core/text.js';
import type { Operation } from '../../plan/operation.js';
import type { PodStatus } from '../../plan/pod-status.js';
import type { ColorPods, View } from '../../plan/status.js';
import { type Column, table, wrap } from '../../terminal/table.js';

const ANSI: Record<Color, number> = { blue: 34, green: 32 };

export interface TextOptions {
  readonly colored: boolean;
  readonly wide: boolean;
  /** Milliseconds since the epoch, for ages. */
  readonly now: number;
  /** Columns of the terminal that no line may exceed. */
  readonly width?: number;
}

export const paint = (text: string, color: Color, colored: boolean): string =>
  colored ? `\u001b[${ANSI[color]}m${text}\u001b[0m` : text;

/** A release for a person: a table of its colors, who moved traffic last, its Pods, and what is wrong. */
export function statusText(view: View, { colored, wide, now, width = Number.POSITIVE_INFINITY }: TextOptions): string {
  if ('problem' in view) return `${wrap(`warning: ${printable(view.problem)}`, width).join('\n')}\n`;
  const { status, trouble } = view;
  const colors = [status.active, status.idle];
  const pods = colors.flatMap((color) => color.pods.map((pod) => ({ pod, color: color.color })));
  const colorLines = table(
    colorColumns(wide),
    colors.map((color, index) => colorCells(color, status.overlapping ? 'both' : index === 0 ? 'active' : 'idle')),
    width,
  );
  const podLines = table(
    podColumns(wide),
    pods.map(({ pod }) => podCells(pod, now)),
    width,
  );
  const head = [
    `Release:     ${status.release}`,
    `Namespace:   ${status.namespace}`,
    `Last:        ${lastText(status.lastOperation)}`,
  ];
  const painted = (lines: readonly string[], order: readonly Color[]) =>
    lines.map((line, index) => {
      const color = order[index - 1];
      return color ? paint(line, color, colored) : line;
    });
  return [
    ...head.flatMap((line) => wrap(line, width, 'Release:     '.length)),
    '',
    ...painted(
      colorLines,
      colors.map(({ color }) => color),
    ),
    ...(pods.length > 0
      ? [
          '',
          ...painted(
            podLines,
            pods.map(({ color }) => color),
          ),
        ]
      : []),
    ...(trouble.length > 0 ? [''] : []),
    ...trouble.flatMap((text) => wrap(`warning: ${printable(text)}`, width)),
    '',
  ].join('\n');
}

const colorColumns = (wide: boolean): Column[] => [
  { title: 'COLOR' },
  { title: 'TRAFFIC' },
  { title: 'VERSION' },
  { title: 'READY' },
  { title: 'ENDPOINTS', leaveOut: 1 },
  ...(wide ? [{ title: 'IMAGE', leaveOut: 2 }] : []),
];

function colorCells(color: ColorPods, traffic: string): string[] {
  const ready = `${color.ready}/${color.desired}`;
  return [color.color, traffic, color.version || '-', ready, String(color.endpoints), color.image || '-'].map(
    printable,
  );
}

const podColumns = (wide: boolean): Column[] => [
  { title: 'POD', keepEnd: true },
  { title: 'READY', leaveOut: 1 },
  { title: 'STATUS' },
  { title: 'RESTARTS', leaveOut: 2 },
  { title: 'AGE', leaveOut: 3 },
  { title: 'VERSION', leaveOut: 4 },
  ...(wide ? [{ title: 'IP' }, { title: 'NODE' }].map((column) => ({ ...column, leaveOut: 5 })) : []),
];

function podCells(pod: PodStatus, now: number): string[] {
  const { containers, restarts, lastRestartAt } = pod;
  const last = restarts > 0 && lastRestartAt ? ` (${age(lastRestartAt, now)} ago)` : '';
  return [
    pod.name,
    `${containers.ready}/${containers.total}`,
    pod.status,
    `${restarts}${last}`,
    age(pod.createdAt ?? undefined, now),
    pod.version || '-',
    pod.ip || '-',
    pod.node || '-',
  ].map(printable);
}

function lastText(last: Operation | null): string {
  if (!last) return '(none on record)';
  const moved = last.from === last.to ? `to ${last.to}` : `from ${last.from} to ${last.to}`;
  return printable(`${last.kind} ${moved} by ${last.by} at ${last.at}: ${last.outcome}`);
}
