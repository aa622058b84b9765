import { quietly } from './command.js';

/** Makes the demo's namespace; one that a killed run left is deleted first. */
export async function createNamespace(name: string): Promise<void> {
  if (await quietly(`kubectl get namespace ${name} --ignore-not-found --output name`)) await deleteNamespace(name);
  await quietly(`kubectl create namespace ${name}`);
}

/** Deletes the namespace and waits until it is gone; its Pods, which nobody uses any more, are not given their time to drain. */
export async function deleteNamespace(name: string): Promise<void> {
  await quietly(`kubectl delete namespace ${name} --ignore-not-found --wait=false`);
  await quietly(`kubectl delete pods --all --namespace ${name} --grace-period=1 --wait=false`);
  await quietly(`kubectl wait namespace/${name} --for=delete --timeout=120s`);
}
