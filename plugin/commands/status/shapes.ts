import { activeServiceName } from '../../../charts/names.js';
import type { View } from '../../plan/status.js';
import type { Shape } from './display.js';
import { listText, nameOf } from './list-text.js';
import { statusText } from './text.js';

const serviceOf = (view: View) => `service/${activeServiceName(nameOf(view).release)}`;
const documentOf = (view: View) => ('status' in view ? { ...view.status, warnings: view.trouble } : view);

export const oneRelease: Shape = {
  text: (views, options) => views.map((view) => statusText(view, options)).join(''),
  document: (views) => Object.assign({}, ...views.map(documentOf)),
  names: (views) => views.map(serviceOf),
};

export function listOfReleases(withNamespace: boolean): Shape {
  return {
    text: (views, options) =>
      views.length > 0 ? listText(views, { ...options, withNamespace }) : 'No releases found\n',
    document: (views) => ({ items: views.map(documentOf) }),
    names: (views) => views.map(serviceOf),
  };
}
