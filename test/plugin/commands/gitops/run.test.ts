import { describe, expect, test } from '@jest/globals';
import { run } from '../../../../plugin/commands/gitops/run.js';
import { UsageError } from '../../../../plugin/core/errors.js';
import type { FlagValue } from '../../../../plugin/invocation/invocation.js';
import { ruleSnippet } from '../../../../plugin/plan/gitops/remedies.js';
import { invocationOf } from '../../invocation.js';

/** A kubectl that does not exist: whoever gets as far as the cluster is told so. */
const env = { KUBECTL: '/no/such/kubectl' };
const call = (flags: Record<string, FlagValue>, args = ['shop']) => invocationOf(args, flags, env);

describe('gitops --tool', () => {
  test.each(['flux', 'argocd', 'helm'] as const)('prints the rules for %s alone, and asks no cluster', async (tool) => {
    const invocation = call({ tool, namespace: 'store' });
    expect(await run(invocation)).toBe(0);
    expect(invocation.out()).toBe(ruleSnippet(tool, 'shop', 'store'));
    expect(invocation.err()).toBe('');
  });

  test('without a namespace prints rules for every one', async () => {
    const invocation = call({ tool: 'flux' });
    await run(invocation);
    expect(invocation.out()).not.toContain('namespace:');
  });

  test('is a document with -o json', async () => {
    const invocation = call({ tool: 'argocd', output: 'json' });
    expect(await run(invocation)).toBe(0);
    expect(JSON.parse(invocation.out())).toEqual({
      release: 'shop',
      namespace: null,
      tool: 'argocd',
      snippet: ruleSnippet('argocd', 'shop'),
    });
  });

  test.each([[[]], [['Shop']]])('wants the name of a release: %j', async (args) => {
    await expect(run(call({ tool: 'flux' }, args))).rejects.toBeInstanceOf(UsageError);
  });
});

test('gitops without --tool asks the cluster', async () => {
  await expect(run(call({}))).rejects.toThrow('kubectl');
});
