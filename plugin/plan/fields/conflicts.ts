/** One field that another manager owns with another value. */
export interface FieldConflict {
  readonly manager: string;
  /** Where the other one writes by a subresource, such as `scale`. */
  readonly subresource?: string;
  /** As the server prints it: `.spec.replicas`. */
  readonly field: string;
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export interface StatusDetails {
  readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
}

const MESSAGE = /^conflict with ("(?:[^"\\]|\\.)*")(?: with subresource "(\w+)")?/;

/** The conflicts that the API server names when it refuses an apply without force; none for any other answer. */
export function conflictsOf(details: StatusDetails | undefined): FieldConflict[] {
  return (details?.causes ?? []).flatMap(({ reason, message, field }): FieldConflict[] => {
    const found = reason === 'FieldManagerConflict' ? MESSAGE.exec(message ?? '') : null;
    if (!found?.[1] || field === undefined) return [];
    const manager = JSON.parse(found[1]) as string;
    return [{ manager, ...(found[2] && { subresource: found[2] }), field }];
  });
}
