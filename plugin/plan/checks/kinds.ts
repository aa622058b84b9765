import type { Check, CommandCheck, HttpCheck, PodCheck } from '../../../charts/policy.js';
import { fits } from '../shape.js';
import { CHECKS } from '../shapes.js';

export const isCommand = (check: Check): check is CommandCheck => 'command' in check;
export const isHttp = (check: Check): check is HttpCheck => 'path' in check;

/** The checks that every Pod is asked. */
export const podChecks = (checks: readonly Check[]): PodCheck[] =>
  checks.filter((check): check is PodCheck => !isCommand(check));

/** The checks that are run once for a color, here. */
export const commandChecks = (checks: readonly Check[]): CommandCheck[] => checks.filter(isCommand);

/** What a check does, in a word or two: `GET /health`, `tcp 5432`, `command`. */
export function checkKind(check: Check, port: number): string {
  if (isCommand(check)) return 'command';
  return isHttp(check) ? `GET ${check.path}` : `tcp ${check.tcp.port ?? port}`;
}

/** A program and its arguments as a shell would take them. */
export function commandLine(argv: readonly string[]): string {
  return argv.map((word) => (/^[-\w./:=@%+,]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

/** Whether something read as JSON is a check of a kind that this version knows, with all that it takes to run it. */
export function isCheck(value: unknown): value is Check {
  if (typeof value !== 'object' || value === null) return false;
  const kinds = (['path', 'tcp', 'command'] as const).filter((kind) => Object.hasOwn(value, kind));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1 || !fits(value, CHECKS[kind])) return false;
  return kind !== 'command' || (value as CommandCheck).command.length > 0;
}
