/** What a promotion asks of a color before traffic moves to it, and after. */
import * as z from 'zod';
import { CHECK_DEFAULTS } from '../default-checks.js';
import type { Check } from '../policy.js';
import { dnsLabel, headerName, headerValue, httpPath, integer, portNumber } from './formats.js';

const jsonScalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const checkSchema = z.strictObject({
  name: dnsLabel().describe('Name in reports.'),
  path: httpPath().describe('Path to GET from every Pod.'),
  port: portNumber().optional().describe('Container port; the first of ports if left out.'),
  status: z.array(integer(100, 599)).min(1).default(CHECK_DEFAULTS.status).describe('Status codes that pass.'),
  requestHeaders: z.record(headerName(), headerValue()).optional().describe('Request headers.'),
  headers: z.record(headerName(), headerValue()).optional().describe('Response headers and the text each must hold.'),
  bodyContains: z.string().min(1).optional().describe('Text that the body must hold.'),
  json: z
    .record(z.string().min(1), jsonScalar)
    .optional()
    .describe('Values in a JSON body, by path, such as {"checks.0.up": true}.'),
  timeoutSeconds: integer(1, 3600)
    .default(CHECK_DEFAULTS.timeoutSeconds)
    .describe('Seconds for one attempt, to the last byte of the body.'),
  retries: integer(1, 1000).default(CHECK_DEFAULTS.retries).describe('Attempts in all.'),
  intervalSeconds: integer(0, 3600).default(CHECK_DEFAULTS.intervalSeconds).describe('Seconds between two attempts.'),
}) satisfies z.ZodType<Check>;

export const checksSchema = z
  .array(checkSchema)
  .min(1)
  .superRefine((checks, context) => {
    const names = checks.map(({ name }) => name);
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) < index) {
        context.addIssue({ code: 'custom', path: [index, 'name'], message: `check "${name}" is listed twice` });
      }
    }
  });

export const promotionSchema = z.strictObject({
  confirm: z.boolean().default(true).describe('Ask before traffic moves.'),
  soakSeconds: integer(0, 86_400).default(0).describe('Seconds to watch the new color after the switch; 0 for none.'),
  automaticRollback: z.boolean().default(true).describe('Switch back when the watch finds the new color unhealthy.'),
});
