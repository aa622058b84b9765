import * as z from 'zod';
import { fileShape } from './environments.js';
import type { FieldPath } from './path.js';

type Schema = z.core.$ZodType;

/** The keys that the object at a path of a spec may have; none if the path leads to no object. */
export function knownKeys(path: FieldPath): string[] {
  const at = path.reduce<Schema[]>(
    (schemas, step) => schemas.flatMap((schema) => child(schema, step)),
    [...open(fileShape)],
  );
  return at.flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []));
}

function child(schema: Schema, step: string | number): Schema[] {
  if (schema instanceof z.ZodObject) return open(schema.shape[step]);
  if (schema instanceof z.ZodArray) return open(schema.element);
  if (schema instanceof z.ZodRecord) return open(schema.valueType);
  return [];
}

/** What is inside defaults, optionals, unions and transformations. */
function open(schema: Schema | undefined): Schema[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(open);
  if (schema instanceof z.ZodPipe) return open(schema.in);
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return open(schema.unwrap());
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return open(schema.unwrap());
  return schema === undefined ? [] : [schema];
}
