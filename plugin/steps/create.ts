import { activeServiceName } from '../../charts/names.js';
import { objectName } from '../plan/steps.js';
import { createServices } from './actions/objects.js';
import type { StepKind } from './kind.js';
import { namesOf } from './words.js';

/** Creates Services that do not exist; one that exists is left as it is, since its selector is traffic. */
export const create: StepKind<'create'> = {
  describe: ({ services }) => `create ${namesOf(services)}`,
  summarize: ({ services }) => ({ services: services.map(objectName) }),
  changes: 'traffic',
  movesTraffic: ({ services }, release) =>
    services.some((service) => service.metadata.name === activeServiceName(release)),
  run: (run, { services }, { plan }) => createServices(run, services, plan),
};
