import { EXIT, exitCodeAfter, RefusedError } from '../../core/errors.js';
import { booleanFlag, type Invocation, stringFlag } from '../../invocation/invocation.js';
import { connect } from '../../invocation/session.js';
import { followLogs, type Tell } from '../../run/logs/follow.js';
import { type LineStyle, lineText, timeOfLine } from '../../run/logs/line.js';
import { observe } from '../../run/observe.js';
import { type ColorMode, usesColor } from '../../terminal/reporter.js';
import { sinkOf } from '../../terminal/sink.js';
import { printLogs } from './print.js';
import { logRequest, readLogArguments } from './request.js';

export async function run(invocation: Invocation): Promise<number> {
  const asked = readLogArguments(invocation);
  const session = await connect(invocation, { release: asked.release, withoutContext: true });
  try {
    const { run: context } = session;
    const state = await observe(context.api, context.namespace, asked.release);
    const request = logRequest(state, asked);
    const sink = sinkOf(invocation.stdout);
    const signal = AbortSignal.any([invocation.signal, sink.closed]);
    const style = readStyle(invocation);
    // The kubelet knows whole seconds only.
    const start = request.since.sinceTime && timeOfLine(Date.parse(request.since.sinceTime));
    const tell: Tell = async (line, source) => {
      if (start && line.at !== undefined && line.at < start) return;
      await sink.write(lineText(line, source, style));
    };
    try {
      if (asked.follow) await followLogs(context, request, tell, signal);
      const count = await printLogs(context, state.pods, request, asked.previous, tell, signal);
      if (count === 0 && asked.previous)
        throw new RefusedError(`no container of "${asked.release}" has restarted: there is no previous log`);
      if (count === 0) invocation.stderr.write(`No logs found in ${context.namespace} namespace.\n`);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return invocation.signal.aborted ? exitCodeAfter(invocation.signal) : EXIT.done;
  } finally {
    session.close();
  }
}

function readStyle(invocation: Invocation): LineStyle {
  const colored = usesColor(
    invocation.stdout,
    (stringFlag(invocation, 'color') ?? 'auto') as ColorMode,
    invocation.env,
  );
  return {
    json: stringFlag(invocation, 'output') === 'json',
    prefix: invocation.flags.prefix !== false,
    timestamps: booleanFlag(invocation, 'timestamps'),
    containers: booleanFlag(invocation, 'all-containers'),
    colored,
  };
}
