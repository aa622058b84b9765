import { describe, expect, test } from '@jest/globals';
import { run as history } from '../../../../plugin/commands/history/run.js';
import { run as rollback } from '../../../../plugin/commands/rollback/run.js';
import { run as undo } from '../../../../plugin/commands/undo/run.js';
import { UsageError } from '../../../../plugin/core/errors.js';
import { failure } from '../../failure.js';
import { invocationOf } from '../../invocation.js';

/** A kubectl that does not exist: whoever gets as far as the cluster is told so. */
const env = (DEPLOYMENT_TYPE?: string) => ({
  KUBECTL: '/no/such/kubectl',
  ...(DEPLOYMENT_TYPE !== undefined && { DEPLOYMENT_TYPE }),
});

describe('DEPLOYMENT_TYPE', () => {
  test.each(['canary', 'Rolling', 'blue-green '])('%j is refused before the cluster is asked', async (type) => {
    await expect(rollback(invocationOf(['shop'], {}, env(type)))).rejects.toThrow(
      failure(UsageError, `invalid DEPLOYMENT_TYPE "${type}": want blue-green or rolling`),
    );
  });

  test.each([undefined, '', 'blue-green', 'rolling'])('%j goes on to the cluster', async (type) => {
    await expect(rollback(invocationOf(['shop'], {}, env(type)))).rejects.toThrow('kubectl');
    await expect(rollback(invocationOf(['shop'], {}, env(type)))).rejects.not.toBeInstanceOf(UsageError);
  });

  test.each<[string, string | boolean]>([
    ['to', 'blue'],
    ['soak', '5s'],
    ['force', true],
    ['write-back', true],
    ['spec', 'shop.yaml'],
  ])('rolling refuses --%s, which is about colors', async (flag, value) => {
    await expect(rollback(invocationOf(['shop'], { [flag]: value }, env('rolling')))).rejects.toThrow(
      failure(UsageError, `--${flag} makes no sense with DEPLOYMENT_TYPE=rolling: there are no colors`),
    );
  });

  test('colors refuse --check-path', async () => {
    const call = rollback(invocationOf(['shop'], { 'check-path': ['/x'] }, env()));
    await expect(call).rejects.toThrow('--check-path makes no sense without DEPLOYMENT_TYPE=rolling');
  });
});

describe('arguments that make no sense', () => {
  test.each<[string[], Record<string, string | string[]>, string]>([
    [[], {}, 'required argument DEPLOYMENT is missing: the name of a Deployment'],
    [['Shop'], {}, 'invalid deployment name "Shop"'],
    [['service/shop'], {}, 'invalid deployment name "service/shop"'],
    [['shop'], { 'to-revision': 'x' }, 'invalid revision "x" for --to-revision'],
    [['shop'], { 'to-revision': '-1' }, 'invalid revision "-1" for --to-revision'],
    [['shop'], { 'check-path': ['health'] }, 'invalid path "health" for --check-path'],
    [['shop'], { timeout: 'soon' }, 'invalid duration "soon" for --timeout'],
  ])('of undo: %j %j', async (args, flags, message) => {
    const call = undo(invocationOf(args, flags, env()));
    await expect(call).rejects.toBeInstanceOf(UsageError);
    await expect(undo(invocationOf(args, flags, env()))).rejects.toThrow(message);
  });

  test.each(['0', 'x', '1001'])('of history: --limit=%s', async (limit) => {
    await expect(history(invocationOf(['shop'], { limit }, env()))).rejects.toBeInstanceOf(UsageError);
  });

  test('a revision of a rollback', async () => {
    await expect(rollback(invocationOf(['shop'], { 'to-revision': 'x' }, env()))).rejects.toBeInstanceOf(UsageError);
  });
});
