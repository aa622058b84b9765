import type { BuildStep } from '../plan/build.js';
import { runBuilder } from './actions/run-builder.js';
import type { StepKind } from './kind.js';

/** Builds an image. */
export const build: StepKind<'build'> = {
  describe: ({ images, context, builder, ...details }) =>
    `build ${images.join(' and ')} of ${context} with ${builder}${describeDetails(details)}`,
  // Their values may be secrets.
  summarize: ({ buildArgs }) => ({ buildArgs: namesOf(buildArgs) }),
  changes: 'nothing',
  run: async (run, step, { builder }) => void (await runBuilder(run, step, builder)),
};

type Details = Pick<BuildStep & { kind: 'build' }, 'dockerfile' | 'platform' | 'buildArgs'>;

function describeDetails({ dockerfile, platform, buildArgs }: Details): string {
  const details = [
    dockerfile && `Dockerfile ${dockerfile}`,
    platform && `platform ${platform}`,
    buildArgs.length > 0 && `build arguments ${namesOf(buildArgs).join(', ')}`,
  ].filter(Boolean);
  return details.length > 0 ? ` (${details.join('; ')})` : '';
}

const namesOf = (buildArgs: readonly string[]) => buildArgs.map((one) => one.split('=')[0] ?? '');
