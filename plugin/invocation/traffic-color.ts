import { activeServiceName, type Color } from '../../charts/names.js';
import { UsageError } from '../core/errors.js';
import type { Service } from '../core/kubernetes.js';
import { inTime, TimeLimitError } from '../core/timeout.js';
import { resourcePath } from '../kube/resources.js';
import { activeColor } from '../plan/active-color.js';
import type { TrafficColor } from '../plan/gitops/traffic-color.js';
import type { Session } from '../run/session.js';
import type { Invocation } from './invocation.js';
import { connect } from './session.js';

/** For a cluster that may be out of reach, where files alone are changed. */
const PATIENCE_MS = 5000;

/**
 * Which color of a release has the traffic: the live one where the cluster can be asked, since a spec's `active` lags behind
 * switches that git did not make; else the one that the spec calls active.
 *
 * @throws RefusedError when the live selector is none of a color: both have the traffic, or it was edited by hand
 */
export async function trafficColor(
  invocation: Invocation,
  {
    name,
    active,
    namespace,
  }: { readonly name: string; readonly active: Color; readonly namespace?: string | undefined },
): Promise<TrafficColor> {
  const found = await ask(invocation, name, namespace).catch((error: Error) => {
    if (error instanceof UsageError) throw error;
    return { why: error.message.split('\n', 1)[0] ?? '' };
  });
  if ('why' in found) return { by: 'spec', color: active, why: found.why };
  return { by: 'cluster', color: activeColor(found.service, name), where: found.where };
}

async function ask(
  invocation: Invocation,
  release: string,
  namespace: string | undefined,
): Promise<{ service: Service; where: string } | { why: string }> {
  let session: Session | undefined;
  const read = async () => {
    session = await connect(invocation, { release, manifestNamespace: namespace });
    const { api, namespace: inNamespace } = session.run;
    const name = activeServiceName(release);
    const service = await api.find<Service>(resourcePath('Service', inNamespace, name));
    const context = await session.context;
    const where = `service/${name} in namespace ${inNamespace}${context ? `, context ${context}` : ''}`;
    return service ? { service, where } : { why: `${where} is not there` };
  };
  try {
    return await inTime(PATIENCE_MS, read());
  } catch (error) {
    if (error instanceof TimeLimitError) return { why: `the cluster did not answer in ${PATIENCE_MS / 1000}s` };
    throw error;
  } finally {
    session?.close();
  }
}
