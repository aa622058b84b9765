import { runBuilder } from './actions/run-builder.js';
import type { StepKind } from './kind.js';

/** Pushes an image. */
export const push: StepKind<'push'> = {
  describe: ({ image, builder, pins }) =>
    `push ${image} with ${builder}${pins ? ', to be deployed by its digest' : ''}`,
  changes: 'nothing',
  // Registries whose tags never change refuse the color's, and what is deployed does not depend on it.
  tolerated: ({ image, pins }) => (pins ? undefined : `${image} was not pushed`),
  async run(run, step, { builder }) {
    const digest = await runBuilder(run, step, builder);
    return digest === undefined ? {} : { digest };
  },
};
