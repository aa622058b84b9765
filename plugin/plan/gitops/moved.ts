import type { Service } from '../../core/kubernetes.js';
import { activeColor } from '../active-color.js';
import { isOwnManager, whenOf } from '../field-writer.js';
import { lastOperation } from '../operation.js';
import { overlapOf } from '../traffic.js';
import { selectorWriter } from './field-managers.js';

/** Who moved traffic past this plugin since its last operation, in words; undefined when traffic is where that left it. */
export function movedSince(active: Service, release: string): string | undefined {
  const last = lastOperation(active);
  if (!last || last.outcome === 'abandoned') return undefined;
  if (overlapOf(active, release)) return undefined;
  const color = activeColor(active, release);
  if (color === last.to) return undefined;
  const writer = selectorWriter(active);
  const who = writer && !isOwnManager(writer.manager) ? `: ${writer.manager} wrote the selector${whenOf(writer)}` : '';
  return `traffic is on ${color}, but the ${last.kind} by ${last.by} at ${last.at} moved it to ${last.to}${who}`;
}
