/** A release as the text of its files. */
import { type Chart, Yaml } from 'cdk8s';
import { releaseCharts } from './release.js';
import type { NamedObject } from './shared-names.js';
import type { ReleaseSpec } from './spec/fields.js';

export const EXTENSION = '.k8s.yaml';
/** The first line of a file that synthesis wrote and may therefore replace or delete. */
const HEADER = /^# Synthesized by kubectl-bluegreen from release "([^"]+)"(?:, environment "([^"]+)")?/;
const header = (release: string, environment?: string) =>
  `# Synthesized by kubectl-bluegreen from release "${release}"` +
  `${environment === undefined ? '' : `, environment "${environment}"`}. Edit its spec instead.\n`;
/** For the file with the active Service: a selector without a color would lead a first `kubectl apply` to both. */
const trafficWarning = ({ active }: ReleaseSpec) =>
  `# Applying this file with kubectl moves traffic to ${active}, whichever color has it; "kubectl bluegreen deploy" does not.\n`;

/** The release that a file was synthesized from; undefined if someone else wrote it. */
export const releaseOf = (text: string): string | undefined => HEADER.exec(text)?.[1];

/** The environment that a file was synthesized for; undefined for a release without. */
export const environmentOf = (text: string): string | undefined => HEADER.exec(text)?.[2];

/** The objects of a file that was synthesized, without the cost of reading all its YAML: each begins with its name. */
export function objectsIn(text: string): NamedObject[] {
  return text.split(/^---\r?$/m).flatMap((document) => {
    const field = (pattern: RegExp) =>
      pattern
        .exec(document)?.[1]
        ?.trim()
        .replace(/^(["'])(.*)\1$/, '$2');
    const [kind, name] = [field(/^kind: (.+)$/m), field(/^metadata:\r?\n {2}name: (.+)$/m)];
    const namespace = field(/^metadata:\r?\n {2}name: .+\r?\n {2}namespace: (.+)$/m);
    return kind && name ? [{ kind, metadata: { name, ...(namespace && { namespace }) } }] : [];
  });
}

/** File name -> text. The same spec gives the same bytes, whatever the day, directory or environment. */
export function renderRelease(spec: ReleaseSpec, environment?: string): Map<string, string> {
  const charts = [...releaseCharts(spec)].map(([name, chart]) => [`${name}${EXTENSION}`, chart.toJson()] as const);
  // A release without config, budgets and the like has nothing that both colors share.
  const files = charts.filter(([, objects]) => objects.length > 0);
  const warning = (file: string) => (file === `${spec.name}-traffic${EXTENSION}` ? trafficWarning(spec) : '');
  return new Map(
    files.map(([file, objects]) => [file, header(spec.name, environment) + warning(file) + text(objects)]),
  );
}

function text(objects: ReturnType<Chart['toJson']>): string {
  return Yaml.stringify(...objects.map(inReadingOrder));
}

const FIRST = ['apiVersion', 'kind', 'metadata', 'name', 'namespace'];

/** What an object is comes first, the rest in alphabetical order, as kubectl prints it. */
function inReadingOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inReadingOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, field]) => [key, inReadingOrder(field)]));
}

const rank = (key: string): number => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);
