import { EXIT, exitCodeAfter, UsageError } from '../../core/errors.js';
import type { KubernetesObject } from '../../core/kubernetes.js';
import { environmentFlag, environmentNamespace } from '../../invocation/environment.js';
import { booleanFlag, type Invocation, releaseArgument, stringFlag } from '../../invocation/invocation.js';
import { connect } from '../../invocation/session.js';
import { clusterPath, resourcePath } from '../../kube/resources.js';
import { type Objects, releaseStates, selectRelease, selectReleases, stateOf } from '../../plan/releases.js';
import type { State } from '../../plan/state.js';
import { readStatus, type View, viewOf } from '../../plan/status.js';
import type { Run } from '../../run/context.js';
import { observe } from '../../run/observe.js';
import { type ColorMode, usesColor } from '../../terminal/reporter.js';
import { sinkOf } from '../../terminal/sink.js';
import { appendingDisplay, print, type Shape, type Style, screenDisplay } from './display.js';
import { listOfReleases, oneRelease } from './shapes.js';
import { type Collection, watchCollections } from './watch.js';

export async function run(invocation: Invocation): Promise<number> {
  const subject = readSubject(invocation);
  const { release } = subject;
  const manifestNamespace = release === undefined ? undefined : await environmentNamespace(invocation, release);
  const session = await connect(invocation, { release: release ?? '', manifestNamespace, withoutContext: true });
  try {
    const { stdout } = invocation;
    const colored = usesColor(stdout, (stringFlag(invocation, 'color') ?? 'auto') as ColorMode, invocation.env);
    const style: Style = { format: stringFlag(invocation, 'output'), colored, now: session.run.clock.wall };
    const shape = subject.release === undefined ? listOfReleases(subject.everywhere) : oneRelease;
    // What is watched must be there at first: a name that was mistyped would be waited for.
    const views = await read(session.run, subject);
    if (booleanFlag(invocation, 'watch')) return await watch(invocation, session.run, subject, shape, style);
    if (views.length === 0) invocation.stderr.write(`${noneFound(session.run, subject)}\n`);
    if (views.length > 0 || style.format) await print(stdout, views, shape, style);
    return EXIT.done;
  } finally {
    session.close();
  }
}

/** One release, or all of a namespace, or all. */
interface Subject {
  readonly release: string | undefined;
  readonly everywhere: boolean;
}

function readSubject(invocation: Invocation): Subject {
  const everywhere = booleanFlag(invocation, 'all-namespaces');
  if (invocation.args.length === 0) {
    if (environmentFlag(invocation) !== undefined)
      throw new UsageError('--environment needs the name of a release: its manifests say which namespace is meant');
    return { release: undefined, everywhere };
  }
  const release = releaseArgument(invocation);
  if (everywhere) throw new UsageError('a release cannot be retrieved by name across all namespaces');
  return { release, everywhere };
}

async function read(run: Run, subject: Subject): Promise<View[]> {
  if (subject.release !== undefined) return [readStatus(await observe(run.api, run.namespace, subject.release))];
  const lists = await Promise.all(
    collectionsOf(run, subject).map(({ path, query }) => run.api.list<KubernetesObject>(path, query)),
  );
  const states = releaseStates(lists.flatMap(({ items }) => items));
  return Promise.all(states.map(async (state) => viewOf(state.active ? state : await again(run, state))));
}

/** The list holds Services by their labels: one that is not in it is gone, or was made by hand without them. */
const again = ({ api }: Run, { namespace, release }: State) => observe(api, namespace, release);

function collectionsOf({ namespace }: Run, { release, everywhere }: Subject): Collection[] {
  const selections = release === undefined ? selectReleases() : selectRelease(release);
  return selections.map(({ kind, query }) => ({
    path: everywhere ? clusterPath(kind) : resourcePath(kind, namespace),
    query,
  }));
}

function viewsOf(objects: Objects, { namespace }: Run, { release }: Subject): View[] {
  if (release !== undefined) return [viewOf(stateOf(objects, namespace, release))];
  // Whether a Service is gone, or only lacks labels, no list says.
  return releaseStates(objects)
    .filter(({ active }) => active)
    .map(viewOf);
}

const noneFound = ({ namespace }: Run, { everywhere }: Subject) =>
  everywhere ? 'No releases found' : `No releases found in ${namespace} namespace.`;

async function watch(
  { stdout, signal, env }: Invocation,
  run: Run,
  subject: Subject,
  shape: Shape,
  style: Style,
): Promise<number> {
  const inPlace = stdout.isTTY && env.TERM !== 'dumb' && (style.format === undefined || style.format === 'wide');
  const until = AbortSignal.any([signal, sinkOf(stdout).closed]);
  const display = inPlace ? screenDisplay(stdout, shape, style) : appendingDisplay(stdout, run.reporter, shape, style);
  try {
    await watchCollections(
      run,
      collectionsOf(run, subject),
      (objects, lost) => display.show(viewsOf(objects, run, subject), lost),
      { ticks: display.ticks, signal: until },
    );
  } finally {
    display.close();
  }
  return exitCodeAfter(signal);
}
