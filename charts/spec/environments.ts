/** The shape of a spec file: a release, and what each environment has otherwise. */
import * as z from 'zod';
import { isColor } from '../names.js';
import { releaseShape } from './fields.js';
import { dnsLabel } from './formats.js';

const MAX_ENVIRONMENTS = 50;

type Schema = z.core.$ZodType;

const environmentName = () =>
  dnsLabel().refine((name) => !isColor(name), 'expected a name that is not that of a color');

/** What is read of environments before each is merged with the release, and then checked as a whole. */
export const environmentsSchema = z
  .record(environmentName(), z.record(z.string(), z.unknown()))
  .superRefine((environments, context) => {
    const count = Object.keys(environments).length;
    if (count <= MAX_ENVIRONMENTS) return;
    context.addIssue({
      code: 'custom',
      path: [],
      message: `expected at most ${MAX_ENVIRONMENTS} environments, got ${count}`,
    });
  });

/** A part of a schema: every field may be left out, and what may be left out of the whole may be taken away by null. */
function partOf(schema: Schema): z.ZodType {
  const inner = unwrapped(schema);
  if (inner) return partOf(inner);
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape as Record<string, Schema>).map(([key, field]): [string, z.ZodType] => {
      const part = unwrapped(field) ? partOf(field).nullable() : partOf(field);
      return [key, part.optional().describe(descriptionOf(field))];
    });
    return z.strictObject(Object.fromEntries(fields));
  }
  if (schema instanceof z.ZodRecord) return z.record(schema.keyType, (schema.valueType as z.ZodType).nullable());
  if (schema instanceof z.ZodUnion) return z.union(schema.options.map(partOf));
  return schema as z.ZodType;
}

/** The schema of a field that may be left out. */
function unwrapped(schema: Schema): Schema | undefined {
  const optional = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return optional ? schema.unwrap() : undefined;
}

function descriptionOf(schema: Schema): string {
  const inner = unwrapped(schema);
  return (schema as z.ZodType).description ?? (inner ? descriptionOf(inner) : '');
}

/** What a release is named is no matter of an environment. */
const { name: _, ...environmentFields } = releaseShape.shape;

/** What editors complete and check specs by. */
export const fileShape = releaseShape.extend({
  environments: z
    .record(environmentName(), partOf(z.strictObject(environmentFields)))
    .optional()
    .describe(
      'What each environment has otherwise, by its name: mappings are merged, lists and values replace, null takes a field away.',
    ),
});
