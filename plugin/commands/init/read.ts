/** A cluster -> the spec of what is in it, and what that spec would lose. */
import { DEFAULT_CHECKS } from '../../../charts/default-checks.js';
import type { ReleaseInput } from '../../../charts/index.js';
import { activeServiceName, COLORS, deploymentName, POLICY_ANNOTATION } from '../../../charts/names.js';
import { RefusedError, UsageError } from '../../core/errors.js';
import type { Deployment, Service } from '../../core/kubernetes.js';
import { type Invocation, stringFlag } from '../../invocation/invocation.js';
import { connect } from '../../invocation/session.js';
import { readPolicy } from '../../plan/policy.js';
import { type Findings, judgeAdoption, requireAdoptable } from './adoption.js';
import { convert, judgeConversion, type Place } from './conversion.js';
import { describeRelease } from './describe.js';
import { conversionSteps } from './next-steps.js';
import { type LiveRelease, observePlain, observeRelease } from './observe.js';
import { secretNotes } from './secrets.js';
import { objectsOf, problemsOf, specText } from './spec.js';

export interface Read {
  readonly input: ReleaseInput;
  /** Where it comes from: flags and answers, a release of both colors, or a plain Deployment. */
  readonly source: 'flags' | 'release' | 'deployment';
  readonly losses: readonly string[];
  readonly notes: readonly string[];
  /** What comes after the first deploy, a line each. */
  readonly next: readonly string[];
}

/**
 * Reads the objects of a release or, where there are none, a Deployment and its Service. Nothing is changed.
 *
 * @throws RefusedError when there is neither, or what is there can be no release; ApiError when a read is refused
 */
export async function readLive(invocation: Invocation, release: string): Promise<Read> {
  const session = await connect(invocation, { release });
  const { api, namespace } = session.run;
  const named = stringFlag(invocation, 'namespace');
  const place = { release, namespace };
  const [deployment, service] = [stringFlag(invocation, 'deployment'), stringFlag(invocation, 'service')];
  try {
    const live = await observeRelease(api, namespace, release);
    const isNamed = deployment !== undefined || service !== undefined;
    if (isRelease(live, release)) {
      if (!isNamed) return readRelease(live, place, named);
      throw new RefusedError(`release "${release}" is there already: it is read without --deployment and --service`);
    }
    const names = { deployment: deployment ?? release, service: service ?? deployment ?? release };
    const plain = await observePlain(api, namespace, names, deployment === undefined ? neither(place) : undefined);
    const input = requireValid(() => convert(plain, place, named));
    const findings = judgeConversion(plain, objectsOf(specText(input, release), release), release);
    return { input, source: 'deployment', ...withNotes(findings, input, true), next: conversionSteps(plain, place) };
  } finally {
    session.close();
  }
}

function neither({ release, namespace }: Place): string {
  const colors = COLORS.map((color) => `"${deploymentName(release, color)}"`).join(', ');
  return `deployments.apps ${colors} and "${release}" not found in namespace "${namespace}": name one with --deployment`;
}

const isRelease = ({ objects }: LiveRelease, release: string): boolean =>
  objects.some(
    ({ kind, metadata: { name } }) =>
      (kind === 'Service' && name === activeServiceName(release)) ||
      (kind === 'Deployment' && COLORS.some((color) => name === deploymentName(release, color))),
  );

function readRelease(live: LiveRelease, place: Place, named: string | undefined): Read {
  const { release, namespace } = place;
  const active = requireAdoptable(live, release, namespace);
  const objects = [...live.objects, ...live.autoscalers];
  const find = (kind: string, name: string) =>
    objects.find((object) => object.kind === kind && object.metadata.name === name);
  const service = find('Service', activeServiceName(release)) as Service;
  const deployment = find('Deployment', deploymentName(release, active)) as Deployment | undefined;
  const hasPolicy = [service, deployment].some((one) => one?.metadata.annotations?.[POLICY_ANNOTATION] !== undefined);
  const policy = hasPolicy ? readPolicy(service, deployment) : undefined;
  const input = requireValid(() => describeRelease({ release, namespace: named, active, objects, policy }));
  const wanted = objectsOf(specText(input, release), release);
  const findings = judgeAdoption(objects, wanted, release, active);
  return { input, source: 'release', ...withNotes(findings, input, !hasPolicy), next: [] };
}

/** @param asksDefault - whether checks that the spec leaves out are a default and not a choice */
function withNotes({ losses, notes }: Findings, input: ReleaseInput, asksDefault: boolean): Findings {
  const checks = asksDefault && input.checks === undefined && input.livenessProbe === false ? [CHECK_NOTE] : [];
  return { losses, notes: [...notes, ...checks, ...secretNotes(input)] };
}

/** Without a probe it is not known what the application answers. */
const CHECK_NOTE = `before traffic moves, every Pod is asked ${DEFAULT_CHECKS.map(({ path }) => path).join(', ')}: set checks where the application has others`;

/** @throws RefusedError saying what of the live objects no spec can have */
function requireValid(describe: () => ReleaseInput): ReleaseInput {
  const refuse = (problems: readonly string[]) =>
    new RefusedError(`what is live cannot be a release as it is:${problems.map((line) => `\n  ${line}`).join('')}`);
  let input: ReleaseInput;
  try {
    input = describe();
  } catch (cause) {
    // An image is read by the rules for flags, and the cluster was asked by now.
    if (cause instanceof UsageError) throw refuse([cause.message]);
    throw cause;
  }
  const problems = problemsOf(input);
  if (problems.length > 0) throw refuse(problems);
  return input;
}
