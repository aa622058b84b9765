import { pointPreview } from '../traffic/record.js';
import type { StepKind } from './kind.js';

/** Points the preview Service at the color without traffic. */
export const preview: StepKind<'preview'> = {
  describe: ({ service, to }) => `point service/${service} at ${to}`,
  changes: 'records',
  run: (run, { service, to }) => pointPreview(run, service, to),
};
