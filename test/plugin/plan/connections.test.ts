import { expect, test } from '@jest/globals';
import { establishedConnections } from '../../../plugin/plan/connections.js';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const line = (local: string, state: string) =>
  `   0: ${local} 0100F40A:D2F0 ${state} 00000000:00000000 00:00000000 00000000     0        0 1 1 0`;
const PORTS = new Set([3000, 9000]);

test.each([
  ['an established one of a port', line('0500F40A:0BB8', '01'), 1],
  ['one by IPv6', line('0000000000000000FFFF00000500F40A:0BB8', '01'), 1],
  ['the listener', line('00000000:0BB8', '0A'), 0],
  ['one that ends', line('0500F40A:0BB8', '06'), 0],
  ['one that the Pod itself made', line('0500F40A:D431', '01'), 0],
  ['a port-forward', line('0100007F:0BB8', '01'), 0],
  ['a port-forward by IPv6', line('00000000000000000000000001000000:0BB8', '01'), 0],
  ['a port-forward to a program of both families', line('0000000000000000FFFF00000100007F:0BB8', '01'), 0],
])('of %s', (_, text, count) => {
  expect(establishedConnections([HEAD, text, ''].join('\n'), PORTS)).toBe(count);
});

test('of both files, one after the other', () => {
  const text = [HEAD, line('0500F40A:0BB8', '01'), HEAD, line('0500F40A:2328', '01')].join('\n');
  expect(establishedConnections(text, PORTS)).toBe(2);
});
