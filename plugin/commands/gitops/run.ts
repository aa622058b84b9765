import { EXIT, RefusedError } from '../../core/errors.js';
import { environmentNamespace } from '../../invocation/environment.js';
import { type Invocation, releaseArgument, stringFlag } from '../../invocation/invocation.js';
import { connect, givenNamespace } from '../../invocation/session.js';
import { ruleSnippet, type SnippetName } from '../../plan/gitops/remedies.js';
import { absentText } from '../../plan/last-traffic.js';
import { observe } from '../../run/observe.js';
import { readOwnership } from '../../run/ownership.js';
import { printDocument } from '../../terminal/document.js';
import { reportOf, reportText } from './report.js';

export async function run(invocation: Invocation): Promise<number> {
  const release = releaseArgument(invocation);
  const manifestNamespace = await environmentNamespace(invocation, release);
  const tool = stringFlag(invocation, 'tool') as SnippetName | undefined;
  if (tool !== undefined) return printSnippet(invocation, tool, release, givenNamespace(invocation, manifestNamespace));

  const session = await connect(invocation, { release, manifestNamespace, withoutContext: true });
  try {
    const { api, namespace } = session.run;
    const state = await observe(api, namespace, release);
    if (!state.active) throw new RefusedError(absentText(state));
    const argoNamespace = stringFlag(invocation, 'argocd-namespace');
    const report = reportOf(state, await readOwnership(api, state, { argoNamespace, everywhere: true }));
    const format = stringFlag(invocation, 'output');
    if (format !== undefined) await printDocument(invocation.stdout, format, report);
    else invocation.stdout.write(reportText(report));
    return report.exitCode;
  } finally {
    session.close();
  }
}

/** Asks no cluster: without a namespace that is given, the rules are for every one. */
async function printSnippet(
  invocation: Invocation,
  tool: SnippetName,
  release: string,
  namespace: string | undefined,
): Promise<number> {
  const snippet = ruleSnippet(tool, release, namespace);
  const format = stringFlag(invocation, 'output');
  if (format === undefined) invocation.stdout.write(snippet);
  else await printDocument(invocation.stdout, format, { release, namespace: namespace ?? null, tool, snippet });
  return EXIT.done;
}
