import { type ColorMode, createReporter, type Reporter, usesColor } from '../terminal/reporter.js';
import { type Invocation, stringFlag } from './invocation.js';

/** The reporter of a call, as its flags ask for. */
export function reporterOf(invocation: Invocation): Reporter {
  const { stdout, stderr, env } = invocation;
  const output = stringFlag(invocation, 'output');
  // What is on stdout as JSON must not have lines between.
  const isDocument = output !== undefined || stringFlag(invocation, 'events') === '-';
  const changes = output === 'name' ? 'name' : isDocument ? 'progress' : 'verb';
  const colored = usesColor(stderr, (stringFlag(invocation, 'color') ?? 'auto') as ColorMode, env);
  return createReporter(stdout, stderr, colored, changes);
}
