import { stringify } from 'yaml';

/** A document as YAML, as kubectl prints it: no aliases, no folded lines. */
export function toYaml(document: object): string {
  return stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}
