import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface ArgoRollouts {
  readonly name: string;
  /** Its kubectl plugin, when it is installed. */
  readonly path: string | undefined;
  /** Seconds that were measured where it was, with 2 cores and the same Pods. */
  readonly quoted: { readonly version: number; readonly get: number; readonly promote: number };
}

/** Argo Rollouts' kubectl plugin: in $ARGO_ROLLOUTS_BIN, else on PATH. It is never built here. */
export function argoRollouts(): ArgoRollouts {
  const folders = [process.env.ARGO_ROLLOUTS_BIN, ...(process.env.PATH ?? '').split(delimiter)];
  const candidates = folders
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, 'kubectl-argo-rollouts'));
  return {
    name: 'kubectl-argo-rollouts',
    path: candidates.find(isExecutable),
    quoted: { version: 0.044, get: 0.157, promote: 0.47 },
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
