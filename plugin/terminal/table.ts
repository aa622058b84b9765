export interface Column {
  readonly title: string;
  /** Where the table is wider than the terminal, columns with the highest number are left out first; 0 stays. */
  readonly leaveOut?: number;
  /** May be cut before columns are left out: its beginning goes, as the end tells one Pod from another. */
  readonly keepEnd?: boolean;
}

const GAP = '   ';
/** Keeps the end of a name: a Pod's has the hashes of its ReplicaSet and of itself. */
const LEAST_END = 17;

/** Rows under their titles, aligned as kubectl aligns them; no line is longer than the width. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const cells = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  const least = columns.map(({ keepEnd }, index) => Math.min(keepEnd ? LEAST_END : Infinity, widths[index] ?? 0));
  const shown = fitting(columns, least, width);
  const over = Math.max(0, total(shown, widths) - width);
  const room = (index: number) => {
    const whole = widths[index] ?? 0;
    return columns[index]?.keepEnd ? Math.max(least[index] ?? 0, whole - over) : whole;
  };
  return cells.map((row) =>
    shown
      .map((index) => endOf(row[index] ?? '', room(index)).padEnd(room(index)))
      .join(GAP)
      .trimEnd()
      .slice(0, width),
  );
}

const total = (shown: readonly number[], widths: readonly number[]) =>
  shown.reduce((sum, index) => sum + (widths[index] ?? 0), GAP.length * (shown.length - 1));

/** The columns that there is room for. */
function fitting(columns: readonly Column[], widths: readonly number[], width: number): number[] {
  let shown = columns.map((_, index) => index);
  while (total(shown, widths) > width) {
    const rank = (index: number) => columns[index]?.leaveOut ?? 0;
    const first = Math.max(...shown.map(rank));
    if (first === 0) break;
    shown = shown.filter((index) => rank(index) !== first);
  }
  return shown;
}

const endOf = (text: string, room: number) => (text.length > room ? `…${text.slice(text.length - room + 1)}` : text);

/** A paragraph in lines of at most this width, broken at spaces where there are any; what follows is indented. */
export function wrap(text: string, width: number, indent = 2): string[] {
  if (text.length <= width) return [text];
  const margin = Math.min(indent, width >> 1);
  const space = text.lastIndexOf(' ', width);
  // A break within the margin would never come to an end.
  const at = space > margin ? space : width;
  return [text.slice(0, at).trimEnd(), ...wrap(' '.repeat(margin) + text.slice(at).trimStart(), width, indent)];
}
