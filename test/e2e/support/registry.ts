import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { stringify } from 'yaml';
import { buildPrograms } from '../../app/images.js';
import { clusterCommand } from '../../cluster/exec.js';
import { existingContext } from '../../cluster/existing.js';
import { installBuildPackages } from '../../cluster/packages.js';
import { run } from './cluster.js';

/** The nodes of somebody else's cluster do not pull from a registry in this machine's network. */
export const hasRegistry = existingContext() === undefined;

/** A registry in the cluster's network, from which its node pulls over plain HTTP since it is on localhost. */
export interface Registry {
  /** HOST:PORT, as the repository of an image begins. */
  readonly address: string;
  tags(repository: string): Promise<string[]>;
  /** The digest of what a tag names. */
  digest(repository: string, tag: string): Promise<string>;
  stop(): void;
}

/** @param auth - the registry's configuration of who may push, which is everybody by default */
export async function startRegistry(folder: string, auth?: object): Promise<Registry> {
  await installBuildPackages();
  const config = join(folder, 'registry.yml');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    config,
    stringify({
      version: '0.1',
      storage: { filesystem: { rootdirectory: join(folder, 'data') } },
      http: { addr: '127.0.0.1:0' },
      ...(auth && { auth }),
    }),
  );
  const { file, args, env } = clusterCommand(['docker-registry', 'serve', config]);
  const child = spawn(file, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const port = await listening(child);
  const address = `localhost:${port}`;
  return {
    address,
    async tags(repository) {
      const { body } = await get(`http://${address}/v2/${repository}/tags/list`);
      return (JSON.parse(body) as { tags: string[] }).tags.sort();
    },
    digest: async (repository, tag) => (await get(`http://${address}/v2/${repository}/manifests/${tag}`)).digest,
    stop: () => void child.kill(),
  };
}

function listening(child: ChildProcessByStdio<null, null, Readable>): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (data: Buffer) => {
      said = (said + data).slice(-10_000);
      const port = /listening on 127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (port) resolve(port);
    });
    child.on('error', reject).on('exit', () => reject(new Error(`docker-registry ended: ${said}`)));
  });
}

async function get(url: string): Promise<{ body: string; digest: string }> {
  const script = `const accept = 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json';
    const answer = await fetch(process.argv[1], { headers: { accept } });
    console.log(JSON.stringify({ body: await answer.text(), digest: answer.headers.get('docker-content-digest') }))`;
  const { exitCode, stdout, stderr } = await run([process.execPath, '--input-type=module', '--eval', script, url]);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** podman with images of its own, and a folder that it can build. */
export interface Podman {
  readonly context: string;
  /** What makes podman use these images, and plain HTTP for registries on localhost. */
  readonly env: Record<string, string>;
  /** Changes a file of the image, so that the next one is another. */
  change(content: string): void;
  /** Builds an image with this content, and pushes it. */
  push(image: string, content: string): Promise<void>;
  images(): Promise<string[]>;
  remove(): void;
}

const DOCKERFILE = `FROM scratch
ARG TEAM
COPY server /engine-ops
COPY sleep /bin/sleep
COPY content /content
ENV PATH=/bin
USER 1000:1000
ENTRYPOINT ["/engine-ops"]
`;

export async function createPodman(): Promise<Podman> {
  await installBuildPackages();
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-podman-'));
  const context = join(folder, 'context');
  const programs = await buildPrograms();
  mkdirSync(context);
  for (const name of ['server', 'sleep']) copyFileSync(join(programs, name), join(context, name));
  writeFileSync(join(context, 'Dockerfile'), DOCKERFILE);
  const storage = join(folder, 'storage.conf');
  const paths = { graphroot: join(folder, 'graph'), runroot: join(folder, 'run') };
  const lines = Object.entries(paths).map(([name, path]) => `${name} = "${path}"`);
  writeFileSync(storage, ['[storage]', 'driver = "vfs"', ...lines].join('\n'));
  const registries = join(folder, 'registries.conf');
  writeFileSync(registries, '[[registry]]\nlocation = "localhost"\ninsecure = true\n');
  const env = { CONTAINERS_STORAGE_CONF: storage, CONTAINERS_REGISTRIES_CONF: registries };
  const podman = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await run(['podman', ...args], { env });
    if (exitCode !== 0) throw new Error(`podman ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const change = (content: string) => writeFileSync(join(context, 'content'), content);
  return {
    context,
    env,
    change,
    async push(image, content) {
      change(content);
      await podman('build', `--tag=${image}`, context);
      await podman('push', image);
    },
    images: async () =>
      (await podman('images', '--format={{.Repository}}:{{.Tag}}')).split('\n').filter(Boolean).sort(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
