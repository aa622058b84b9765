/** How traffic moves. */
import * as z from 'zod';
import { eventReason, integer } from './formats.js';

export const promotionSchema = z.strictObject({
  confirm: z.boolean().default(true).describe('Ask before traffic moves.'),
  soakSeconds: integer(0, 86_400).default(0).describe('Seconds to watch the new color after the switch; 0 for none.'),
  automaticRollback: z.boolean().default(true).describe('Switch back when the watch finds the new color unhealthy.'),
  switch: z
    .enum(['atomic', 'overlap'])
    .optional()
    .describe(
      'How traffic moves: "atomic" with one patch of the selector; "overlap" has both colors in the selector until the new one serves, for load balancers that target Pods. By default "atomic".',
    ),
  overlapSeconds: integer(0, 3600)
    .optional()
    .describe(
      'Seconds that both colors stay in the selector once every new Pod is an endpoint, for a load balancer to register it; of "switch: overlap", by default 30.',
    ),
  ignoreEventReasons: z
    .array(eventReason())
    .min(1)
    .optional()
    .describe('Reasons of Warning events that the watch does not mind, such as "Unhealthy".'),
});
