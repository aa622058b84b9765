import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';

const OBJECT = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n';
const bomb = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(',')}]\n`).join(
  '',
);
const MANY = 256 * 1024 - 1000;

/** What stands in a file, or makes something at its path that is none. */
type Content = string | Buffer | ((path: string) => void);

/** Files that no spec and no manifest is like: each is refused as either. */
export const CORPUS: Readonly<Record<string, Content>> = {
  empty: '',
  'only comments': '# nothing\n',
  'an alias bomb': `a0: &a0 lol\n${bomb}`,
  'a merge key': `${OBJECT}base: &b {x: 1}\nmore: {<<: *b}\n`,
  'a key named __proto__': '__proto__: {polluted: true}\nconstructor: {prototype: {polluted: true}}\n',
  'NUL bytes': 'name: a\0b\n',
  'a byte order mark alone': '\ufeff',
  'UTF-16': Buffer.from('\ufeffname: shop\n', 'utf16le'),
  'bytes that are no text': Buffer.from([0xff, 0xfe, 0x00, 0xc0, 0x80]),
  'escape sequences': 'name: "\\u001b[2J\\u202e"\n\u001b[2J: 1\n',
  'bidirectional text': 'name: \u202egpj.exe\n',
  'keys that are given twice': `${OBJECT}kind: Secret\n`,
  'several documents that are nothing': '--- 1\n--- 2\n',
  'a name like a flag': 'name: --yes\nnamespace: -n\n',
  'a name like a shell command': 'name: $(reboot); `reboot`\n',
  'lists in lists': '['.repeat(MANY),
  'mappings in mappings': '{"a":'.repeat(MANY / 5),
  'blocks in blocks': '- '.repeat(MANY / 2),
  'complex keys': '? '.repeat(MANY / 2),
  'anchors without end': '&a '.repeat(MANY / 3),
  'quotes without end': "'a' ".repeat(MANY / 4),
  'very many keys': Array.from({ length: 20_000 }, (_, n) => `key${n}: 1\n`).join(''),
  'very many entries': '- 1\n'.repeat(MANY / 4),
  'a long line': `name: ${'x'.repeat(MANY)}\n`,
  'a large manifest of very many entries': '- 1\n'.repeat(1024 * 1024 - 10),
  'a large manifest of very many keys': Array.from({ length: 250_000 }, (_, n) => `key${n}: 1\n`).join(''),
  'a large manifest of nesting': '['.repeat(4 * 1024 * 1024 - 10),
  'a file of 100 MB': (path) => {
    const file = openSync(path, 'w');
    ftruncateSync(file, 100 * 1024 * 1024);
    closeSync(file);
  },
  'a folder': (path) => mkdirSync(path),
  'a named pipe': (path) => execFileSync('mkfifo', [path]),
  'a device without end': (path) => symlinkSync('/dev/zero', path),
  'a link to itself': (path) => symlinkSync(path, path),
  'a link to nothing': (path) => symlinkSync(`${path}-gone`, path),
};

export function make(path: string, content: Content): void {
  if (typeof content === 'function') content(path);
  else writeFileSync(path, content);
}
