import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from './cluster.js';
import { components } from './components.js';
import { configurationFiles } from './configuration.js';

const file = (cluster: Cluster) => join(cluster.folder, 'version');

/** @returns whether the cluster was completed with the programs, flags and configuration that it would get now */
export function hasCurrentVersion(cluster: Cluster, binaries: string): boolean {
  return existsSync(file(cluster)) && readFileSync(file(cluster), 'utf8') === version(cluster, binaries);
}

export function writeVersion(cluster: Cluster, binaries: string): void {
  writeFileSync(file(cluster), version(cluster, binaries));
}

function version(cluster: Cluster, binaries: string): string {
  const values = [components(cluster, binaries), configurationFiles(cluster)];
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}
