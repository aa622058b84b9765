/** What of charts/ a spec is made with. It loads zod and cdk8s: only init, when it has something to check, waits for it. */
import { parseAllDocuments } from 'yaml';
import {
  parseRelease,
  type ReleaseInput,
  releaseSchemaText,
  renderRelease,
  SpecError,
  specText,
} from '../../../charts/index.js';
import type { KubernetesObject } from '../../core/kubernetes.js';

/** What is wrong with a spec, a line each, without the place in a file that is not written yet; empty for a valid one. */
export function problemsOf(input: ReleaseInput): string[] {
  try {
    parseRelease(JSON.stringify(input), 'spec');
    return [];
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return error.issues.map(({ path, message }) => [path, message].filter(Boolean).join(': '));
  }
}

/** The objects that a spec synthesizes. @throws SpecError */
export function objectsOf(text: string, file: string): KubernetesObject[] {
  const files = renderRelease(parseRelease(text, file));
  return [...files.values()].flatMap((content) =>
    parseAllDocuments(content).map((document) => document.toJS() as KubernetesObject),
  );
}

export { releaseSchemaText, specText };
