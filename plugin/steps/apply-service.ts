import { objectName } from '../plan/steps.js';
import { applyTrafficService } from './actions/traffic-service.js';
import type { StepKind } from './kind.js';

/** Applies a Service of traffic as its manifest has it, with the selector that it has. */
export const applyService: StepKind<'apply-service'> = {
  describe: ({ service, color }) => `apply ${objectName(service)}, which leads to ${color}`,
  summarize: ({ service }) => ({ service: objectName(service) }),
  changes: 'objects',
  run: (run, { service, color }) => applyTrafficService(run, service, color),
};
