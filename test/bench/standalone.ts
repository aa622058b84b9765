import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../cluster/cluster.js';

const PATH = join(REPOSITORY, 'lib/standalone/kubectl-bluegreen-linux-x64');

/** The standalone executable of this platform, where it was built. */
export const STANDALONE: string | undefined = existsSync(PATH) ? PATH : undefined;

export const NOT_BUILT = 'The standalone executable was not built (`npm run build:standalone`).';
