import type { Color } from '../../charts/names.js';
import { parseImage } from '../plan/image.js';

/** What a promotion makes of a spec. */
export interface SpecChange {
  /** The environment that it is promoted in, whose part of the spec is changed; undefined: the release's own. */
  readonly environment?: string | undefined;
  /** The color that has the traffic then. */
  readonly active: Color;
  /** The image that this color runs. */
  readonly image: string;
}

/** The keys of a color that say what it runs. An image without a tag is that of the tag latest. */
export function imageFields(image: string): { version?: string; digest?: string } {
  const { tag, digest } = parseImage(image);
  if (tag === undefined && digest === undefined) return { version: 'latest' };
  return { ...(tag !== undefined && { version: tag }), ...(digest !== undefined && { digest }) };
}

/** What is set, as a person would do it by hand: `active: green, colors.green.version: v2`. */
export function describeChange({ environment, active, image }: SpecChange): string {
  const prefix = environment === undefined ? '' : `environments.${environment}.`;
  const fields = Object.entries(imageFields(image)).map(
    ([name, value]) => `${prefix}colors.${active}.${name}: ${value}`,
  );
  return [`${prefix}active: ${active}`, ...fields].join(', ');
}
