import { cleanup } from './cleanup.js';
import { deploy } from './deploy.js';
import { diff } from './diff.js';
import { options } from './options.js';
import { promote } from './promote.js';
import { rbac } from './rbac.js';
import { rollback } from './rollback.js';
import { status } from './status.js';
import { synth } from './synth.js';
import type { Verb } from './verb.js';
import { verify } from './verify.js';
import { version } from './version.js';

/** In the order in which a release meets them. */
export const VERBS: readonly Verb[] = [
  synth,
  diff,
  deploy,
  verify,
  promote,
  rollback,
  cleanup,
  status,
  rbac,
  version,
  options,
];
