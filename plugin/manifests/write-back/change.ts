import type { Color } from '../../../charts/names.js';
import { parseImage } from '../../plan/image.js';

/** What is changed in a spec. */
export interface SpecChange {
  /** The environment whose part of the spec is changed; undefined: the release's own. */
  readonly environment?: string | undefined;
  readonly color: Color;
  /** The image that the color is to run. */
  readonly image: string;
  /** Whether the color becomes the active one as well, as after a promotion; otherwise `active` stays as it is. */
  readonly activates: boolean;
}

/** The keys of a color that say what it runs. An image without a tag is that of the tag latest. */
export function imageFields(image: string): { version?: string; digest?: string } {
  const { tag, digest } = parseImage(image);
  if (tag === undefined && digest === undefined) return { version: 'latest' };
  return { ...(tag !== undefined && { version: tag }), ...(digest !== undefined && { digest }) };
}

/** What is set, as a person would do it by hand: `active: green, colors.green.version: v2`. */
export function describeChange({ environment, color, image, activates }: SpecChange): string {
  const prefix = environment === undefined ? '' : `environments.${environment}.`;
  const fields = Object.entries(imageFields(image)).map(
    ([name, value]) => `${prefix}colors.${color}.${name}: ${value}`,
  );
  return [...(activates ? [`${prefix}active: ${color}`] : []), ...fields].join(', ');
}
