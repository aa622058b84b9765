import { APP_LABEL } from '../../../charts/names.js';
import { UsageError } from '../../core/errors.js';
import type { KubernetesObject } from '../../core/kubernetes.js';
import { isRequestOf, literal } from './expressions.js';
import { deploymentLimits, type Limits, type LimitsInput, serviceLimits } from './limits.js';
import type { Subject } from './objects.js';
import type { Purpose } from './rules.js';

export interface AdmissionInput extends LimitsInput {
  readonly namespace: string;
  /** Name of the Role that the policies complete. */
  readonly name: string;
  /** Whom the Role is bound to. */
  readonly subjects: readonly Subject[];
}

const API_VERSION = 'admissionregistration.k8s.io/v1';
const MAX_NAME_LENGTH = 253;
const CHANGING: readonly Purpose[] = ['promote', 'deploy', 'cleanup'];

/**
 * What a Role cannot say: which fields its holder may change. A ValidatingAdmissionPolicy and its binding for the release's
 * Services, and the same for its Deployments. The API server asks them about requests of these subjects, for objects of these
 * names, in this namespace, and about no other.
 *
 * @throws UsageError when the purposes change nothing, or a policy's name would be too long
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export function admissionObjects(input: AdmissionInput): KubernetesObject[] {
  if (!input.purposes.some((purpose) => CHANGING.includes(purpose)))
    throw new UsageError(
      `--policy limits what may be changed, and --for=${input.purposes.join(', --for=')} lets nothing be changed`,
    );
  return [serviceLimits(input), deploymentLimits(input)].flatMap((limits) => policyAndBinding(input, limits));
}

function policyAndBinding(input: AdmissionInput, limits: Limits): KubernetesObject[] {
  const { release, namespace, subjects } = input;
  // Policies are of the whole cluster. A namespace has no dot in its name, so that no two Roles give the same one.
  const name = `${namespace}.${input.name}.${limits.resource}`;
  if (name.length > MAX_NAME_LENGTH)
    throw new UsageError(`the policy's name "${name}" has more than ${MAX_NAME_LENGTH} characters: use --role-name`);
  const metadata = { name, labels: { [APP_LABEL]: release } };
  const { group, resource, names } = limits;
  const policy = {
    apiVersion: API_VERSION,
    kind: 'ValidatingAdmissionPolicy',
    metadata,
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        resourceRules: [
          {
            apiGroups: [group],
            apiVersions: ['v1'],
            resources: [resource],
            operations: ['CREATE', 'UPDATE', 'DELETE'],
          },
        ],
      },
      matchConditions: [
        { name: 'subjects', expression: isRequestOf(subjects) },
        {
          name: 'names',
          expression: `(request.operation == "DELETE" ? oldObject : object).metadata.name in ${literal(names)}`,
        },
      ],
      variables: limits.variables,
      validations: limits.validations,
    },
  };
  const binding = {
    apiVersion: API_VERSION,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata,
    spec: { policyName: name, validationActions: ['Deny'] },
  };
  return [policy, binding];
}
