import { ApiError } from '../../core/errors.js';
import type { Subject } from './facts.js';

/** Reads what may be read, and keeps why the rest was not. */
export interface Tolerance {
  readonly unread: Map<Subject, string>;
  /** @returns what was read, or `otherwise` where the user may not, or the cluster does not have such things */
  read<T>(subject: Subject, request: Promise<T>, otherwise: T): Promise<T>;
}

export function tolerance(): Tolerance {
  const unread = new Map<Subject, string>();
  return {
    unread,
    async read(subject, request, otherwise) {
      try {
        return await request;
      } catch (error) {
        if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 404)) throw error;
        const { words } = error;
        unread.set(subject, error.status === 403 ? `forbidden: ${words}` : `not served by this cluster: ${words}`);
        return otherwise;
      }
    },
  };
}
