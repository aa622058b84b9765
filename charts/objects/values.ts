import { k8s } from 'cdk8s-plus-28';

export function intOrString(value: number | string): k8s.IntOrString {
  return typeof value === 'number' ? k8s.IntOrString.fromNumber(value) : k8s.IntOrString.fromString(value);
}

export function quantities(amounts: Readonly<Record<string, string | undefined>> | undefined) {
  if (amounts === undefined) return undefined;
  const given = Object.entries(amounts).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(given.map(([name, amount]) => [name, k8s.Quantity.fromString(amount)]));
}
