/** What a promotion asks of a color before traffic moves to it, and after. */
import * as z from 'zod';
import { CHECK_DEFAULTS, COMMAND_DEFAULTS } from '../default-checks.js';
import type { Check } from '../policy.js';
import { dnsLabel, headerName, headerValue, httpPath, integer, portNumber } from './formats.js';
import { metricSchema } from './metrics.js';

const jsonScalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const argument = () => z.string().regex(/^[^\0]*$/, 'expected text without NUL');

const checkShape = z.strictObject({
  name: dnsLabel().describe('Name in reports.'),
  path: httpPath().optional().describe('Path to GET from every Pod.'),
  tcp: z
    .strictObject({ port: portNumber().optional().describe('Container port; the first of ports if left out.') })
    .optional()
    .describe('In place of a path: connect to every Pod, and read nothing.'),
  command: z
    .array(argument())
    .min(1)
    .optional()
    .describe('In place of a path: a program and its arguments, run once on your machine with PREVIEW_URL set.'),
  port: portNumber().optional().describe('Container port; the first of ports if left out.'),
  status: z.array(integer(100, 599)).min(1).optional().describe('Status codes that pass; 200 if left out.'),
  requestHeaders: z.record(headerName(), headerValue()).optional().describe('Request headers.'),
  headers: z.record(headerName(), headerValue()).optional().describe('Response headers and the text each must hold.'),
  bodyContains: z.string().min(1).optional().describe('Text that the body must hold.'),
  json: z
    .record(z.string().min(1), jsonScalar)
    .optional()
    .describe('Values in a JSON body, by path, such as {"checks.0.up": true}.'),
  metrics: z.array(metricSchema).min(1).optional().describe("Metrics in a body of Prometheus' text format."),
  maxLatencyMs: integer(1, 3_600_000).optional().describe('Milliseconds that the answer may take, to its last byte.'),
  timeoutSeconds: integer(1, 3600)
    .optional()
    .describe('Seconds for one attempt, to the last byte of the body; 10 if left out, 300 for a command.'),
  retries: integer(1, 1000).optional().describe('Attempts in all; 10 if left out, 1 for a command.'),
  intervalSeconds: integer(0, 3600).optional().describe('Seconds between two attempts; 5 if left out.'),
});

type CheckInput = z.output<typeof checkShape>;
type Key = keyof CheckInput;

const KINDS = ['path', 'tcp', 'command'] as const;
const ANSWER_KEYS = [
  'status',
  'requestHeaders',
  'headers',
  'bodyContains',
  'json',
  'metrics',
  'maxLatencyMs',
] as const satisfies readonly Key[];

type Report = (path: Key[], message: string) => void;

function combinations(check: CheckInput, context: z.core.$RefinementCtx<CheckInput>): void {
  const report: Report = (path, message) => context.addIssue({ code: 'custom', path, message });
  const kinds = KINDS.filter((kind) => check[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined) report([], 'expected path, tcp or command: what is checked');
  else if (kinds.length > 1) report([], `expected one of path, tcp and command, got ${kinds.join(' and ')}`);
  else if (kind === 'path') answer(check, report);
  else withoutAnswer(check, kind, report);
}

function answer({ json, metrics, maxLatencyMs, timeoutSeconds }: CheckInput, report: Report): void {
  if (json && metrics) report(['metrics'], 'not used with json: a body is one or the other');
  const timeout = timeoutSeconds ?? CHECK_DEFAULTS.timeoutSeconds;
  if (maxLatencyMs !== undefined && maxLatencyMs >= timeout * 1000)
    report(
      ['maxLatencyMs'],
      `expected less than timeoutSeconds, which is ${timeout}, got ${maxLatencyMs} milliseconds`,
    );
}

function withoutAnswer(check: CheckInput, kind: 'tcp' | 'command', report: Report): void {
  for (const key of ANSWER_KEYS)
    if (check[key] !== undefined) report([key], `not used with ${kind}, which has no answer to look at`);
  if (check.port !== undefined && kind === 'tcp')
    report(['port'], `not used with tcp; write tcp: {port: ${check.port}}`);
  if (check.port !== undefined && kind === 'command')
    report(['port'], 'not used with command, whose PREVIEW_URL leads to the first of ports');
  if (check.command?.[0] === '') report(['command'], 'expected the name of a program first');
}

/** What was left out is filled in by the kind of the check. */
function withDefaults({ path, tcp, command, ...rest }: CheckInput): Check {
  const { name, port, status, requestHeaders, headers, bodyContains, json, metrics, maxLatencyMs, ...times } = rest;
  if (command) return { name, command, ...COMMAND_DEFAULTS, ...defined(times) };
  const { status: usual, ...defaults } = CHECK_DEFAULTS;
  const attempts = { ...defaults, ...defined(times) };
  if (tcp) return { name, tcp: defined(tcp), ...attempts };
  const wanted = { status: status ?? usual, requestHeaders, headers, bodyContains, json, metrics, maxLatencyMs };
  return defined({ name, path: path ?? '/', port, ...wanted, ...attempts });
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

const defined = <T extends object>(object: T) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;

export const checksSchema = z
  .array(checkShape.superRefine(combinations).transform(withDefaults))
  .min(1)
  .superRefine((checks, context) => {
    const names = checks.map(({ name }) => name);
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) < index) {
        context.addIssue({ code: 'custom', path: [index, 'name'], message: `check "${name}" is listed twice` });
      }
    }
    if (checks.length > 0 && checks.every((check) => 'command' in check)) {
      context.addIssue({ code: 'custom', path: [], message: 'expected a path or tcp too: every Pod must be asked' });
    }
  });
