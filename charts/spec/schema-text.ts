import * as z from 'zod';
import { releaseShape } from './release.js';

export function releaseJsonSchema(): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(releaseShape.meta({ title: 'kubectl-bluegreen release' }), { io: 'input' });
}

/** The text of charts/release.schema.json. */
export const releaseSchemaText = (): string => `${JSON.stringify(releaseJsonSchema(), null, 2)}\n`;
