import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { clusterNamed } from './cluster.js';

/**
 * An event of the API server's audit log, as far as it matters here; a stream has one when it begins and one when it ends.
 *
 * @see https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/#audit-k8s-io-v1-Event
 */
export interface AuditEvent {
  readonly auditID: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly userAgent?: string;
  readonly responseStatus?: { readonly code?: number };
}

/** Where the audit log ends now: what is written from then on is behind it. */
export const auditMark = (): number => statSync(clusterNamed().auditLog, { throwIfNoEntry: false })?.size ?? 0;

/** Requests about AUDITED_NAMESPACE since a mark, each once, in the order in which their answers began. */
export function auditedSince(mark: number): AuditEvent[] {
  const log = openSync(clusterNamed().auditLog, 'r');
  try {
    const text = Buffer.alloc(fstatSync(log).size - mark);
    readSync(log, text, 0, text.length, mark);
    // The last line may not be written to its end yet.
    const lines = text.toString().split('\n').slice(0, -1);
    const events = lines.map((line) => JSON.parse(line) as AuditEvent);
    return [...new Map(events.map((event) => [event.auditID, event])).values()];
  } finally {
    closeSync(log);
  }
}
