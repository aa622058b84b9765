import type { HttpCheck } from '../../../charts/policy.js';

/** What a Pod answered to one check. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Why an answer does not pass, in words; undefined when it passes. */
export function evaluateCheck(check: HttpCheck, answer: Answer): string | undefined {
  if (!check.status.includes(answer.status)) return `status is ${answer.status}, want ${check.status.join(' or ')}`;
  for (const [name, wanted] of Object.entries(check.headers ?? {})) {
    const seen = String(answer.headers[name.toLowerCase()] ?? '');
    if (!seen.includes(wanted)) return `header ${name} is "${excerpt(seen)}", want "${wanted}"`;
  }
  if (check.bodyContains !== undefined && !answer.body.includes(check.bodyContains))
    return `body lacks "${check.bodyContains}": it is "${excerpt(answer.body)}"`;
  return check.json && judgeJson(check.json, answer.body);
}

/** Why an answer came too late; undefined when it did not. */
export function evaluateLatency({ maxLatencyMs }: HttpCheck, ms: number): string | undefined {
  if (maxLatencyMs === undefined || ms <= maxLatencyMs) return undefined;
  return `the answer took ${ms}ms, want at most ${maxLatencyMs}ms`;
}

function judgeJson(wanted: NonNullable<HttpCheck['json']>, body: string): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return `body is not JSON: it is "${excerpt(body)}"`;
  }
  for (const [path, value] of Object.entries(wanted)) {
    const seen = valueAt(document, path);
    if (seen !== value) return `${path} is ${excerpt(JSON.stringify(seen) ?? 'absent')}, want ${JSON.stringify(value)}`;
  }
  return undefined;
}

/** `checks.0.up` in `{"checks": [{"up": true}]}` is true; what is not there is undefined. */
function valueAt(document: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    const isOwn = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    return isOwn ? (value as Record<string, unknown>)[key] : undefined;
  }, document);
}

const excerpt = (text: string) => (text.length > 120 ? `${text.slice(0, 120)}…` : text);
