import type { Peer, Row, Target } from './section.js';
import { median, noise } from './statistics.js';

const DIGITS = { s: 3, ms: 0, MB: 0, requests: 0 } as const;

/** Rows as a Markdown table: medians, how far the values are apart, ratios, and whether each target is held. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const peers = row.peers ?? [];
    const cells = [
      row.what,
      `${figure(median(row.ours), row)}${spread(row.ours)}`,
      peers.map((peer) => describePeer(peer, row)).join('<br>'),
      peers.map((peer) => (median(row.ours) / peerMedian(peer)).toFixed(2)).join('<br>'),
      (row.targets ?? []).map((target) => describeTarget(target, row)).join('<br>'),
      row.note ?? '',
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| what | ours | peer | ours / peer | target | |', '| --- | --- | --- | --- | --- | --- |', ...lines].join(
    '\n',
  );
}

/** @throws Error for a target of a peer that the row has not */
function isHeld(target: Target, { ours, peers = [] }: Row): boolean {
  if (target.of === undefined) return median(ours) <= target.atMost;
  const peer = peers.find(({ name }) => name === target.of);
  if (!peer) throw new Error(`a target is of ${target.of}, which was not measured`);
  return median(ours) <= target.atMost * peerMedian(peer);
}

const peerMedian = (peer: Peer) => ('quoted' in peer ? peer.quoted : median(peer.values));
const figure = (value: number, { unit }: Row) => `${value.toFixed(DIGITS[unit])} ${unit}`;
const spread = (values: readonly number[]) =>
  values.length > 1 ? ` (±${Math.round(noise(values) * 50)} %, n=${values.length})` : '';

function describePeer(peer: Peer, row: Row): string {
  if ('quoted' in peer) return `${peer.name}: not installed; ${figure(peer.quoted, row)} quoted`;
  return `${peer.name}: ${figure(median(peer.values), row)}${spread(peer.values)}`;
}

function describeTarget(target: Target, row: Row): string {
  const bound = target.of === undefined ? figure(target.atMost, row) : `${target.atMost} of ${target.of}`;
  return `at most ${bound}: ${isHeld(target, row) ? 'held' : '**missed**'}`;
}
