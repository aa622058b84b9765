import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argoRollouts } from '../argo.js';
import { inTurn } from '../in-turn.js';
import { run } from '../process.js';
import type { Bench, Measured, Peer, Row, Section } from '../section.js';
import { NOT_BUILT, STANDALONE } from '../standalone.js';

const NODE_PROGRAM = 'lib/plugin/bin.js';
const BARE = 'node -e 0';
const LIMIT = 3;

const seconds = (argv: [string, ...string[]], env?: NodeJS.ProcessEnv) => async () =>
  (await run({ argv, inCluster: false, ...(env && { env }) })).seconds;

/** A kubectl whose proxy is a server of ours: when the first request comes is then known. */
async function startFirstRequest(folder: string) {
  const socket = join(folder, 'first.sock');
  let arrived: (() => void) | undefined;
  const server: Server = createServer((_request, response) => {
    arrived?.();
    response.writeHead(403, { 'content-type': 'application/json' });
    response.end('{"kind":"Status","reason":"Forbidden","message":"measured","code":403}');
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const kubectl = join(folder, 'kubectl');
  writeFileSync(
    kubectl,
    `#!/bin/sh
for argument; do
  case $argument in
    --unix-socket=*) ln -s ${socket} "\${argument#*=}"; echo "Starting to serve on \${argument#*=}"; exec sleep 60 ;;
  esac
done
echo '{"current-context": "measured", "contexts": [{"context": {"namespace": "default"}}]}'
`,
  );
  chmodSync(kubectl, 0o755);
  return {
    async seconds(argv: [string, ...string[]]): Promise<number> {
      const started = performance.now();
      const first = new Promise<number>((resolve) => {
        arrived = () => resolve((performance.now() - started) / 1000);
      });
      await run({ argv, inCluster: false, env: { KUBECTL: kubectl } }).catch(() => undefined);
      return first;
    },
    stop: () => server.close(),
  };
}

async function measure(bench: Bench): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-bench-start-'));
  const first = await startFirstRequest(folder);
  const argo = argoRollouts();
  const alone = STANDALONE;
  try {
    const program = [process.execPath, NODE_PROGRAM] as const;
    const values = await inTurn(bench, {
      bare: seconds([process.execPath, '-e', '0']),
      version: seconds([...program, 'version']),
      help: seconds([...program, '--help']),
      status: () => first.seconds([...program, 'status', 'engine-ops', '-n', 'default']),
      ...(alone !== undefined && {
        standaloneVersion: seconds([alone, 'version']),
        standaloneHelp: seconds([alone, '--help']),
        standaloneStatus: () => first.seconds([alone, 'status', 'engine-ops', '-n', 'default']),
      }),
      ...(argo.path && { argo: seconds([argo.path, 'version']) }),
    });
    const bare: Peer = { name: BARE, values: values.bare };
    const peer: Peer = values.argo
      ? { name: argo.name, values: values.argo }
      : { name: argo.name, quoted: argo.quoted.version };
    const onNode = (what: string, ours: readonly number[]): Row => ({
      what,
      unit: 's',
      ours,
      peers: [bare],
      targets: [{ atMost: LIMIT, of: BARE }],
    });
    const standalone = (what: string, ours: readonly number[] | undefined, peers: readonly Peer[]): Row[] =>
      ours ? [{ what, unit: 's', ours, peers, targets: [{ atMost: 1, of: peer.name }] }] : [];
    const plain = (what: string, ours: readonly number[] | undefined): Row[] =>
      ours ? [{ what, unit: 's', ours }] : [];
    return {
      how:
        'Whole processes, from before they are spawned. `status` up to its first request: its `kubectl` is a shell script, so that ' +
        "kubectl's own start is not in it." +
        (alone ? '' : ` ${NOT_BUILT}`),
      rows: [
        onNode('`version` on Node', values.version),
        onNode('`--help` on Node', values.help),
        onNode('`status` on Node, up to its first request', values.status),
        ...standalone('`version`, standalone', values.standaloneVersion, [peer]),
        ...plain('`--help`, standalone', values.standaloneHelp),
        ...plain('`status`, standalone, up to its first request', values.standaloneStatus),
      ],
    };
  } finally {
    first.stop();
    rmSync(folder, { recursive: true });
  }
}

export const start: Section = { name: 'start', title: 'Start', measure };
