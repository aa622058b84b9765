import { loadManifests, readOverrides } from '../../invocation/arguments.js';
import {
  booleanFlag,
  type Invocation,
  kubectlFlags,
  listFlag,
  releaseArgument,
  stringFlag,
} from '../../invocation/invocation.js';
import { connect } from '../../invocation/session.js';
import { findKubectl, readClientVersion } from '../../kube/kubectl.js';
import { allObjects, manifestNamespace } from '../../plan/manifests.js';
import { printDocument } from '../../terminal/document.js';
import { type ColorMode, usesColor } from '../../terminal/reporter.js';
import { gather } from './gather.js';
import { examine } from './report.js';
import { reportText } from './text.js';

/** One attempt may fail by chance, and more would keep the user waiting. */
const CHECK_DEFAULTS = { retries: 2, intervalSeconds: 1 };

export async function run(invocation: Invocation): Promise<number> {
  const release = releaseArgument(invocation);
  const overrides = { ...CHECK_DEFAULTS, ...readOverrides(invocation) };
  const manifests = await loadManifests(invocation, release);
  const manifestsNamespace = manifests && manifestNamespace(allObjects(manifests));
  const session = await connect(invocation, { release, manifestNamespace: manifestsNamespace });
  try {
    const kubectl = { path: findKubectl(invocation.env), flags: kubectlFlags(invocation) };
    const context = await session.context;
    const gathered = await gather(session.run, {
      clusterFlags: clusterFlags(kubectl.flags, context),
      overrides,
      manifests,
      filenames: listFlag(invocation, 'filename'),
      client: () => readClientVersion(kubectl),
      exec: booleanFlag(invocation, 'exec') ? session.run.execInPod : undefined,
    });
    const report = examine(gathered, context);
    const format = stringFlag(invocation, 'output');
    if (format !== undefined) await printDocument(invocation.stdout, format, report);
    else {
      const mode = (stringFlag(invocation, 'color') ?? 'auto') as ColorMode;
      invocation.stdout.write(reportText(report, { colored: usesColor(invocation.stdout, mode, invocation.env) }));
    }
    return report.exitCode;
  } finally {
    session.close();
  }
}

/** Which cluster is meant, for commands that are copied elsewhere: who runs them brings their own credentials. */
function clusterFlags(flags: readonly string[], context: string): string[] {
  const place = flags.filter((flag) => /^--(kubeconfig|cluster|server|user|tls-server-name)=/.test(flag));
  return [...place, ...(context === '' ? [] : [`--context=${context}`])];
}
