import { createHash } from 'node:crypto';
import { type TarFile, tar } from './tar.js';

/** An image of the sample application: the same files under a name, with an environment. */
export interface Image {
  /** Repository and tag, such as `engine-ops:v0.1.0`; those without a registry are Docker Hub's, as in a Pod's spec. */
  readonly reference: string;
  readonly env?: Readonly<Record<string, string>>;
  /** @default ['/engine-ops'] */
  readonly entrypoint?: readonly string[];
}

/** The user that the images run as; a number, because `runAsNonRoot` accepts nothing else. */
const USER = 1000;

/**
 * Makes an image archive as `docker save` writes it, which containerd, kind, minikube and k3d import.
 *
 * @param files - the programs: every image has them as its only layer, so it is stored once
 * @param architecture - as Go names it
 */
export function imageArchive(images: readonly Image[], files: readonly TarFile[], architecture: string): Buffer {
  const layer = tar(files);
  const layerPath = `${sha256(layer)}.tar`;
  const configs = images.map(({ env = {}, entrypoint = ['/engine-ops'] }) => {
    const content = Buffer.from(
      JSON.stringify({
        architecture,
        os: 'linux',
        created: '1970-01-01T00:00:00Z',
        config: {
          User: `${USER}:${USER}`,
          Env: Object.entries({ PATH: '/bin', ...env }).map(([name, value]) => `${name}=${value}`),
          Entrypoint: entrypoint,
          WorkingDir: '/',
        },
        rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
        history: [{ created: '1970-01-01T00:00:00Z', created_by: 'test/app' }],
      }),
    );
    return { path: `${sha256(content)}.json`, content };
  });
  const manifest = images.map(({ reference }, index) => ({
    Config: configs[index]?.path,
    RepoTags: [withRegistry(reference)],
    Layers: [layerPath],
  }));
  return tar([
    { path: 'manifest.json', content: Buffer.from(JSON.stringify(manifest)) },
    ...configs,
    { path: layerPath, content: layer },
  ]);
}

/** The name that containerd looks for when a Pod's spec says `engine-ops:v0.1.0`. */
export function withRegistry(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  if (rest.length === 0) {
    return `docker.io/library/${reference}`;
  }
  return /[.:]|^localhost$/.test(first) ? reference : `docker.io/${reference}`;
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
