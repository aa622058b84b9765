/** What the rest of the project uses of charts/. */

export { OutputError } from './output.js';
export { renderRelease } from './render.js';
export { SpecError, type SpecIssue } from './spec/errors.js';
export type { ReleaseInput, ReleaseSpec } from './spec/fields.js';
export { parseRelease, parseReleaseFile, type ReleaseFile, readRelease, readReleaseFile } from './spec/read.js';
export { releaseSchemaText } from './spec/schema-text.js';
export { type SpecTextOptions, specText } from './spec/text.js';
export { checkSynthesized, noEnvironment, type SynthesizeOptions, synthesize } from './synthesize.js';
