// Bundles charts/ and plugin/ into lib/: one file on the way to each command, so that starting is fast.
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { build } from 'esbuild';

const { version, dependencies, bin } = JSON.parse(readFileSync('package.json', 'utf8'));
const constructs = Object.keys(dependencies).filter((name) => /^(cdk8s|constructs)/.test(name));

/** What costs more to load than all the rest of a start, and what stands in for it. */
const SUBSTITUTES = {
  // As a module, all properties of process are read when it is imported.
  'node:process': 'module.exports = globalThis.process;',
  // HTTP/2, a cache and a resolver of got's, which are not used: the first makes a TLS socket when it is loaded.
  'http2-wrapper': 'module.exports = {};',
  'cacheable-request': 'export default class {} export class CacheError extends Error {}',
  'cacheable-lookup': 'export default class {}',
};
const substitutes = {
  name: 'substitutes',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(${Object.keys(SUBSTITUTES).join('|')})$`);
    onResolve({ filter }, ({ path }) => ({ path, namespace: 'substitutes' }));
    onLoad({ filter: /./, namespace: 'substitutes' }, ({ path }) => ({ contents: SUBSTITUTES[path] }));
  },
};

/** With --metafile nothing is written: what the bundle would consist of is printed, as JSON. */
const onlyTells = process.argv.includes('--metafile');
if (!onlyTells) rmSync('lib', { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [
    'plugin/bin.ts',
    'plugin/cli/complete.ts',
    'plugin/cli/standalone.ts',
    'charts/main.ts',
    'charts/index.ts',
  ],
  outbase: '.',
  outdir: 'lib',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  plugins: [substitutes],
  // cdk8s is large, CommonJS, and only synth needs it.
  external: constructs,
  define: { 'process.env.BLUEGREEN_VERSION': JSON.stringify(version) },
  // Bundled CommonJS packages still call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
  write: !onlyTells,
  metafile: true,
});
if (onlyTells) {
  process.stdout.write(JSON.stringify(metafile));
} else {
  mkdirSync('lib/bin');
  for (const [name, file] of Object.entries(bin)) {
    chmodSync(file, 0o755);
    symlinkSync(`../../${file}`, `lib/bin/${name}`);
  }
}
