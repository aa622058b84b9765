import { CHECK_FLAGS, DOCTOR_FLAGS } from '../../invocation/flags.js';
import type { Verb } from '../../invocation/verb.js';

export const doctor: Verb = {
  name: 'doctor',
  group: 'Inspection Commands',
  args: 'NAME',
  maxArgs: 1,
  connects: 'context',
  summary: 'Find what is wrong with a release, and the command that mends it',
  help: () => import('./help.js'),
  flags: { ...CHECK_FLAGS, ...DOCTOR_FLAGS },
  load: () => import('./run.js'),
};
