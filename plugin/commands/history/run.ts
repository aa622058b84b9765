import { activeServiceName, COLOR_LABEL, isColor } from '../../../charts/names.js';
import { parseCount } from '../../core/duration.js';
import { ApiError, EXIT, RefusedError } from '../../core/errors.js';
import type { Deployment, Service } from '../../core/kubernetes.js';
import { deploymentArgument, type Invocation, stringFlag } from '../../invocation/invocation.js';
import { connect } from '../../invocation/session.js';
import { resourcePath } from '../../kube/resources.js';
import { movedSince } from '../../plan/gitops/moved.js';
import { readHistory } from '../../plan/history.js';
import { revisionsOf } from '../../plan/revisions.js';
import { lastUndo } from '../../plan/rolling/undo.js';
import type { Run } from '../../run/context.js';
import { listReplicaSets, requireNamespace } from '../../run/observe.js';
import { printDocument } from '../../terminal/document.js';
import { historyText, revisionsText } from './text.js';

export async function run(invocation: Invocation): Promise<number> {
  const name = deploymentArgument(invocation, 'NAME is missing: the name of a release or of a Deployment');
  const limit = stringFlag(invocation, 'limit');
  const most = limit === undefined ? Number.POSITIVE_INFINITY : parseCount(limit, '--limit');
  const session = await connect(invocation, { release: name, withoutContext: true });
  const { run } = session;
  try {
    const service = await findService(run, name);
    if (service.found) await showRelease(invocation, run, service.found, most);
    else await showDeployment(invocation, run, await requireDeployment(run, name, service.refusal), most);
    return EXIT.done;
  } finally {
    session.close();
  }
}

/** A Role for one release may not allow to read other Services, such as one named after a color's Deployment. */
async function findService(run: Run, name: string): Promise<{ found?: Service | undefined; refusal?: ApiError }> {
  try {
    return { found: await run.api.find<Service>(resourcePath('Service', run.namespace, activeServiceName(name))) };
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return { refusal: error };
    throw error;
  }
}

async function requireDeployment(run: Run, name: string, refusal: ApiError | undefined): Promise<Deployment> {
  const deployment = await run.api.find<Deployment>(resourcePath('Deployment', run.namespace, name));
  if (deployment) return deployment;
  if (refusal) throw refusal;
  await requireNamespace(run.api, run.namespace);
  throw new RefusedError(
    `neither services "${activeServiceName(name)}" nor deployments.apps "${name}" found in namespace "${run.namespace}"`,
  );
}

const isDocument = (format: string | undefined) => format === 'json' || format === 'yaml';

async function showRelease(invocation: Invocation, run: Run, service: Service, most: number): Promise<void> {
  const { name } = service.metadata;
  const history = readHistory(service);
  const entries = history.entries.slice(-most);
  const color = service.spec.selector?.[COLOR_LABEL];
  const active = isColor(color) ? color : null;
  if (history.garbled)
    run.reporter.warn(
      `the history of service "${name}" was edited by hand: what does not read as an entry is left out`,
    );
  const moved = movedSinceInWords(service, run.release);
  if (moved) run.reporter.warn(moved);
  const format = stringFlag(invocation, 'output');
  const document = { release: run.release, namespace: run.namespace, active, entries };
  if (isDocument(format)) await printDocument(invocation.stdout, format, document);
  else invocation.stdout.write(historyText(entries, format === 'wide'));
}

/** What the history does not tell; a selector that was edited by hand is no reason not to show it. */
function movedSinceInWords(service: Service, release: string): string | undefined {
  try {
    return movedSince(service, release);
  } catch (error) {
    if (error instanceof RefusedError) return error.message;
    throw error;
  }
}

async function showDeployment(invocation: Invocation, run: Run, deployment: Deployment, most: number): Promise<void> {
  const replicaSets = await listReplicaSets(run.api, run.namespace, deployment);
  const revisions = revisionsOf(deployment, replicaSets)
    .slice(-most)
    // Its env may hold what does not belong in a log.
    .map(({ template, ...revision }) => revision);
  const undo = lastUndo(deployment) ?? null;
  const format = stringFlag(invocation, 'output');
  const document = { deployment: run.release, namespace: run.namespace, lastUndo: undo, revisions };
  if (isDocument(format)) await printDocument(invocation.stdout, format, document);
  else invocation.stdout.write(revisionsText(revisions, undo, format === 'wide'));
}
