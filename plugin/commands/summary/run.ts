import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { EXIT, UsageError } from '../../core/errors.js';
import { type Invocation, stringFlag } from '../../invocation/invocation.js';
import { parseEvidence } from './evidence.js';
import { summaryMarkdown } from './markdown.js';
import { summaryOutputs } from './outputs.js';

export async function run(invocation: Invocation): Promise<number> {
  const [file = '-'] = invocation.args;
  const evidence = parseEvidence(
    file === '-' ? await text(invocation.stdin) : read(file),
    file === '-' ? 'stdin' : file,
  );
  const render = stringFlag(invocation, 'output') === 'outputs' ? summaryOutputs : summaryMarkdown;
  invocation.stdout.write(`${render(evidence)}\n`);
  return EXIT.done;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
