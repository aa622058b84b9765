import { Document, isScalar, visit } from 'yaml';
import { printable } from '../core/text.js';

/** A document as YAML, as kubectl prints it: no aliases, no folded lines; what a terminal must not get is escaped. */
export function toYaml(document: object): string {
  const yaml = new Document(document, { aliasDuplicateObjects: false });
  visit(yaml, {
    Scalar(_, node) {
      // Between double quotes an escape of printable() is one of YAML as well, and stands for the same character.
      if (isScalar(node) && typeof node.value === 'string' && printable(node.value) !== node.value)
        node.type = 'QUOTE_DOUBLE';
    },
  });
  return printable(yaml.toString({ lineWidth: 0 }));
}
