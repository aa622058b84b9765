import { activeServiceName, COLORS, type Color, deploymentName, previewServiceName } from '../../../charts/names.js';

/** A field that a promotion or a cleanup changes: what applies the object must leave it as it is live. */
export interface MovedField {
  readonly group: '' | 'apps';
  readonly kind: 'Service' | 'Deployment';
  readonly name: string;
  readonly field: 'selector' | 'replicas';
  /** A Deployment's own color, or the color that a Service leads to at first. */
  readonly color: Color;
}

/** All of them: a rule for the active Service alone lets a tool move the preview, or scale the color that has the traffic. */
export const movedFields = (release: string): readonly MovedField[] => [
  { group: '', kind: 'Service', name: activeServiceName(release), field: 'selector', color: 'blue' },
  { group: '', kind: 'Service', name: previewServiceName(release), field: 'selector', color: 'green' },
  ...COLORS.map((color): MovedField => {
    return { group: 'apps', kind: 'Deployment', name: deploymentName(release, color), field: 'replicas', color };
  }),
];

/** As kubectl names it: `service/shop-active`, `deployment.apps/shop-blue`. */
export const movedObject = ({ kind, name }: Pick<MovedField, 'kind' | 'name'>): string =>
  kind === 'Service' ? `service/${name}` : `deployment.apps/${name}`;

export const movedPath = ({ field }: Pick<MovedField, 'field'>): string => `/spec/${field}`;
