import type { ColorStatus, Status } from './plan/status.js';
import { printable } from './text.js';

const ANSI = { blue: 34, green: 32 };

/** A release for a person: a table of its colors, who moved traffic last, and what is wrong. */
export function statusText(
  status: Status,
  trouble: readonly string[],
  { colored, wide }: { colored: boolean; wide: boolean },
): string {
  const rows = [status.active, status.idle].map((color, index) =>
    columns(color, index === 0 ? 'active' : 'idle', wide),
  );
  const header = ['COLOR', 'TRAFFIC', 'VERSION', 'READY', 'ENDPOINTS', ...(wide ? ['IMAGE'] : [])];
  const table = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd(),
  );
  const painted = lines.map((line, index) => {
    const color = [undefined, status.active.color, status.idle.color][index];
    return colored && color ? `\u001b[${ANSI[color]}m${line}\u001b[0m` : line;
  });
  return [
    `Release:     ${status.release}`,
    `Namespace:   ${status.namespace}`,
    `Last:        ${lastText(status)}`,
    '',
    ...painted,
    ...trouble.map((text) => `warning: ${printable(text)}`),
    '',
  ].join('\n');
}

function columns(color: ColorStatus, traffic: string, wide: boolean): string[] {
  const cells = [
    color.color,
    traffic,
    color.version || '-',
    `${color.ready}/${color.desired}`,
    String(color.endpoints),
  ];
  return [...cells, ...(wide ? [color.image || '-'] : [])].map(printable);
}

function lastText({ lastOperation: last }: Status): string {
  if (!last) return '(none on record)';
  const moved = last.from === last.to ? `to ${last.to}` : `from ${last.from} to ${last.to}`;
  return printable(`${last.kind} ${moved} by ${last.by} at ${last.at}: ${last.outcome}`);
}
