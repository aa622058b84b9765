/** Checks a recorded history offline: `npx tsx test/reliability/history/check.ts FILE`; ends with 1 when it breaks a promise. */
import { violations } from './checker.js';
import { readHistory } from './events.js';

const [file = ''] = process.argv.slice(2);
const events = readHistory(file);
const found = violations(events);
for (const { promise, at, words } of found) console.log(`${new Date(at).toISOString()} ${promise}: ${words}`);
console.log(`${events.length} events, ${found.length} violations`);
process.exitCode = found.length > 0 ? 1 : 0;
