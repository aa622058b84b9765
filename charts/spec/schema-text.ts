import * as z from 'zod';
import { fileShape } from './environments.js';

export function releaseJsonSchema(): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(fileShape.meta({ title: 'kubectl-bluegreen release' }), { io: 'input' });
}

/** The text of charts/release.schema.json. */
export const releaseSchemaText = (): string => `${JSON.stringify(releaseJsonSchema(), null, 2)}\n`;
