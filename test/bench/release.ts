import { quietly } from '../demo/command.js';
import { deleteNamespace } from '../demo/namespace.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';

/** Pods that cost little, so that many fit on a node. */
export const LIGHT = { resources: { requests: { cpu: '5m', memory: '8Mi' } } };

/** A release of which both colors run, in a namespace of its own. */
export async function createWarmRelease(purpose: string, changes: object = {}): Promise<TestRelease> {
  const created = await createRelease(`bench-${purpose}`, changes);
  // The next section must not share the machine with a hundred Pods that end.
  const remove = async () => {
    await created.remove();
    await deleteNamespace(created.namespace);
  };
  try {
    await created.install();
    return { ...created, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Scales a color, and waits until its Pods are ready and the ones too many are gone. */
export async function scale({ namespace }: TestRelease, color: string, replicas: number): Promise<void> {
  await quietly(`kubectl scale deployment/shop-${color} --namespace ${namespace} --replicas=${replicas}`);
  await quietly(`kubectl rollout status deployment/shop-${color} --namespace ${namespace} --timeout=300s`);
}
