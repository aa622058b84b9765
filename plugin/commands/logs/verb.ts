import { LOGS_FLAGS } from '../../invocation/flags.js';
import type { Verb } from '../../invocation/verb.js';

export const logs: Verb = {
  name: 'logs',
  group: 'Inspection Commands',
  args: 'NAME [COLOR|active|idle]',
  maxArgs: 2,
  connects: 'namespace',
  summary: 'Print the logs of every Pod of a color, or of both',
  help: () => import('./help.js'),
  flags: LOGS_FLAGS,
  load: () => import('./run.js'),
};
