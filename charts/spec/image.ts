/** Which image each color runs. */
import * as z from 'zod';
import type { Color } from '../names.js';
import { configKey, imageDigest, imageRepository, imageTag, integer, objectName } from './formats.js';

export const imageSchema = z.strictObject({
  repository: imageRepository().describe('Image repository, without tag: both colors run images of it.'),
  pullPolicy: z
    .enum(['Always', 'IfNotPresent', 'Never'])
    .default('IfNotPresent')
    .describe('When nodes pull the image.'),
  pullSecrets: z.array(objectName()).default([]).describe('Names of Secrets that hold registry credentials.'),
});

const colorSchema = z
  .strictObject({
    version: imageTag().optional().describe('Image tag; the version that people speak of.'),
    digest: imageDigest().optional().describe('Image digest: pins the bytes; a version beside it is for the reader.'),
    replicas: integer(0).optional().describe('Pods of this color, in place of replicas and idleReplicas.'),
    config: z
      .record(configKey(), z.string())
      .optional()
      .describe("This color's own values, over those of config.data; needs config.scope: color."),
  })
  .superRefine((color, context) => {
    if (color.version === undefined && color.digest === undefined) {
      context.addIssue({ code: 'custom', path: [], message: 'expected a version or a digest' });
    }
  });

export const colorsSchema = z.strictObject({
  blue: colorSchema.describe('What the blue Pods run.'),
  green: colorSchema.describe('What the green Pods run.'),
});

/** The image reference of a color: REPOSITORY:VERSION, REPOSITORY@DIGEST or REPOSITORY:VERSION@DIGEST. */
export function imageReference(
  spec: { image: z.output<typeof imageSchema>; colors: z.output<typeof colorsSchema> },
  color: Color,
): string {
  const { version, digest } = spec.colors[color];
  return `${spec.image.repository}${version === undefined ? '' : `:${version}`}${digest === undefined ? '' : `@${digest}`}`;
}
