/** What the rest of the project uses of charts/. */
export { renderRelease } from './render.js';
export { SpecError, type SpecIssue } from './spec/errors.js';
export { parseRelease, readRelease } from './spec/read.js';
export type { ReleaseInput, ReleaseSpec } from './spec/release.js';
export { releaseSchemaText } from './spec/schema-text.js';
export { type SpecTextOptions, specText } from './spec/text.js';
export { checkSynthesized, OutputError, type SynthesizeOptions, synthesize } from './synthesize.js';
