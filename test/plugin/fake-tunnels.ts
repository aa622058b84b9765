import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type Duplex, duplexPair } from 'node:stream';
import type { Tunnels } from '../../plugin/kube/tunnels.js';

export interface PodRequest {
  readonly pod: string;
  readonly port: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface PodAnswer {
  readonly status?: number;
  readonly body?: string;
}

/** Tunnels that end in this process, at an HTTP server that answers for every Pod. */
export interface FakeTunnels extends Tunnels {
  readonly requests: PodRequest[];
  /** Called before a tunnel opens; what it throws is why it does not. */
  refuse: (pod: string, port: number) => void;
}

export function fakeTunnels(answer: (request: PodRequest) => PodAnswer = () => ({})): FakeTunnels {
  const requests: PodRequest[] = [];
  const targets = new Map<unknown, { pod: string; port: number }>();
  const server = createServer((incoming, response) => {
    const { pod = '', port = 0 } = targets.get(incoming.socket) ?? {};
    const request = { pod, port, path: incoming.url ?? '', headers: incoming.headers };
    requests.push(request);
    const { status = 200, body = '' } = answer(request);
    response.writeHead(status).end(body);
  });
  const tunnels: FakeTunnels = {
    requests,
    refuse: () => undefined,
    async open(pod, port) {
      tunnels.refuse(pod, port);
      const [near, far] = duplexPair();
      targets.set(far, { pod, port });
      server.emit('connection', asSocket(far));
      return asSocket(near);
    },
    close: () => undefined,
  };
  return tunnels;
}

/** Node's HTTP client calls these on what it takes for a TCP socket. */
function asSocket(stream: Duplex): Duplex {
  const self = () => stream;
  return Object.assign(stream, { setTimeout: self, setNoDelay: self, setKeepAlive: self, ref: self, unref: self });
}
