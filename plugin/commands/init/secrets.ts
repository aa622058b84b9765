import type { ReleaseInput } from '../../../charts/index.js';

const SECRET =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|PWD|SECRET|TOKEN|CREDENTIALS?|PRIVATE_KEY|API_?KEY|ACCESS_KEY|DSN)(_|$)/i;

/** A spec is committed, where a Deployment was not: what looks like a secret in the open is told, by name alone. */
export function secretNotes({ env = {}, config = {}, colors }: ReleaseInput): string[] {
  const plain = Object.entries(env).flatMap(([name, source]) =>
    typeof source === 'string' && source !== '' ? [name] : [],
  );
  const data = [config.data, colors.blue.config, colors.green.config].flatMap((values) => Object.keys(values ?? {}));
  const paths = [
    ...plain.map((name) => [`env.${name}`, name]),
    ...[...new Set(data)].map((name) => [`config ${name}`, name]),
  ];
  return paths
    .filter(([, name = '']) => SECRET.test(name))
    .map(([path]) => `${path} looks like a secret and is in the spec as it is: move it to a Secret before you commit`);
}
