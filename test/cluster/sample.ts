import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGES, writeImageArchive } from '../app/images.js';
import type { Cluster } from './cluster.js';
import { PAUSE_IMAGE } from './configuration.js';
import { importImages } from './load.js';
import { report } from './report.js';

/** Imports the sample application's images and the pause image, when they have changed since. */
export async function loadSampleImages(cluster: Cluster): Promise<void> {
  const archive = await writeImageArchive(join(cluster.folder, 'images.tar'), [
    ...IMAGES,
    { reference: PAUSE_IMAGE, entrypoint: ['/pause'] },
  ]);
  const digest = createHash('sha256').update(readFileSync(archive)).digest('hex');
  const loaded = join(cluster.folder, 'images-loaded');
  if (existsSync(loaded) && readFileSync(loaded, 'utf8') === digest) {
    return;
  }
  report(`loading ${IMAGES.length} images of the sample application`);
  await importImages(cluster, archive);
  writeFileSync(loaded, digest);
}
