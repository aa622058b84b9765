import { releaseShape } from './fields.js';
import { checkRules } from './rules.js';

/** The fields of a release, and the rules between them. */
export const releaseSchema = releaseShape.superRefine(checkRules);
