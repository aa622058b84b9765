import { describe, expect, test } from '@jest/globals';
import type { ServiceDetail } from '../../../../plugin/commands/doctor/kinds.js';
import { reach } from '../../../../plugin/commands/doctor/reach.js';
import type { PodExec } from '../../../../plugin/kube/pod-exec.js';
import { service } from '../../cluster-objects.js';

const active = (clusterIP?: string): ServiceDetail => {
  const own = service('shop-active', 'blue');
  return { ...own, spec: { ...own.spec, ports: [{ port: 80 }], ...(clusterIP !== undefined && { clusterIP }) } };
};
const NONE = { exitCode: 127, stderr: 'exec failed: "x": executable file not found in $PATH' };

/** A container in which some programs give an answer, and the others are not there. */
function container(answers: Record<string, { exitCode: number; stderr: string }>): {
  exec: PodExec;
  calls: string[][];
} {
  const calls: string[][] = [];
  const exec: PodExec = async (_pod, _container, argv) => {
    calls.push([...argv]);
    return { stdout: '', ...(answers[argv[0] ?? ''] ?? NONE) };
  };
  return { exec, calls };
}
const ask = (exec: PodExec, to = active('10.96.0.7')) => reach(exec, 'b1', 'shop', to, '/health');
const REACHED = { reachability: { pod: 'b1', address: '10.96.0.7:80' } };

describe('reaching the active Service from a Pod', () => {
  test.each(['wget', 'curl', 'node'])('works by %s where that is all there is', async (program) => {
    const { exec, calls } = container({ [program]: { exitCode: 0, stderr: '' } });
    expect(await ask(exec)).toEqual(REACHED);
    expect(calls.at(-1)).toContain('http://10.96.0.7:80/health');
  });

  test('an answer of any status is an answer', async () => {
    const { exec } = container({ wget: { exitCode: 1, stderr: 'wget: server returned error: HTTP/1.1 500' } });
    expect(await ask(exec)).toEqual(REACHED);
  });

  test('no answer is told in the words of the program', async () => {
    const { exec } = container({
      curl: { exitCode: 28, stderr: 'curl: (28) Connection timed out\ncommand terminated with exit code 28\n' },
    });
    expect(await ask(exec)).toEqual({
      reachability: { ...REACHED.reachability, why: 'curl: (28) Connection timed out' },
    });
  });

  test.each([
    ['the image has no such program', {}, undefined, 'the image of pod "b1" has no wget, curl or node that runs'],
    [
      'the user may not',
      { wget: { exitCode: 1, stderr: 'Error from server (Forbidden): pods "b1" is forbidden' } },
      undefined,
      'forbidden: Error from server (Forbidden): pods "b1" is forbidden',
    ],
    ['the Service is headless', {}, active('None'), 'service "shop-active" has no ClusterIP'],
  ])('is not known when %s', async (_, answers, to, unread) => {
    expect(await ask(container(answers).exec, to)).toEqual({ unread });
  });

  test('goes on to the next program when one crashes', async () => {
    const { exec } = container({ wget: { exitCode: 139, stderr: 'exit code 139' }, curl: { exitCode: 0, stderr: '' } });
    expect(await ask(exec)).toEqual(REACHED);
  });

  test('takes brackets around an IPv6 address', async () => {
    const { exec, calls } = container({ wget: { exitCode: 0, stderr: '' } });
    await ask(exec, active('fd00::1'));
    expect(calls[0]?.at(-1)).toBe('http://[fd00::1]:80/health');
  });
});
