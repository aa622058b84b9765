import { type Exchange, type Fault, statusAnswer } from './faults.js';

/** What may become of any request, by the name that a report of it has. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  '401': statusAnswer(401, 'Unauthorized'),
  '403': statusAnswer(403, 'Forbidden'),
  '404': statusAnswer(404, 'NotFound'),
  '409': statusAnswer(409, 'Conflict'),
  '422': statusAnswer(422, 'Invalid'),
  '429': statusAnswer(429, 'TooManyRequests', { 'retry-after': '1' }),
  '500': statusAnswer(500, 'InternalError'),
  '503': statusAnswer(503, 'ServiceUnavailable'),
  'reset before': { kind: 'reset', when: 'before' },
  'reset after': { kind: 'reset', when: 'after' },
  'stall before': { kind: 'stall', when: 'before' },
  'stall after': { kind: 'stall', when: 'after' },
  truncated: { kind: 'truncate' },
  twice: { kind: 'twice' },
};

/** The resourceVersions that the patches of the live selector were guarded by, in their order. */
export function switchGuards(exchanges: readonly Exchange[]): string[] {
  return exchanges
    .filter(({ method, path }) => method === 'PATCH' && path.includes('/services/shop-active'))
    .map(({ body }) => JSON.parse(body) as { metadata?: { resourceVersion?: string }; spec?: { selector?: object } })
    .filter(({ spec }) => spec?.selector !== undefined)
    .map(({ metadata }) => metadata?.resourceVersion ?? 'none');
}
