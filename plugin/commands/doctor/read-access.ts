import type { Api } from '../../kube/api.js';
import type { PolicyRule } from '../../plan/access/rules.js';
import type { Right } from './facts.js';

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec?: object;
  readonly status?: { readonly allowed?: boolean; readonly userInfo?: { readonly username?: string } };
}

/**
 * Asks the API server what the user may do; a review is answered and not kept.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
 */
export async function readAccess(api: Api, namespace: string, rules: readonly PolicyRule[]): Promise<Right[]> {
  const rights = rules.flatMap(({ apiGroups, resources, resourceNames = [''], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) => resourceNames.map((name) => ({ group, resource, verb, name }))),
      ),
    ),
  );
  return Promise.all(rights.map(async (right) => ({ ...right, allowed: await isAllowed(api, namespace, right) })));
}

async function isAllowed(api: Api, namespace: string, right: Omit<Right, 'allowed'>): Promise<boolean> {
  const [resource, subresource = ''] = right.resource.split('/');
  const { group, verb, name } = right;
  const resourceAttributes = { namespace, verb, group, resource, subresource, name };
  const { status } = await api.create<Review>('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  });
  return status?.allowed ?? false;
}

/** The name by which the API server knows the user; servers before 1.28 do not say it. */
export async function readUser(api: Api): Promise<string | undefined> {
  const review: Review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const { status } = await api.create('/apis/authentication.k8s.io/v1/selfsubjectreviews', review);
  return status?.userInfo?.username;
}
