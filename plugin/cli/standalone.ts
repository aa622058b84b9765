/** The standalone executable, which is both programs: what it is called says which one. */
import { basename } from 'node:path';

if (basename(process.argv0).startsWith('kubectl_complete-')) await import('./complete.js');
else await import('../bin.js');
