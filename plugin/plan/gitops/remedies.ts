import { APP_LABEL, COLOR_LABEL, PLUGIN } from '../../../charts/names.js';
import { RESPECT_OPTION } from './covers.js';
import { type MovedField, movedFields, movedPath } from './fields.js';
import { OWN_ANNOTATIONS } from './own-rule.js';

export const SNIPPETS = ['flux', 'argocd', 'helm'] as const;

export type SnippetName = (typeof SNIPPETS)[number];

/**
 * What lets a tool and a release live together, as a document that can be pasted.
 *
 * @param namespace - of the release; without it the rules are for every namespace that the tool applies to
 */
export function ruleSnippet(tool: SnippetName, release: string, namespace?: string): string {
  const snippets = { flux: fluxSnippet, argocd: argoSnippet, helm: helmSnippet };
  return snippets[tool](release, namespace);
}

/**
 * Flux adopts the live value of a field that it ignores from the first promotion on. Promoted first, with --force, it moves
 * traffic back before the rule is there.
 *
 * @see https://fluxcd.io/blog/2026/08/ignore-rules-drift-detection
 */
const fluxSnippet = (release: string, namespace?: string) => `\
# In the Kustomization that applies the release (Flux 2.9 and later). Set it before the first promotion, without --force.
# Before Flux 2.9: the annotation kustomize.toolkit.fluxcd.io/ssa: IfNotPresent, in the spec's service.annotations. It must be
# in the manifest from the first install on. Later changes of that Service then never arrive, and the preview Service and the
# replicas are not covered.
spec:
  ignore:
${movedFields(release)
  .map(
    (one) => `\
    - paths: [${movedPath(one)}]
      target:
        kind: ${one.kind}
        name: ${one.name}${namespaceLine(namespace, 8)}`,
  )
  .join('\n')}
`;

const argoSnippet = (release: string, namespace?: string) => `\
# In the Application that applies the release. Both parts are needed: without the sync option, Argo CD hides the difference
# and still applies it with the next sync.
spec:
  ignoreDifferences:
${movedFields(release)
  .map(
    (one) => `\
    - group: ${one.group || '""'}
      kind: ${one.kind}
      name: ${one.name}${namespaceLine(namespace, 6)}
      jsonPointers: [${movedPath(one)}]`,
  )
  .join('\n')}
  syncPolicy:
    syncOptions: [${RESPECT_OPTION}]
`;

const helmSnippet = (release: string) => `\
# In the chart's templates of these objects: each upgrade keeps what is live. The annotations say so to ${PLUGIN}.
# Limits: "helm rollback" applies the values of an older revision, and so moves traffic; Helm 4 refuses that with a conflict,
# unless --force-conflicts is given. "helm template" renders lookup as nothing, and so does Argo CD, which applies charts that
# way: there the rules of Argo CD are needed.
${movedFields(release).map(helmDocument(release)).join('')}`;

const helmDocument = (release: string) => (one: MovedField) =>
  `\
---
apiVersion: ${one.group ? `${one.group}/v1` : 'v1'}
kind: ${one.kind}
metadata:
  name: ${one.name}
  annotations:
    ${OWN_ANNOTATIONS[one.field]}: ${PLUGIN}
spec:
${one.field === 'selector' ? liveSelector(release, one) : liveReplicas(one)}
`;

// As a whole: while a promotion lets the colors overlap, the live selector has no color.
const liveSelector = (release: string, { name, color }: MovedField) => `\
  selector: {{ dig "spec" "selector" (dict "${APP_LABEL}" "${release}" "${COLOR_LABEL}" "${color}") (lookup "v1" "Service" .Release.Namespace "${name}") | toJson }}`;

const liveReplicas = ({ name }: MovedField) => `\
  # 2 is for the first install.
  replicas: {{ dig "spec" "replicas" 2 (lookup "apps/v1" "Deployment" .Release.Namespace "${name}") }}`;

const namespaceLine = (namespace: string | undefined, indent: number) =>
  namespace ? `\n${' '.repeat(indent)}namespace: ${namespace}` : '';
