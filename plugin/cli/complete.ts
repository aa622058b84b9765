#!/usr/bin/env node
/**
 * kubectl_complete-bluegreen: kubectl runs it, when the user presses TAB, with the words that follow `kubectl bluegreen`.
 * It prints a candidate a line, a tab and a description after it, and at last `:` and a directive.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/#using-the-command-line-runtime-package
 */
import * as nodeModule from 'node:module';
import { type Completion, complete, DIRECTIVE, type LookUp } from './completion/complete.js';

// Node 22 and later keep compiled code between runs, in the folder of temporary files; the standalone executable is compiled.
if (!process.versions.bun) (nodeModule as { enableCompileCache?: () => void }).enableCompileCache?.();

/** Most words are completed without kubectl, and then without what runs it. */
const lookUp: LookUp = async (...query) => {
  const { lookUpWith } = await import('./completion/look-up.js');
  return lookUpWith(process.env)(...query);
};

async function completion(): Promise<Completion> {
  try {
    return await complete(process.argv.slice(2), lookUp);
  } catch {
    // An error would be printed into the command line that is being typed.
    return { candidates: [], directive: DIRECTIVE.noFiles };
  }
}

const { candidates, directive } = await completion();
process.stdout.on('error', () => undefined);
const lines = candidates.map(({ value, description }) => (description ? `${value}\t${description}` : value));
process.stdout.write(`${[...lines, `:${directive}`].join('\n')}\n`);
