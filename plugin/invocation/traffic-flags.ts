import { type Flags, flag, text } from './flags.js';

export const TRAFFIC_FLAGS: Flags = {
  to: text(
    'Color on which traffic must end, blue or green, by default the idle one; where it already is, nothing is done',
    "''",
    {
      choices: ['blue', 'green'],
    },
  ),
  soak: text('Time to watch the new color after the switch, like 60s, by default that of the spec'),
  switch: text(
    'How traffic moves: at once, or by way of both colors for load balancers that target Pods; by default as the spec says',
    "'atomic'",
    { choices: ['atomic', 'overlap'] },
  ),
  overlap: text(
    'Time that both colors keep the traffic with --switch=overlap once every new Pod has it, by default that of the spec',
    "'30s'",
  ),
  probe: text(
    'URL that clients ask, which must answer from this machine with a status below 400 after the switch and while the color ' +
      'is watched, this flag can be repeated',
    '[]',
    { array: true },
  ),
  force: flag(
    'Move traffic although Argo CD, Flux or Helm may move it back, and take Pods away although a Service of others leads to them',
  ),
};

/** A person decides: with ready Pods the color gets the traffic, whatever its checks say. */
export const ROLLBACK_FORCE_FLAG: Flags = {
  force: flag(
    'Move traffic to ready Pods although their checks or a port of the Service fail, and although another tool may move it back',
  ),
};

export const FORCE_FLAG: Flags = {
  force: flag('Take Pods of the idle color away although a Service that is not of the release leads to them'),
};

export const CLEANUP_FLAGS: Flags = {
  ...FORCE_FLAG,
  keep: text('Replicas to keep warm for a quick rollback', '0'),
  exec: flag('Also run cat in each Pod of the idle color, to count the connections that it still has'),
  after: text('Time that must have passed since traffic moved; what is left of it is waited for', "'0s'"),
};
