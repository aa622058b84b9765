/** How traffic moves. */
import * as z from 'zod';
import { eventReason, integer } from './formats.js';

export const promotionSchema = z.strictObject({
  confirm: z.boolean().default(true).describe('Ask before traffic moves.'),
  soakSeconds: integer(0, 86_400).default(0).describe('Seconds to watch the new color after the switch; 0 for none.'),
  automaticRollback: z.boolean().default(true).describe('Switch back when the watch finds the new color unhealthy.'),
  ignoreEventReasons: z
    .array(eventReason())
    .min(1)
    .optional()
    .describe('Reasons of Warning events that the watch does not mind, such as "Unhealthy".'),
});
