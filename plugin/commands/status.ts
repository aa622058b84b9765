import { activeServiceName } from '../../charts/names.js';
import { printDocument } from '../document.js';
import { type ColorMode, usesColor } from '../edges/reporter.js';
import { EXIT } from '../errors.js';
import { type Invocation, releaseArgument, stringFlag } from '../invocation.js';
import { observe } from '../observe.js';
import { readPolicy } from '../plan/policy.js';
import { installed } from '../plan/state.js';
import { findTrouble, summarize } from '../plan/status.js';
import { connect } from '../session.js';
import { statusText } from '../status-text.js';
import { environmentNamespace } from './environment.js';

export async function run(invocation: Invocation): Promise<number> {
  const release = releaseArgument(invocation);
  const session = await connect(invocation, {
    release,
    manifestNamespace: await environmentNamespace(invocation, release),
  });
  try {
    const { api, namespace } = session.run;
    const state = installed(await observe(api, namespace, release));
    const status = summarize(state, readPolicy(state.active, state.deployments[state.activeColor]));
    const format = stringFlag(invocation, 'output');
    if (format === 'json' || format === 'yaml') await printDocument(invocation.stdout, format, status);
    else if (format === 'name') invocation.stdout.write(`service/${activeServiceName(release)}\n`);
    else {
      const mode = (stringFlag(invocation, 'color') ?? 'auto') as ColorMode;
      const colored = usesColor(invocation.stdout, mode, invocation.env);
      invocation.stdout.write(statusText(status, findTrouble(state, status), { colored, wide: format === 'wide' }));
    }
    return EXIT.done;
  } finally {
    session.close();
  }
}
