import { kubectl, kubectlWith } from './cluster.js';

interface CustomResource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: object;
}

/** Makes an object of a kind that the cluster does not know, and the kind with it; both are gone after `remove`. */
export async function createCustomResource(resource: CustomResource): Promise<{ remove(): Promise<void> }> {
  const [group = '', version = ''] = resource.apiVersion.split('/');
  const singular = resource.kind.toLowerCase();
  const plural = `${singular}s`;
  const definition = `${plural}.${group}`;
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  await apply({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: definition },
    spec: {
      group,
      names: { kind: resource.kind, plural, singular },
      scope: 'Namespaced',
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  });
  await kubectl('wait', '--for=condition=Established', `crd/${definition}`, '--timeout=30s');
  await apply(resource);
  return { remove: async () => void (await kubectl('delete', 'crd', definition)) };
}

const apply = (object: object) => kubectlWith({ input: JSON.stringify(object) }, 'apply', '-f', '-');
