import { writeTemplate } from './actions/template.js';
import type { StepKind } from './kind.js';

/** Puts a revision's Pod template into a Deployment without colors: from here on Kubernetes replaces Pods that have traffic. */
export const template: StepKind<'template'> = {
  describe: ({ deployment, revision, images }) =>
    `patch deployment.apps/${deployment}: template of revision ${revision} (image ${images.join(', ')})`,
  changes: 'objects',
  async run(run, { deployment }, { undo }) {
    await writeTemplate(run, undo, { before: undo.from, after: undo.to, outcome: 'started' });
    run.reporter.changed(`deployment.apps/${deployment}`, 'rolled back');
  },
};
