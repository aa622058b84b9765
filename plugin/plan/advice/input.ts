import type { Policies } from '../input.js';
import type { LiveObjects, Manifests } from '../manifests.js';
import type { State } from '../state.js';

/** What a printed command is planned with. */
export interface AdviceInput {
  readonly release: string;
  readonly state: State;
  readonly policies: Policies;
  /** Those that `-f` of a printed command would read, where they are known. */
  readonly manifests?: Manifests | undefined;
  readonly live: LiveObjects;
}
