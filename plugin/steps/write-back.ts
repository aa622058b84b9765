import { deploymentName } from '../../charts/names.js';
import { RefusedError } from '../core/errors.js';
import type { Deployment } from '../core/kubernetes.js';
import { resourcePath } from '../kube/resources.js';
import { describeChange, type SpecChange } from '../manifests/write-back/change.js';
import { imageOf } from '../plan/image.js';
import type { Run } from '../run/context.js';
import type { StepKind } from './kind.js';

/** Writes what was promoted into the spec, and synthesizes it again. */
export const writeBack: StepKind<'write-back'> = {
  describe: ({ change, spec, outdir }) => `write ${describeChange(change)} to ${spec}, and synthesize it to ${outdir}`,
  summarize: () => ({ change: undefined, spec: undefined, outdir: undefined }),
  changes: 'nothing',
  async run(run, { change }, { checkout }) {
    await requireImage(run, change);
    const files = checkout.write(change);
    for (const file of files) run.reporter.changed(file, 'written');
    if (files.length === 0) run.reporter.info('the spec is up to date');
    return { files };
  },
};

/** A tool that owns the Deployment may have put it back: what was verified is then not what the spec would say. */
async function requireImage(run: Run, { color, image }: SpecChange): Promise<void> {
  const path = resourcePath('Deployment', run.namespace, deploymentName(run.release, color));
  const seen = await run.api.find<Deployment>(path).catch((cause: Error) => {
    throw new RefusedError(
      `the release could not be read after the run: whether ${color} runs "${image}" is not known`,
      { cause },
    );
  });
  if (imageOf(seen) !== image) throw new RefusedError(`${color} shows image "${imageOf(seen)}" by now, not "${image}"`);
}
