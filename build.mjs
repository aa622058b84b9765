// Bundles charts/ and plugin/ into lib/: one file on the way to each command, so that starting is fast.
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { build } from 'esbuild';

const { version, dependencies, bin } = JSON.parse(readFileSync('package.json', 'utf8'));
const constructs = Object.keys(dependencies).filter((name) => /^(cdk8s|constructs)/.test(name));

rmSync('lib', { recursive: true, force: true });
await build({
  entryPoints: ['plugin/bin.ts', 'plugin/complete.ts', 'charts/main.ts', 'charts/index.ts'],
  outbase: '.',
  outdir: 'lib',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  minifySyntax: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // cdk8s is large, CommonJS, and only synth needs it.
  external: constructs,
  define: { 'process.env.BLUEGREEN_VERSION': JSON.stringify(version) },
  // Bundled CommonJS packages still call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
mkdirSync('lib/bin');
for (const [name, file] of Object.entries(bin)) {
  chmodSync(file, 0o755);
  symlinkSync(`../../${file}`, `lib/bin/${name}`);
}
