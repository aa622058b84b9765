import { ATOMIC, GRANULAR, SET, type Shape } from '../../../plugin/plan/fields/shape.js';

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly default?: unknown;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-group-version-kind'?: readonly Kind[];
}

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export type Schemas = Readonly<Record<string, Schema>>;

/** How the API server merges a kind, as its OpenAPI document says it; what is as by default is left out. */
export function merging(schemas: Schemas, wanted: Kind): Shape {
  const isWanted = ({ group, version, kind }: Kind) =>
    group === wanted.group && version === wanted.version && kind === wanted.kind;
  const found = Object.values(schemas).find((schema) => schema['x-kubernetes-group-version-kind']?.some(isWanted));
  if (!found) throw new Error(`no schema of ${wanted.group}/${wanted.version} ${wanted.kind}`);
  return shape(found, schemas) ?? GRANULAR;
}

/** @returns undefined for the default */
function shape(schema: Schema, schemas: Schemas): Shape | undefined {
  if (schema['x-kubernetes-map-type'] === 'atomic') return ATOMIC;
  const resolved = resolve(schema, schemas);
  if (resolved['x-kubernetes-map-type'] === 'atomic') return ATOMIC;
  if (resolved.type === 'array') return listShape(resolved, schemas);
  const fields = Object.entries(resolved.properties ?? {}).flatMap(([name, field]): [string, Shape][] => {
    const found = shape(field, schemas);
    return found ? [[name, found]] : [];
  });
  return fields.length > 0 ? { kind: 'map', fields: Object.fromEntries(fields) } : undefined;
}

function listShape(list: Schema, schemas: Schemas): Shape | undefined {
  if (list['x-kubernetes-list-type'] === 'set') return SET;
  if (list['x-kubernetes-list-type'] !== 'map' || !list.items) return undefined;
  const keys = list['x-kubernetes-list-map-keys'] ?? [];
  const fields = resolve(list.items, schemas).properties ?? {};
  const defaults = keys.flatMap((key): [string, unknown][] => {
    const value = fields[key]?.default;
    // An empty text or 0 stands for a key without a default.
    return value ? [[key, value]] : [];
  });
  const item = shape(list.items, schemas) ?? GRANULAR;
  return { kind: 'items', keys, defaults: Object.fromEntries(defaults), item };
}

function resolve(schema: Schema, schemas: Schemas): Schema {
  const ref = schema.$ref ?? schema.allOf?.[0]?.$ref;
  if (ref === undefined) return schema;
  return schemas[ref.slice(ref.lastIndexOf('/') + 1)] ?? {};
}
