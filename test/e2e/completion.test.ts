import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CallOptions, createNamespace, deleteNamespace, kubectl, run } from './support/cluster.js';

/** What kubectl would hand to the shell: one candidate a line, and the directive. */
async function complete(words: readonly string[], options?: CallOptions): Promise<string[]> {
  const { stdout } = await run(['kubectl', '__complete', 'bluegreen', ...words], options);
  return stdout.trimEnd().split('\n');
}

describe('completion through kubectl', () => {
  let namespace: string;
  beforeAll(async () => {
    namespace = await createNamespace('completion');
    const labels = ['deployment-type=blue-green', 'service-type=active'];
    await kubectl('create', 'service', 'clusterip', 'shop-active', '--tcp=80', '-n', namespace);
    await kubectl('label', 'service', 'shop-active', 'app=shop', ...labels, '--overwrite', '-n', namespace);
    await kubectl('create', 'service', 'clusterip', 'other', '--tcp=80', '-n', namespace);
  });
  afterAll(() => deleteNamespace(namespace));

  test('kubectl finds the executable and passes on verbs with their summaries', async () => {
    const lines = await complete(['']);
    expect(lines).toContain('promote\tDeploy to the idle color, verify it, and move traffic there');
    expect(lines.at(-1)).toBe(':4');
  });

  test('names of releases and namespaces come from the cluster, those of contexts from the kubeconfig', async () => {
    expect(await complete(['promote', '-n', namespace, ''])).toEqual(['shop', ':4']);
    expect(await complete(['promote', ''], { env: { NAMESPACE: namespace } })).toEqual(['shop', ':4']);
    expect(await complete(['promote', '-n', namespace.slice(0, -1)])).toContain(namespace);
    const context = (await kubectl('config', 'current-context')).trim();
    expect(await complete(['status', '--context', ''])).toContain(context);
  });

  test.each([
    ['no such context', ['--context=no-such']],
    ['no server', ['--server=https://127.0.0.1:1']],
    ['a flag that kubectl does not know the value of', ['--request-timeout=soon']],
  ])('with %s it offers nothing and says nothing', async (_, flags) => {
    const { stdout, stderr, exitCode } = await run(['kubectl_complete-bluegreen', ...flags, 'promote', '']);
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: ':4', stderr: '', exitCode: 0 });
  });
});
