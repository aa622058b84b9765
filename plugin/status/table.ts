export interface Column {
  readonly title: string;
  /** Where the table is wider than the terminal, columns with the highest number are left out first; 0 stays. */
  readonly leaveOut?: number;
  /** Of what is still too long the beginning goes, as the end tells one Pod from another. */
  readonly keepEnd?: boolean;
}

const GAP = '   ';

/** Rows under their titles, aligned as kubectl aligns them; no line is longer than the width. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const cells = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  const shown = fitting(columns, widths, width);
  const over = total(shown, widths) - width;
  return cells.map((row) =>
    shown
      .map((index) => {
        const own = widths[index] ?? 0;
        const room = columns[index]?.keepEnd && over > 0 ? Math.max(8, own - over) : own;
        return keepEnd(row[index] ?? '', room).padEnd(room);
      })
      .join(GAP)
      .trimEnd(),
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

const keepEnd = (text: string, room: number) => (text.length > room ? `…${text.slice(text.length - room + 1)}` : text);

/** A paragraph in lines of at most this width, broken at spaces where there are any; what follows is indented. */
export function wrap(text: string, width: number, indent = 2): string[] {
  if (text.length <= width) return [text];
  const space = text.lastIndexOf(' ', width);
  // A break within the indentation would never come to an end.
  const at = space > indent ? space : width;
  const rest = text.slice(at).trimStart();
  return [text.slice(0, at).trimEnd(), ...wrap(`${' '.repeat(Math.min(indent, width - 1))}${rest}`, width, indent)];
}
