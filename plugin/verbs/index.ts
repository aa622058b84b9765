import { cleanup } from './cleanup.js';
import { deploy } from './deploy.js';
import { diff } from './diff.js';
import { doctor } from './doctor.js';
import { gitops } from './gitops.js';
import { history } from './history.js';
import { init } from './init.js';
import { logs } from './logs.js';
import { options } from './options.js';
import { promote } from './promote.js';
import { rbac } from './rbac.js';
import { rollback } from './rollback.js';
import { setVersion } from './set-version.js';
import { status } from './status.js';
import { summary } from './summary.js';
import { synth } from './synth.js';
import { undo } from './undo.js';
import type { Verb } from './verb.js';
import { verify } from './verify.js';
import { version } from './version.js';

/** In the order in which help lists them under their headings. */
export const VERBS: readonly Verb[] = [
  deploy,
  verify,
  promote,
  rollback,
  cleanup,
  undo,
  status,
  history,
  logs,
  diff,
  doctor,
  gitops,
  init,
  setVersion,
  synth,
  rbac,
  summary,
  version,
  options,
];
