import type { Section } from '../section.js';
import { cost } from './cost.js';
import { latency } from './latency.js';
import { memory } from './memory.js';
import { release } from './release.js';
import { scaled } from './scale.js';
import { start } from './start.js';
import { switching } from './switch.js';
import { synth } from './synth.js';
import { verify } from './verify.js';

/** In the order of the report. */
export const SECTIONS: readonly Section[] = [switching, release, verify, latency, start, synth, memory, cost, scaled];
