import { printable } from '../../core/text.js';
import type { View } from '../../plan/status.js';
import { printDocument } from '../../terminal/document.js';
import type { Output, Reporter } from '../../terminal/reporter.js';
import { openScreen } from '../../terminal/screen.js';
import { wrap } from '../../terminal/table.js';
import type { TextOptions } from './text.js';

/** How one release, or a list of them, is shown. */
export interface Shape {
  text(views: readonly View[], options: TextOptions): string;
  document(views: readonly View[]): object;
  /** Objects, as `-o name` gives them. */
  names(views: readonly View[]): readonly string[];
}

export interface Style {
  readonly format: string | undefined;
  readonly colored: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export async function print(stdout: Output, views: readonly View[], shape: Shape, style: Style): Promise<void> {
  const { format } = style;
  if (format === 'json' || format === 'yaml') await printDocument(stdout, format, shape.document(views));
  else if (format === 'name') for (const name of shape.names(views)) stdout.write(`${name}\n`);
  else stdout.write(shape.text(views, { ...optionsOf(style), now: style.now() }));
}

const optionsOf = ({ format, colored }: Style) => ({ colored, wide: format === 'wide' });

/** Where what is watched is shown. */
export interface Display {
  /** Whether it is to be shown again as time goes by, since ages grow. */
  readonly ticks: boolean;
  /** @param lost - why what is shown may be out of date */
  show(views: readonly View[], lost: Error | undefined): Promise<void>;
  close(): void;
}

/** Redraws in place. */
export function screenDisplay(stdout: Output, shape: Shape, style: Style): Display {
  let redraw = (): void => undefined;
  const screen = openScreen(stdout, () => redraw());
  return {
    ticks: true,
    async show(views, lost) {
      redraw = () => {
        const width = screen.width();
        const text = shape.text(views, { ...optionsOf(style), now: style.now(), width });
        const notice = lost ? ['', ...wrap(`warning: ${lostText(lost)}`, width)] : [];
        screen.draw([...text.trimEnd().split('\n'), ...notice]);
      };
      redraw();
    },
    close: () => screen.close(),
  };
}

/** Prints it again whenever it is another one, as `kubectl get --watch` does: documents, or texts with a line between them. */
export function appendingDisplay(stdout: Output, reporter: Reporter, shape: Shape, style: Style): Display {
  const separator = { yaml: '---\n', json: '', name: '' }[style.format ?? ''] ?? '\n';
  let before = '';
  let isFirst = true;
  let isLost = false;
  return {
    ticks: false,
    async show(views, lost) {
      if (lost && !isLost) reporter.warn(lostText(lost));
      if (!lost && isLost) reporter.info('the cluster is followed again');
      isLost = lost !== undefined;
      const seen = JSON.stringify(views);
      if (seen === before) return;
      before = seen;
      if (!isFirst) stdout.write(separator);
      isFirst = false;
      await print(stdout, views, shape, style);
    },
    close: () => undefined,
  };
}

const lostText = ({ message }: Error) => printable(`the cluster cannot be followed for now: ${message}`);
