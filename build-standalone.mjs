/**
 * Compiles lib/ into executables that need no Node: for this platform, or for those that are named.
 *
 *     npm run build:standalone -- linux-arm64 darwin-arm64
 *     npm run build:standalone -- --all
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * What each platform's executable runs on, a package of npm's: for x64 the one without instructions that older processors lack.
 *
 * No devDependency: it is 50 MB that only this needs, and of the lock file npm installs the own platform's alone.
 */
const VERSION = '1.4.5';
const RUNTIMES = {
  'linux-x64': {
    runtime: 'bun-linux-x64-baseline',
    integrity: 'sha512-s8yMwYcFnnrA178gji0gZbkE2WVDej/Ti1x770oPfihxyRxSMNhGhiAQNXV53aDeraZxksdvKV/RAdQBCd0qPA==',
  },
  'linux-arm64': {
    runtime: 'bun-linux-aarch64',
    integrity: 'sha512-4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==',
  },
  'darwin-x64': {
    runtime: 'bun-darwin-x64-baseline',
    integrity: 'sha512-zqfLA5A4B+hYMh5WYzYSot3uZ06FzhdP0OEwQisEzdirYtXGj5cQFlfy31BGfNsAsk1Gd/w/OxJ/jqqJ3cMclw==',
  },
  'darwin-arm64': {
    runtime: 'bun-darwin-aarch64',
    integrity: 'sha512-4MIFXHmctH2EhAxLXm2/qxNtv17dFtLJylvaOCsrgq6KSqHTs6eW5YSrJjRbJxYUJaR901fsN8JfZOa+CsWpWQ==',
  },
  'windows-x64': {
    runtime: 'bun-windows-x64-baseline',
    integrity: 'sha512-/U3Dc74uGqE6EUqef7mPtg9KwJs7iJH4JHRMfIZIn18MrJh6Xz4gVvWDXRvzCL2j8wPlTnJVyrO4n7Qq4uM7TQ==',
  },
};
/** Of the bundle, so that the executable is the very code that runs on Node; cdk8s, which is not in it, is compiled in. */
const ENTRY = join('lib', 'plugin', 'cli', 'standalone.js');
const FOLDER = join('lib', 'standalone');
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kubectl-bluegreen', `bun-${VERSION}`);

const own = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
const named = process.argv.slice(2);
const platforms = named.includes('--all') ? Object.keys(RUNTIMES) : named.length > 0 ? named : [own];
for (const platform of [own, ...platforms]) {
  if (platform in RUNTIMES) continue;
  console.error(`error: no executable for ${platform}: want ${Object.keys(RUNTIMES).join(', ')} or --all`);
  process.exit(2);
}
if (!existsSync(ENTRY)) {
  console.error(`error: ${ENTRY} is missing: run npm run build:standalone`);
  process.exit(1);
}

/** @returns the path of a platform's runtime, fetched once and only with the content that is pinned here */
function runtimeOf(platform) {
  const { runtime, integrity } = RUNTIMES[platform];
  const folder = join(CACHE, runtime);
  const path = join(folder, 'package', 'bin', platform.startsWith('windows') ? 'bun.exe' : 'bun');
  if (existsSync(path)) return path;
  console.error(`fetching ${runtime} ${VERSION} (about 50 MB)`);
  const partial = `${folder}.${process.pid}.tmp`;
  mkdirSync(partial, { recursive: true });
  const pack = ['pack', `@oven/${runtime}@${VERSION}`, '--json', `--pack-destination=${partial}`];
  const [npm, ...args] = process.env.npm_execpath
    ? [process.execPath, process.env.npm_execpath, ...pack]
    : ['npm', ...pack];
  const [packed] = JSON.parse(execFileSync(npm, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
  if (packed.integrity !== integrity)
    throw new Error(`${runtime} ${VERSION} has the content ${packed.integrity}, want ${integrity}`);
  const archive = join(partial, packed.filename);
  execFileSync('tar', ['-xzf', archive, '-C', partial]);
  rmSync(archive);
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  return path;
}

const compiler = runtimeOf(own);
mkdirSync(FOLDER, { recursive: true });
for (const platform of platforms) {
  const executable = join(FOLDER, `kubectl-bluegreen-${platform}${platform.startsWith('windows') ? '.exe' : ''}`);
  execFileSync(
    compiler,
    [
      'build',
      ENTRY,
      '--compile',
      '--bytecode',
      '--format=esm',
      '--minify-whitespace',
      '--minify-syntax',
      `--target=bun-${platform}`,
      `--compile-executable-path=${runtimeOf(platform)}`,
      // Files of whatever folder it is started in must not change what it does.
      '--no-compile-autoload-dotenv',
      '--no-compile-autoload-bunfig',
      `--outfile=${executable}`,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  console.log(executable);
}

// As users have it on PATH, and as the tests start it.
const bin = join(FOLDER, 'bin');
if (platforms.includes(own) && process.platform !== 'win32') {
  mkdirSync(bin, { recursive: true });
  for (const name of ['kubectl-bluegreen', 'kubectl_complete-bluegreen']) {
    rmSync(join(bin, name), { force: true });
    symlinkSync(`../kubectl-bluegreen-${own}`, join(bin, name));
  }
}
