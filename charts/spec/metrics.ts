/** What a metric in Prometheus' text format must be. */
import * as z from 'zod';
import { text } from './formats.js';

const NAME = /^[^{}"\s]+$/;

export const metricSchema = z
  .strictObject({
    name: text(NAME, 'a metric\'s name, such as "http_requests_total"; its labels go into labels').describe(
      'Name of the series, with _count, _sum or _bucket where it has one.',
    ),
    labels: z
      .record(text(NAME, 'a label\'s name, such as "code"'), z.string())
      .optional()
      .describe('Labels that a series must have to count; it may have others.'),
    min: z.number().optional().describe('Least value; without such a series the check fails.'),
    max: z
      .number()
      .optional()
      .describe('Greatest value; without such a series the check passes, unless present: true.'),
    present: z.boolean().optional().describe('Whether there must be such a series, or must be none.'),
    combine: z
      .enum(['each', 'sum'])
      .optional()
      .describe('Of several series each must be within min and max, or their sum; each if left out.'),
  })
  .superRefine(({ min, max, present, combine }, context) => {
    const report = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    const isBounded = min !== undefined || max !== undefined;
    if (!isBounded && present === undefined) report([], 'expected min, max or present');
    if (min !== undefined && max !== undefined && max < min)
      report(['max'], `expected at least min, which is ${min}, got ${max}`);
    if (present === false && isBounded)
      report(['present'], 'not false with min or max: without a series there is no value');
    if (combine !== undefined && !isBounded) report(['combine'], 'not used without min or max');
  });
