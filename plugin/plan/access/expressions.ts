import type { Subject } from './objects.js';

/*
 * Pieces of CEL, the language of admission policies. Whatever comes from outside is a literal in it.
 *
 * @see https://kubernetes.io/docs/reference/using-api/cel/
 */

/** CEL's literals are JSON's: the same escapes between double quotes, the same maps and lists. */
export const literal = (value: unknown): string => JSON.stringify(value);

/** Whether a request is of one of them. */
export function isRequestOf(subjects: readonly Subject[]): string {
  const groups = subjects.filter(({ kind }) => kind === 'Group').map(({ name }) => name);
  const users = subjects.flatMap(usernameOf);
  return [
    ...(users.length > 0 ? [`request.userInfo.username in ${literal(users)}`] : []),
    ...(groups.length > 0 ? [isMember(groups)] : []),
  ].join(' || ');
}

/** @see https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/ */
function usernameOf(subject: Subject): string[] {
  if (subject.kind === 'ServiceAccount') return [`system:serviceaccount:${subject.namespace}:${subject.name}`];
  return subject.kind === 'User' ? [subject.name] : [];
}

// A group may hold everybody: Kubernetes' own controllers, which write on every Deployment, are not meant.
const CONTROLLERS =
  '"system:serviceaccounts:kube-system" in request.userInfo.groups || ' +
  'request.userInfo.username == "system:kube-controller-manager"';

const isMember = (groups: readonly string[]): string =>
  `(has(request.userInfo.groups) && ${literal(groups)}.exists(group, group in request.userInfo.groups) && !(${CONTROLLERS}))`;

/** Differs on every update, or is looked at by itself. */
const APART = ['annotations', 'generation', 'managedFields', 'resourceVersion'];

/**
 * `variables.changed`: the paths of what an update changes, also of fields that a later Kubernetes adds, such as `spec.ports`
 * and `metadata.labels`, and of annotations each by itself.
 */
export const CHANGED = [
  { name: 'annotations', expression: annotationsOf('object') },
  { name: 'oldAnnotations', expression: annotationsOf('oldObject') },
  {
    name: 'changed',
    expression: [
      `${differences('dyn(object.spec)', 'dyn(oldObject.spec)')}.map(key, "spec." + key)`,
      `${differences('dyn(object.metadata)', 'dyn(oldObject.metadata)')}.filter(key, !(key in ${literal(APART)})).map(key, "metadata." + key)`,
      `${differences('variables.annotations', 'variables.oldAnnotations')}.map(key, "annotation " + key)`,
    ].join(' +\n'),
  },
];

function annotationsOf(object: string): string {
  return `has(${object}.metadata.annotations) ? dyn(${object}.metadata.annotations) : dyn({})`;
}

function differences(now: string, before: string): string {
  return `(${now}.filter(key, !(key in ${before}) || ${now}[key] != ${before}[key]) + ${before}.filter(key, !(key in ${now})))`;
}

/** As `variables.changed` has it. */
export const annotation = (name: string): string => `annotation ${name}`;

/** What an image of these repositories looks like. A port behind the name would be another registry. */
export function imagePattern(repositories: readonly string[]): string {
  const names = repositories.map((name) => name.replace(/[.]/g, '[.]')).join('|');
  return `^(${names})(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?(@sha256:[a-f0-9]{64})?$`;
}
