// Writes LICENSES.md: `npm run licenses`.
import { writeFileSync } from 'node:fs';
import { licensesText } from './runtime.js';

writeFileSync('LICENSES.md', licensesText());
