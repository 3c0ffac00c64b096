import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";

/** A fault that a fake server simulates instead of answering properly. */
export interface Fault {
  /** Accept the request and never answer. */
  readonly hang?: boolean;
  /** Cut the connection. */
  readonly reset?: boolean;
  /** Answer with this status. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many times it happens; without it, every time. */
  readonly times?: number;
}

export interface Listening extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Ends all connections, also those that hang. */
  close(): Promise<void>;
}

/**
 * Starts an HTTP server on a free port of 127.0.0.1, or on a socket.
 * @param handler an asynchronous one that fails cuts the connection, and is a problem
 */
export async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => unknown,
  { tls, socket, problems }: { tls?: ServerOptions; socket?: string; problems?: string[] } = {},
): Promise<Listening> {
  const respond: RequestListener = (request, response) => {
    const done = handler(request, response);
    if (!(done instanceof Promise)) return;
    done.catch((error: unknown) => {
      problems?.push(`the fake failed: ${String(error)}`);
      response.destroy();
    });
  };
  const server = tls ? createTlsServer(tls, respond) : createServer(respond);
  await new Promise<void>((resolve, reject) => {
    const where = socket === undefined ? { port: 0, host: "127.0.0.1" } : { path: socket };
    server.once("error", reject).listen(where, () => resolve());
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const { port = 0 } = (socket === undefined ? server.address() : {}) as Partial<AddressInfo>;
  return { port, url: `http${tls ? "s" : ""}://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: close };
}

/** Faults by pattern, the newest first; each counted down when it is played. */
export interface FaultPlan<F extends Fault> {
  add(match: RegExp, fault: F): void;
  /** The fault for this request, if any. This counts as one use of it. */
  take(subject: string): F | undefined;
  clear(): void;
}

/** An empty plan: no fault until one is added. */
export function faultPlan<F extends Fault>(): FaultPlan<F> {
  const faults: { match: RegExp; left: number; fault: F }[] = [];
  return {
    add(match, fault) {
      faults.unshift({ match, left: fault.times ?? Number.POSITIVE_INFINITY, fault });
    },
    take(subject) {
      const found = faults.find(({ match, left }) => left > 0 && match.test(subject));
      if (found) found.left--;
      return found?.fault;
    },
    clear() {
      faults.length = 0;
    },
  };
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Answers with bytes; a HEAD request gets the headers alone. */
export function answer(
  response: ServerResponse,
  status: number,
  body: Buffer | string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers });
  response.end(response.req.method === "HEAD" ? undefined : body);
}
