import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseAllDocuments,
  visit,
} from 'yaml';
import { formatPath } from '../../charts/spec/path.js';
import { overBudget } from '../../charts/yaml-budget.js';
import { UsageError } from '../core/errors.js';
import type { KubernetesObject } from '../core/kubernetes.js';
import { type Misfit, misfit } from '../plan/shape.js';
import { OBJECT, objectShape } from '../plan/shapes.js';

/** A release has a few thousand. */
const MAX_TOKENS = 60_000;

/**
 * The Kubernetes objects of a file's text.
 *
 * @throws UsageError naming the file, the line and the column
 */
export function parseObjects(text: string, file: string): KubernetesObject[] {
  const lineCounter = new LineCounter();
  const refuse = (offset: number, message: string, cause?: unknown) => {
    const { line, col } = lineCounter.linePos(offset);
    return new UsageError(`${file}:${Math.max(line, 1)}:${Math.max(col, 1)}: ${message}`, { cause });
  };
  const tooMany = overBudget(text, MAX_TOKENS);
  if (tooMany !== undefined) throw new UsageError(`${file} is too large: it has more than ${MAX_TOKENS} YAML tokens`);
  // The first error is enough. Duplicate keys are found below, without comparing each with each.
  const documents = parseAllDocuments<ParsedNode>(text, { lineCounter, prettyErrors: false, uniqueKeys: false });
  // A file of nothing but comments parses to no document at all.
  if ('empty' in documents) return [];
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error) {
      const message = error.code === 'RESOURCE_EXHAUSTION' ? 'is nested too deeply' : `invalid YAML: ${error.message}`;
      throw refuse(error.pos[0], message, error);
    }
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === null)) return [];
    const wrong = unsupported(contents);
    if (wrong) throw refuse(wrong.node.range?.[0] ?? 0, wrong.message);
    const object = document.toJS() as unknown;
    const at = (found: Misfit) => {
      const node = nearest(contents, found.path);
      const what = found.path.length === 0 ? '' : `${formatPath(found.path)}: `;
      return refuse(node?.range?.[0] ?? 0, `${what}expected ${found.wanted}, got ${found.got}`);
    };
    if (!isObject(object))
      throw refuse(contents.range[0], 'not a Kubernetes object: it lacks apiVersion, kind or metadata.name');
    const found = misfit(object, objectShape(object.kind));
    if (found) throw at(found);
    return [object];
  });
}

const isObject = (value: unknown): value is KubernetesObject => misfit(value, OBJECT) === undefined;

/** What manifests cannot have although YAML can. */
function unsupported(contents: Node): { node: Node; message: string } | undefined {
  let found: { node: Node; message: string } | undefined;
  visit(contents, {
    Node(_, node) {
      // Synthesized manifests hold no alias, and a few of them can stand for gigabytes.
      if (isAlias(node)) found = { node, message: 'YAML aliases are not supported; write the value out' };
      else if (isMap(node)) found = duplicate(node.items);
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}

function duplicate(items: readonly { key: unknown }[]): { node: Node; message: string } | undefined {
  const seen = new Set<unknown>();
  for (const { key } of items) {
    const name = isScalar(key) ? key.value : key;
    if (isNode(key) && seen.has(name)) return { node: key, message: `key ${JSON.stringify(name)} is given twice` };
    seen.add(name);
  }
  return undefined;
}

/** The node at a path, or what is nearest to it. */
function nearest(root: Node, path: Misfit['path']): Node | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const node = isMap(root) ? root.getIn(path.slice(0, depth), true) : undefined;
    if (isNode(node)) return node;
  }
  return root;
}
