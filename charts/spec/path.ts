/** Steps from the top of a spec to a field. */
export type FieldPath = readonly (string | number)[];

/** `ports[0].name`, `env.NODE_ENV`, `labels["example.com/team"]`. */
export function formatPath(path: FieldPath): string {
  return path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    })
    .join('')
    .replace(/^\./, '');
}
