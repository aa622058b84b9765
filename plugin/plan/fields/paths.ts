import { below, type FieldSet, members, namesItself } from './set.js';

/**
 * The fields of a set as the API server prints them: `.spec.template.spec.containers[name="app"].image`. A field whose
 * name has dots is printed as it is, so that a path may be ambiguous.
 */
export function paths(set: FieldSet, prefix = ''): string[] {
  const found = members(set).map((member) => ({ printed: prefix + printMember(member), inside: below(set, member) }));
  const selves = found.filter(({ inside }) => namesItself(inside)).map(({ printed }) => printed);
  return [...selves, ...found.flatMap(({ printed, inside }) => paths(inside, printed))];
}

function printMember(member: string): string {
  const text = member.slice(2);
  if (member.startsWith('f:')) return `.${text}`;
  if (member.startsWith('k:')) return printKeys(JSON.parse(text) as Record<string, unknown>);
  return member.startsWith('v:') ? `[=${JSON.stringify(JSON.parse(text))}]` : `[${text}]`;
}

/** The keys of a list's item as in a printed path: `[containerPort=3000,protocol="TCP"]`. */
export function printKeys(keys: Readonly<Record<string, unknown>>): string {
  const printed = Object.keys(keys)
    .sort()
    .map((key) => `${key}=${JSON.stringify(keys[key])}`);
  return `[${printed.join(',')}]`;
}
