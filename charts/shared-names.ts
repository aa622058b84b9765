/**
 * Objects that two releases would both write, so that each undoes what the other does.
 *
 * Pure and without imports: synth compares specs by it, and a deploy can compare manifests.
 */

/** As much of an object as its name takes. */
export interface NamedObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export interface SharedObject {
  readonly kind: string;
  readonly name: string;
  /** Where both are; undefined when neither names a namespace, and both go wherever they are applied. */
  readonly namespace: string | undefined;
  /** False when only one names a namespace: the other is in it only if it is applied there. */
  readonly isCertain: boolean;
}

export function sharedObjects(one: readonly NamedObject[], other: readonly NamedObject[]): SharedObject[] {
  const key = ({ kind, metadata }: NamedObject) => `${kind}/${metadata.name}`;
  const byKey = new Map(other.map((object) => [key(object), object]));
  return one.flatMap((object) => {
    const twin = byKey.get(key(object));
    if (!twin) return [];
    const [own, its] = [object.metadata.namespace, twin.metadata.namespace];
    if (own !== undefined && its !== undefined && own !== its) return [];
    return [{ kind: object.kind, name: object.metadata.name, namespace: own ?? its, isCertain: own === its }];
  });
}
