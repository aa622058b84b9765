import { cleanup } from './cleanup.js';
import { deploy } from './deploy.js';
import { diff } from './diff.js';
import { doctor } from './doctor.js';
import { history } from './history.js';
import { init } from './init.js';
import { logs } from './logs.js';
import { options } from './options.js';
import { promote } from './promote.js';
import { rbac } from './rbac.js';
import { rollback } from './rollback.js';
import { status } from './status.js';
import { summary } from './summary.js';
import { synth } from './synth.js';
import { undo } from './undo.js';
import type { Verb } from './verb.js';
import { verify } from './verify.js';
import { version } from './version.js';

/** In the order in which a release meets them. */
export const VERBS: readonly Verb[] = [
  init,
  synth,
  diff,
  deploy,
  verify,
  promote,
  rollback,
  cleanup,
  status,
  history,
  undo,
  logs,
  doctor,
  rbac,
  summary,
  version,
  options,
];
