import { BluegreenError, EXIT, RefusedError, UsageError } from '../../core/errors.js';
import { printable } from '../../core/text.js';
import { booleanFlag, type Invocation, listFlag, releaseArgument, stringFlag } from '../../invocation/invocation.js';
import { printDocument } from '../../terminal/document.js';
import { type ColorMode, usesColor } from '../../terminal/reporter.js';
import type { Difference } from './change.js';
import { diffDocument } from './document.js';
import { differenceFromCluster } from './live.js';
import { diffMarkdown } from './markdown.js';
import { compareWithRevision } from './revision.js';
import type { ServingReport } from './serving.js';
import { diffText, summaryText } from './text.js';

const MANIFESTS = 'dist';

export async function run(invocation: Invocation): Promise<number> {
  try {
    const found = await findDifference(invocation);
    const { difference, refused } = await respectTraffic(invocation, found);
    const differs = difference.changes.length > 0 ? EXIT.differences : EXIT.done;
    await show(invocation, difference, refused.length > 0 ? EXIT.refused : differs);
    if (refused.length > 0) throw new RefusedError(refused.join('\n'));
    return differs;
  } catch (error) {
    if (error instanceof BluegreenError) throw error;
    // 1 means differences here, so that a defect must end with another code.
    throw new RefusedError(String((error as Error)?.stack ?? error), { cause: error });
  }
}

async function findDifference(invocation: Invocation): Promise<Difference> {
  const release = invocation.args.length > 0 ? releaseArgument(invocation) : undefined;
  const revision = stringFlag(invocation, 'against');
  const given = listFlag(invocation, 'filename');
  const paths = given.length > 0 ? given : [MANIFESTS];
  const source = paths.join(', ');
  const { readManifests } = await import('../../manifests/files.js');
  const manifests = readManifests(paths, { mayBeGone: revision !== undefined });
  if (revision === undefined) return differenceFromCluster(invocation, manifests, release, source);
  const { readRevision } = await import('../../manifests/git/git.js');
  const { commit, objects } = await readRevision(paths, revision);
  return compareWithRevision({ source, revision, commit, before: objects, after: manifests, release });
}

/** With --gitops: what a commit does to the color that has the traffic is told, and refused where it replaces its Pods. */
async function respectTraffic(
  invocation: Invocation,
  difference: Difference,
): Promise<{ difference: Difference; refused: readonly string[] }> {
  if (!booleanFlag(invocation, 'gitops')) return { difference, refused: [] };
  if (difference.against.kind === 'cluster') throw new UsageError('--gitops needs --against: it is about a commit');
  const { servingReport } = await import('./serving.js');
  const { trafficColor } = await import('../../invocation/traffic-color.js');
  const reports: ServingReport[] = [];
  for (const { release, manifestBefore, namespace } of difference.releases) {
    // A release that is new has no traffic.
    if (!manifestBefore) continue;
    const traffic = await trafficColor(invocation, { name: release, active: manifestBefore, namespace });
    reports.push(servingReport(release, difference.changes, traffic));
  }
  const refused = reports.flatMap((report) => report.refused);
  const notes = [...difference.notes, ...reports.map(({ note }) => note), ...refused.map((why) => `refused: ${why}`)];
  return { difference: { ...difference, notes }, refused };
}

async function show(invocation: Invocation, difference: Difference, exitCode: number): Promise<void> {
  const { stdout, stderr } = invocation;
  const format = stringFlag(invocation, 'output');
  if (format === 'json' || format === 'yaml')
    return await printDocument(stdout, format, diffDocument(difference, exitCode));
  if (format === 'markdown') {
    stdout.write(diffMarkdown(difference));
    return;
  }
  const mode = (stringFlag(invocation, 'color') ?? 'auto') as ColorMode;
  stdout.write(diffText(difference, usesColor(stdout, mode, invocation.env)));
  for (const note of difference.notes) stderr.write(`note: ${printable(note)}\n`);
  stderr.write(`${printable(summaryText(difference))}\n`);
}
