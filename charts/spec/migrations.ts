/** What is run once for each version before it is deployed. */
import * as z from 'zod';
import { colorlessEnvSchema, resourcesSchema } from './container.js';
import { imageReference, integer } from './formats.js';

export const migrationsSchema = z
  .strictObject({
    command: z.array(z.string()).min(1).optional().describe("In place of the image's entrypoint."),
    args: z.array(z.string()).min(1).optional().describe("In place of the image's arguments."),
    image: imageReference().optional().describe('Image of the Job; the version that is deployed if left out.'),
    env: colorlessEnvSchema
      .optional()
      .describe("In place of the release's env, of which the Job otherwise has all but its color."),
    resources: resourcesSchema.optional().describe('CPU, memory and disk; those of the release if left out.'),
    backoffLimit: integer(0, 100)
      .default(0)
      .describe('Pods that may fail before the Job has: 0 for a migration that must not be tried twice.'),
    activeDeadlineSeconds: integer(1, 604_800)
      .default(600)
      .describe('Seconds until a Job that has not ended is stopped and counts as failed.'),
  })
  .superRefine(({ command, args, image }, context) => {
    if (command ?? args ?? image) return;
    const message = "expected command, args or an image: the release's own would start the server";
    context.addIssue({ code: 'custom', path: [], message });
  });
