import { APP_LABEL, type Color } from '../../charts/names.js';
import type { Check, HttpCheck } from '../../charts/policy.js';
import { RefusedError } from '../core/errors.js';
import type { Pod } from '../core/kubernetes.js';
import { resourcePath } from '../kube/resources.js';
import { podChecks } from '../plan/checks/kinds.js';
import type { ProxyAnswer } from '../plan/proxy-answer.js';
import { isTcp, probedPorts, type ResolvedPort, resolvePort } from '../plan/service-ports.js';
import { httpCheckOf } from '../plan/service-questions.js';
import { isReady, podsOf } from '../plan/state.js';
import type { Run } from '../run/context.js';
import { eachPod } from './ask-pods.js';
import { askPodAddress } from './ask-service.js';

/** A port of one Pod that is asked at the Pod's own address. */
interface Address {
  readonly pod: Pod;
  readonly number: number;
  readonly check: HttpCheck;
}

/** A connection that is refused is tried again, for a program that has just begun. */
const [TRIES, AGAIN_MS] = [3, 300];

/**
 * Asks Pods at their own addresses, through the API server, where no probe of the kubelet has: a program that listens on
 * 127.0.0.1 alone answers through port-forward, and not to clients.
 *
 * @param serving - the color that has the traffic, where that is another one
 * @param verified - ends when the Pods have passed their checks
 * @returns why some were not reached, where that says nothing about them
 * @throws RefusedError when a Pod refuses the connection
 */
export async function requireOwnAddress(
  run: Run,
  serving: Color | undefined,
  pods: readonly Pod[],
  resolved: readonly ResolvedPort[],
  { checks, port }: { readonly checks: readonly Check[]; readonly port: number },
  verified: Promise<unknown>,
): Promise<string[]> {
  const [first, ...rest] = addressesOf(pods, resolved, checks, port);
  if (!first) return [];
  // While the checks are asked: where the way is not open, none but the first waits for it.
  const begun = ask(run, first);
  begun.catch(() => undefined);
  await verified;
  const found = await begun;
  const isOpen = found.kind === 'answer' || found.kind === 'refused';
  if (!isOpen) return [notReached(found)];
  const left = found.kind === 'answer' ? rest : [first, ...rest];
  const notAsked = await eachPod(left, (address) => requireAnswer(run, serving, address, resolved));
  return [...new Set(notAsked.filter((why) => why !== undefined))];
}

function addressesOf(
  pods: readonly Pod[],
  resolved: readonly ResolvedPort[],
  checks: readonly Check[],
  port: number,
): Address[] {
  return pods.flatMap((pod) => {
    const probed = probedPorts(pod);
    const led = resolved.filter(({ port }) => isTcp(port)).map(({ numbers }) => numbers.get(pod.metadata.uid ?? ''));
    return [...new Set(led)].flatMap((number): Address[] => {
      if (number === undefined || probed.has(number)) return [];
      const check = httpCheckOf(podChecks(checks), port, number);
      return check ? [{ pod, number, check }] : [];
    });
  });
}

const ask = (run: Run, { pod, number, check }: Address) => askPodAddress(run, pod.metadata.name, number, check);

const notReached = ({ why }: Exclude<ProxyAnswer, { kind: 'answer' }>) =>
  `the Pods' own addresses were not asked through the API server: ${why}`;

async function requireAnswer(
  run: Run,
  serving: Color | undefined,
  address: Address,
  resolved: readonly ResolvedPort[],
): Promise<string | undefined> {
  for (let tries = 1; ; tries++) {
    const found = await ask(run, address);
    if (found.kind === 'answer') return undefined;
    if (found.kind !== 'refused') return notReached(found);
    if (tries >= TRIES) {
      if (serving && (await isRefusedAnyway(run, serving, address, resolved)))
        return `${notReached(found)}, and so it is for ${serving}, which has the traffic`;
      throw new RefusedError(
        `pod "${address.pod.metadata.name}" answers on port ${address.number} through port-forward, but not at its own address ` +
          `(${found.why}), where clients ask: make the program listen on all addresses (0.0.0.0 or ::), not on 127.0.0.1 alone`,
      );
    }
    await run.clock.sleep(AGAIN_MS, run.signal);
  }
}

/** Where a Pod that serves is refused as well, it may be another machine that has the address for the API server. */
async function isRefusedAnyway(
  run: Run,
  serving: Color,
  { number, check }: Address,
  resolved: readonly ResolvedPort[],
): Promise<boolean> {
  const labelSelector = `${APP_LABEL}=${run.release}`;
  const { items } = await run.api.list<Pod>(resourcePath('Pod', run.namespace), { labelSelector });
  const pod = podsOf(items, run.release, serving).find(isReady);
  const led = resolved.find(({ numbers }) => [...numbers.values()].includes(number));
  const other = pod && led && resolvePort(led.port, pod);
  if (pod === undefined || other === undefined) return false;
  return (await askPodAddress(run, pod.metadata.name, other, check)).kind !== 'answer';
}
