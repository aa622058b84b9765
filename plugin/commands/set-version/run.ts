import { UsageError } from '../../core/errors.js';
import { colorArgument } from '../../invocation/arguments.js';
import { openCheckoutOf } from '../../invocation/checkout.js';
import { environmentFlag } from '../../invocation/environment.js';
import { booleanFlag, type Invocation, releaseArgument, stringFlag } from '../../invocation/invocation.js';
import { reporterOf } from '../../invocation/reporter.js';
import { trafficColor } from '../../invocation/traffic-color.js';
import { validVersion, versionOf } from '../../plan/image.js';
import type { GitWishes } from './git.js';
import { chooseColor } from './plan.js';
import { show } from './show.js';

export async function run(invocation: Invocation): Promise<number> {
  const release = releaseArgument(invocation);
  const version = versionArgument(invocation);
  const asked = colorArgument(invocation, 2);
  const wishes = gitWishes(invocation);
  const environment = environmentFlag(invocation);
  const checkout = await openCheckoutOf(invocation, release);

  const { colors, image } = checkout.release;
  const reporter = reporterOf(invocation);
  const traffic = await trafficColor(invocation, checkout.release);
  const active = traffic.color;
  const color = chooseColor({ ...checkout.release, traffic }, asked, checkout.spec);
  if (traffic.by === 'spec')
    reporter.info(`which color has the traffic was not read (${traffic.why}): ${active}, as ${checkout.spec} says`);
  else if (active !== checkout.release.active)
    reporter.info(`${active} has the traffic (${traffic.where}), and ${checkout.spec} calls ${color} active`);
  const change = { environment, color, image: `${image.repository}:${version}`, activates: false };
  const { version: current, digest = '' } = colors[color];
  const previous = current ?? versionOf(`${image.repository}@${digest}`);
  const drafted = { release, version, previous, active, activeBy: traffic.by, change, files: [], commit: undefined };
  if (current === version) return show(invocation, drafted, 'nothing-to-do', { done: { files: [] } });

  checkout.rehearse(change);
  const files = checkout.preview(change);
  const { planCommit } = await import('./git.js');
  const { commit, repository } = await planCommit({ ...drafted, files }, wishes, checkout, invocation.env);
  const plan = { ...drafted, files, commit };
  if (booleanFlag(invocation, 'dry-run')) return show(invocation, plan, 'planned', { done: { files } });
  invocation.signal.throwIfAborted();
  const { carryOut } = await import('./carry-out.js');
  const ended = await carryOut(plan, checkout, repository, reporter);
  return show(invocation, plan, ended.error === undefined ? 'complete' : 'failed', ended);
}

function versionArgument({ args }: Invocation): string {
  const [, version] = args;
  if (version === undefined) throw new UsageError('required argument VERSION is missing: the tag of the image');
  return validVersion(version);
}

function gitWishes(invocation: Invocation): GitWishes {
  const pullRequest = booleanFlag(invocation, 'pr');
  const branch = stringFlag(invocation, 'branch');
  const commit = booleanFlag(invocation, 'commit') || pullRequest;
  if (branch !== undefined && !commit) throw new UsageError('--branch needs --commit or --pr');
  return { commit, branch, pullRequest };
}
