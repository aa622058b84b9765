/** What a new spec is asked about: each field by its flag or, on a terminal, by a question. */

import { DEFAULT_CHECKS } from '../../../charts/default-checks.js';
import type { ReleaseInput } from '../../../charts/index.js';
import { UsageError } from '../../core/errors.js';
import { imageFields } from '../../manifests/write-back/change.js';
import { parseImage } from '../../plan/image.js';

export interface Field {
  readonly flag: string;
  readonly question: string;
  /** Not asked where another answer has said it. */
  readonly onlyIfNeeded?: boolean;
  /** The default; undefined where the user has to say. */
  standard(input: ReleaseInput): string | undefined;
  /** @throws UsageError for text that could not be a value of the field at all */
  set(input: ReleaseInput, answer: string): ReleaseInput;
}

/** Stands for an image until one is named. */
const NO_VERSION = '__none__';

/** A spec that is valid and says nothing yet. */
export const blank = (name: string, namespace: string | undefined): ReleaseInput => ({
  name,
  ...(namespace !== undefined && { namespace }),
  active: 'blue',
  image: { repository: 'unknown' },
  colors: { blue: { version: NO_VERSION }, green: { version: NO_VERSION } },
  replicas: 2,
});

const HEALTH = '/health/live';
const READINESS = '/health/ready';
const PORT = { name: 'http', containerPort: 3000, servicePort: 80 };

const mainPort = (input: ReleaseInput) => input.ports?.[0] ?? PORT;
/** Text that is no number is refused by the rules of the spec, in its words. */
const number = (text: string) => (/^\d{1,15}$/.test(text) ? Number(text) : text) as number;

export const FIELDS: readonly Field[] = [
  {
    flag: 'image',
    question: 'Image that both colors run, REPOSITORY:TAG',
    standard: () => undefined,
    set(input, answer) {
      const { repository, tag, digest } = parseImage(answer);
      const runs = tag === undefined && digest === undefined ? { version: NO_VERSION } : imageFields(answer);
      return { ...input, image: { repository }, colors: { blue: runs, green: runs } };
    },
  },
  {
    flag: 'version',
    question: 'Version, the tag of the image',
    onlyIfNeeded: true,
    standard: ({ colors: { blue } }) => (blue.version === NO_VERSION ? undefined : (blue.version ?? blue.digest)),
    set: (input, version) => ({ ...input, colors: { blue: { version }, green: { version } } }),
  },
  {
    flag: 'port',
    question: 'Port that the container listens on',
    standard: (input) => String(mainPort(input).containerPort),
    set: (input, answer) => ({ ...input, ports: [{ ...mainPort(input), containerPort: number(answer) }] }),
  },
  {
    flag: 'service-port',
    question: 'Port of the Services',
    standard: (input) => String(mainPort(input).servicePort),
    set: (input, answer) => ({ ...input, ports: [{ ...mainPort(input), servicePort: number(answer) }] }),
  },
  {
    flag: 'service-type',
    question: 'Type of the active Service: LoadBalancer, NodePort or ClusterIP',
    standard: () => 'LoadBalancer',
    set: (input, answer) => ({ ...input, service: { type: answer as 'LoadBalancer' } }),
  },
  {
    flag: 'replicas',
    question: 'Pods of each color',
    standard: ({ replicas }) => String(replicas),
    set: (input, answer) => ({ ...input, replicas: number(answer) }),
  },
  {
    flag: 'health-path',
    question: 'Path of the startup and liveness probes',
    standard: () => HEALTH,
    set: (input, path) => ({ ...input, startupProbe: { httpGet: { path } }, livenessProbe: { httpGet: { path } } }),
  },
  {
    flag: 'readiness-path',
    question: 'Path of the readiness probe',
    standard: () => READINESS,
    set: (input, path) => ({ ...input, readinessProbe: { httpGet: { path } } }),
  },
  {
    flag: 'check',
    question: 'Paths that every Pod must answer before traffic moves, with spaces between them',
    standard: (input) => checkPaths(input).join(' '),
    set: (input, answer) => ({ ...input, checks: namedChecks(answer.split(/\s+/).filter(Boolean), input) }),
  },
];

/** A release with probes of its own is asked the same; one with those of the default, what the default asks. */
export function withChecks(input: ReleaseInput): ReleaseInput {
  if (input.checks !== undefined || (!input.startupProbe && !input.readinessProbe)) return input;
  return { ...input, checks: namedChecks(checkPaths(input), input) };
}

function checkPaths(input: ReleaseInput): string[] {
  const [health, readiness] = [probePath(input.livenessProbe, HEALTH), probePath(input.readinessProbe, READINESS)];
  return health === HEALTH && readiness === READINESS
    ? DEFAULT_CHECKS.map(({ path }) => path)
    : [...new Set([health, readiness])];
}

const probePath = (
  probe: { httpGet?: { path?: string | undefined } | undefined } | false | undefined,
  standard: string,
) => (probe === false ? undefined : probe?.httpGet?.path) ?? standard;

/** Names in reports: what the path is for, or its last word. */
function namedChecks(paths: readonly string[], input: ReleaseInput): NonNullable<ReleaseInput['checks']> {
  const known = new Map([
    [probePath(input.readinessProbe, READINESS), 'readiness'],
    [probePath(input.livenessProbe, HEALTH), 'health'],
    ...DEFAULT_CHECKS.map(({ path, name }): [string, string] => [path, name]),
  ]);
  const names = new Set<string>();
  return paths.map((path) => {
    const word =
      path
        .toLowerCase()
        .split(/[^a-z0-9]+/)
        .filter(Boolean)
        .at(-1) ?? 'root';
    const wanted = known.get(path) ?? word;
    let name = wanted;
    for (let count = 2; names.has(name); count++) name = `${wanted}-${count}`;
    names.add(name);
    return { name, path };
  });
}

/** `--env` and `--config`: NAME=VALUE pairs. @throws UsageError for one without "=", whose text is not told */
export function pairs(values: readonly string[], flag: string): Record<string, string> {
  const entries = values.map((text): [string, string] => {
    const equals = text.indexOf('=');
    if (equals < 1) throw new UsageError(`invalid value for --${flag}: want NAME=VALUE`);
    return [text.slice(0, equals), text.slice(equals + 1)];
  });
  return Object.fromEntries(entries);
}
