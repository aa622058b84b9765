import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { temporaryFolder } from './temporary.js';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface SocketServer {
  readonly server: Server;
  /** What a client appends a path to. */
  readonly http: string;
  readonly webSocket: string;
  readonly requests: SeenRequest[];
  /** How the next requests are answered. */
  answer: (request: SeenRequest, response: ServerResponse) => void;
}

const servers: Server[] = [];

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** An HTTP server on a unix socket, as `kubectl proxy` is one. */
export async function socketServer(): Promise<SocketServer> {
  const path = join(temporaryFolder(), 's');
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = incoming;
    const request = { method, url, headers, body: Buffer.concat(chunks).toString() };
    self.requests.push(request);
    self.answer(request, response);
  });
  const self: SocketServer = {
    server,
    http: `unix:${path}:`,
    webSocket: `ws+unix:${path}:`,
    requests: [],
    answer: (_, response) => response.end('{}'),
  };
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return self;
}

export function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** A refusal in the words of the API server. */
export function statusBody(code: number, reason: string, message: string): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code };
}
