import { expect, test } from '@jest/globals';
import type { ExecEnd } from '../../../../plugin/kube/pod-exec.js';
import { countConnections } from '../../../../plugin/steps/actions/connections.js';
import { healthyState } from '../../commands/doctor/facts.js';
import { fakeRun } from '../../fake-run.js';

const FILE = [
  '  sl  local_address rem_address   st',
  '   0: 0500F40A:0BB8 0100F40A:D2F0 01 0',
  '   1: 0500F40A:0BB8 0100F40A:D2F2 01 0',
].join('\n');
const end = (more: Partial<ExecEnd>): ExecEnd => ({ exitCode: 0, stdout: '', stderr: '', ...more });

async function count(ofG1: ExecEnd, ofG2: ExecEnd) {
  const run = fakeRun({ state: healthyState(), execInPod: async (pod) => (pod === 'g1' ? ofG1 : ofG2) });
  return { ...(await countConnections(run, 'green')), log: run.log };
}

test('counts those of every Pod, also where there is no file of IPv6', async () => {
  const noIpv6 = end({ exitCode: 1, stdout: FILE, stderr: 'cat: /proc/net/tcp6: No such file or directory' });
  const { pods, log } = await count(end({ stdout: FILE }), noIpv6);
  expect(pods).toEqual([
    { pod: 'g1', connections: 2 },
    { pod: 'g2', connections: 2 },
  ]);
  expect(log).toEqual(['info 4 connections to 2 Pods of green']);
});

test.each([
  [
    { exitCode: 127, stderr: 'exec failed: "cat": executable file not found in $PATH' },
    'its image has no cat that runs',
  ],
  [
    { exitCode: 1, stderr: 'Error from server (Forbidden): pods "g2" is forbidden' },
    'forbidden: Error from server (Forbidden): pods "g2" is forbidden',
  ],
  [{ exitCode: 1, stderr: 'cat: /proc/net/tcp: Permission denied' }, 'cat: /proc/net/tcp: Permission denied'],
])('says of which Pod it is not known: %j', async (failed, why) => {
  const { pods, log } = await count(end({ stdout: FILE }), end(failed));
  expect(pods).toEqual([
    { pod: 'g1', connections: 2 },
    { pod: 'g2', why },
  ]);
  expect(log).toEqual([
    'info 2 connections to 1 Pod of green',
    `info how many connections pod "g2" has is not known: ${why}`,
  ]);
});
