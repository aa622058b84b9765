import type { Verb } from '../invocation/verb.js';
import { cleanup } from './cleanup/verb.js';
import { deploy } from './deploy/verb.js';
import { diff } from './diff/verb.js';
import { doctor } from './doctor/verb.js';
import { gitops } from './gitops/verb.js';
import { history } from './history/verb.js';
import { init } from './init/verb.js';
import { logs } from './logs/verb.js';
import { options } from './options/verb.js';
import { promote } from './promote/verb.js';
import { rbac } from './rbac/verb.js';
import { rollback } from './rollback/verb.js';
import { setVersion } from './set-version/verb.js';
import { status } from './status/verb.js';
import { summary } from './summary/verb.js';
import { synth } from './synth/verb.js';
import { undo } from './undo/verb.js';
import { verify } from './verify/verb.js';
import { version } from './version/verb.js';

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
