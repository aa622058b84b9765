import {
  APP_LABEL,
  activeServiceName,
  COLORS,
  colorServiceName,
  DEPLOYMENT_TYPE,
  DEPLOYMENT_TYPE_LABEL,
  deploymentName,
  HISTORY_ANNOTATION,
  HOLD_ANNOTATION,
  IDLE_CHANGE_ANNOTATION,
  OPERATION_ANNOTATION,
  POLICY_ANNOTATION,
  PROMOTING_ANNOTATION,
  previewServiceName,
  SERVED_ANNOTATION,
  selectorLabels,
} from '../../../charts/names.js';
import { REPLACE_ALL_STRATEGY } from '../color.js';
import { annotation, CHANGED, imagePattern, literal } from './expressions.js';
import type { Purpose } from './rules.js';

/** What is allowed of the release's objects of one kind. */
export interface Limits {
  readonly group: string;
  readonly resource: string;
  readonly names: readonly string[];
  readonly variables: readonly { readonly name: string; readonly expression: string }[];
  readonly validations: readonly Validation[];
}

/** @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#validation-expression */
interface Validation {
  readonly expression: string;
  readonly message: string;
  /** Takes the place of `message`. */
  readonly messageExpression?: string;
  readonly reason: 'Forbidden';
}

export interface LimitsInput {
  readonly release: string;
  readonly purposes: readonly Purpose[];
  /** Repositories of the images that `deploy` may run. */
  readonly repositories: readonly string[];
}

const UNLESS_UPDATE = 'request.operation != "UPDATE"';
const UNLESS_DELETE = 'request.operation == "DELETE"';
const isUnchanged = (...paths: string[]) =>
  `(request.operation == "UPDATE" && !variables.changed.exists(path, path in ${literal(paths)}))`;

export function serviceLimits({ release, purposes }: LimitsInput): Limits {
  const traffic = [activeServiceName(release), previewServiceName(release)];
  const others = COLORS.map((color) => colorServiceName(release, color));
  const deploys = purposes.includes('deploy');
  const allowed = [
    ...(deploys || purposes.includes('promote') ? ['spec.selector', annotation(HOLD_ANNOTATION)] : []),
    ...[OPERATION_ANNOTATION, HISTORY_ANNOTATION, IDLE_CHANGE_ANNOTATION].map(annotation),
    // It holds the commands of checks: who writes it has others run something.
    ...(deploys ? [annotation(POLICY_ANNOTATION)] : []),
  ];
  return {
    group: '',
    resource: 'services',
    names: [...traffic, ...others],
    variables: CHANGED,
    validations: deploys
      ? [
          only(
            `request.operation != "DELETE" || oldObject.metadata.name in ${literal(others)}`,
            'it may not be deleted',
          ),
          changesOnly(allowed, `${UNLESS_UPDATE} || object.metadata.name in ${literal(others)}`),
          ownSelector(release),
          ownAddresses,
        ]
      : [updatesOnly, changesOnly(allowed, UNLESS_UPDATE), ownSelector(release)],
  };
}

export function deploymentLimits({ release, purposes, repositories }: LimitsInput): Limits {
  const names = COLORS.map((color) => deploymentName(release, color));
  const common = { group: 'apps', resource: 'deployments', names };
  if (purposes.includes('deploy')) return { ...common, variables: [IMAGES], validations: [ownImages(repositories)] };
  const promotes = purposes.includes('promote');
  const records = [PROMOTING_ANNOTATION, ...(promotes ? [SERVED_ANNOTATION] : [])].map(annotation);
  const allowed = ['spec.replicas', ...(promotes ? ['spec.strategy'] : []), ...records];
  return {
    ...common,
    variables: CHANGED,
    validations: [updatesOnly, changesOnly(allowed, UNLESS_UPDATE), ...(promotes ? [ownStrategy] : [])],
  };
}

const only = (expression: string, message: string): Validation => ({ expression, message, reason: 'Forbidden' });

const updatesOnly = only('request.operation == "UPDATE"', 'it may neither be created nor deleted');

function changesOnly(allowed: readonly string[], unless: string): Validation {
  const list = literal(allowed);
  const others = `variables.changed.filter(path, !(path in ${list})).join(", ")`;
  const rest = literal(` may not be changed: only ${allowed.join(', ')}`);
  return {
    ...only(`${unless} || variables.changed.all(path, path in ${list})`, `only ${allowed.join(', ')} may be changed`),
    messageExpression: `${others} + ${rest}`,
  };
}

/** The colors, and of the active Service both of them, as a switch that overlaps has it. */
function ownSelector(release: string): Validation {
  const colors = COLORS.map((color) => selectorLabels(release, color));
  const both = [{ [APP_LABEL]: release, [DEPLOYMENT_TYPE_LABEL]: DEPLOYMENT_TYPE }, { [APP_LABEL]: release }];
  const selectors = {
    [activeServiceName(release)]: [...colors, ...both],
    [previewServiceName(release)]: colors,
    ...Object.fromEntries(COLORS.map((color) => [colorServiceName(release, color), [selectorLabels(release, color)]])),
  };
  return only(
    `${UNLESS_DELETE} || ${isUnchanged('spec.selector')} ||\n` +
      `(has(object.spec.selector) && dyn(object.spec.selector) in ${literal(selectors)}[object.metadata.name])`,
    `its selector may lead to the colors of ${release} alone`,
  );
}

/** Traffic of others is not to be had by an address. */
const ownAddresses = only(
  `${UNLESS_DELETE} || ${isUnchanged('spec.externalIPs', 'spec.type')} ||\n` +
    '(!(has(object.spec.externalIPs) && object.spec.externalIPs.size() > 0) && object.spec.type != "ExternalName")',
  'it may have neither externalIPs nor an external name',
);

/** When Pods are still being replaced, promote replaces the rest at once, and puts the strategy back afterwards. */
const ownStrategy = only(
  `${UNLESS_UPDATE} || ${isUnchanged('spec.strategy')} ||\n` +
    `(object.spec.strategy.type == "RollingUpdate" && ${isTogether('object')} || ${isTogether('oldObject')})`,
  'its strategy may be changed to one that replaces all Pods at once, and back',
);

function isTogether(object: string): string {
  const { rollingUpdate } = REPLACE_ALL_STRATEGY;
  return `(has(${object}.spec.strategy.rollingUpdate) && dyn(${object}.spec.strategy.rollingUpdate) == ${literal(rollingUpdate)})`;
}

const IMAGES = {
  name: 'images',
  expression:
    '(object.spec.template.spec.containers +\n' +
    '(has(object.spec.template.spec.initContainers) ? object.spec.template.spec.initContainers : []))' +
    '.map(container, has(container.image) ? container.image : "")',
};

function ownImages(repositories: readonly string[]): Validation {
  const isOwn = `image.matches(${literal(imagePattern(repositories))})`;
  const rest = literal(` may not be run: only images of ${repositories.join(', ')}`);
  return {
    ...only(
      `${UNLESS_DELETE} || variables.images.all(image, ${isOwn})`,
      `only images of ${repositories.join(', ')} may be run`,
    ),
    messageExpression: `variables.images.filter(image, !${isOwn}).join(", ") + ${rest}`,
  };
}
