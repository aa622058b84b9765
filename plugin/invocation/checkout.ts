import type { Checkout } from '../manifests/write-back/checkout.js';
import { environmentFlag } from './environment.js';
import { type Invocation, stringFlag } from './invocation.js';

/** Where the spec of a release is unless --spec says otherwise. */
export const usualSpec = (release: string): string => `charts/releases/${release}.yaml`;

export const specFlag = (invocation: Invocation, release: string): string =>
  stringFlag(invocation, 'spec') ?? usualSpec(release);

/**
 * The spec and the manifests of a release, where --spec, --output-dir and --environment say.
 *
 * @throws UsageError when they cannot be changed
 */
export async function openCheckoutOf(invocation: Invocation, release: string): Promise<Checkout> {
  // It needs zod, cdk8s and yaml, which few commands wait for.
  const { openCheckout } = await import('../manifests/write-back/checkout.js');
  const outdir = stringFlag(invocation, 'output-dir') ?? 'dist';
  return openCheckout(release, specFlag(invocation, release), outdir, environmentFlag(invocation));
}
