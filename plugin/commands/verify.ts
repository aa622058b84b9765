import { type Color, isColor, otherColor } from '../../charts/names.js';
import { printDocument } from '../document.js';
import { verifyColor } from '../effects/verify.js';
import { EXIT, UsageError } from '../errors.js';
import { type Invocation, releaseArgument, stringFlag } from '../invocation.js';
import { observe } from '../observe.js';
import { overridePolicy, readPolicy } from '../plan/policy.js';
import { installed } from '../plan/state.js';
import { connect } from '../session.js';
import { readOverrides } from './arguments.js';
import { environmentNamespace } from './environment.js';

export async function run(invocation: Invocation): Promise<number> {
  const release = releaseArgument(invocation);
  const asked = readColor(invocation);
  const overrides = readOverrides(invocation);
  const session = await connect(invocation, {
    release,
    manifestNamespace: await environmentNamespace(invocation, release),
  });
  try {
    const { run: context } = session;
    const state = installed(await observe(context.api, context.namespace, release));
    const color = asked ?? otherColor(state.activeColor);
    const policy = overridePolicy(readPolicy(state.active, state.deployments[color]), overrides);
    const pods = await verifyColor(context, color, policy.checks, policy.port);
    const format = stringFlag(invocation, 'output');
    if (format === 'json' || format === 'yaml') {
      const document = { release, namespace: context.namespace, color, pods };
      await printDocument(invocation.stdout, format, document);
    } else {
      for (const { pod } of pods) invocation.stdout.write(format === 'name' ? `pod/${pod}\n` : `pod/${pod} verified\n`);
    }
    return EXIT.done;
  } finally {
    session.close();
  }
}

function readColor({ args }: Invocation): Color | undefined {
  const [, color] = args;
  if (color === undefined || isColor(color)) return color;
  throw new UsageError(`invalid color "${color}": want blue or green`);
}
