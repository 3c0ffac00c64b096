import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { answer, type Fault, faultPlan } from "../network/http.ts";

/** An answer that the engine gives instead of the proper one. */
export interface EngineFault extends Fault {
  /** The whole body, with the status or 200. */
  readonly body?: string;
  /** A body that never ends. */
  readonly endless?: boolean;
  /** Bytes that are not HTTP. */
  readonly raw?: string;
  /** The beginning of a body without a length. Then the connection is cut or closed properly, or nothing happens. */
  readonly start?: { readonly bytes: Buffer; readonly ending: "cut" | "end" | "nothing" };
  /** Runs before the answer. */
  readonly before?: () => void;
}

/** A container engine that answers as Docker does, with the contents that a test gives it. */
export interface FakeEngine extends AsyncDisposable {
  readonly port: number;
  /** Method and path, decoded, in order. */
  readonly requests: string[];
  /** The answer to `/containers/json`. */
  containers: readonly object[];
  /** Answers to `/images/ID/json`, by ID. */
  images: Readonly<Record<string, object>>;
  /** Answers to `/containers/ID/json`, by ID. */
  started: Readonly<Record<string, object>>;
  /** Answers to `/images/ID/get`, by ID. */
  archives: Readonly<Record<string, Buffer>>;
  fault(match: RegExp, fault: EngineFault): void;
  clear(): void;
  close(): Promise<void>;
}

/** Listens on a socket, or on a port of 127.0.0.1, with TLS if it has a certificate. */
export async function startFakeEngine(at: { socket?: string; tls?: ServerOptions }): Promise<FakeEngine> {
  const plan = faultPlan<EngineFault>();
  const engine = {
    requests: [] as string[],
    containers: [] as readonly object[],
    images: {} as Readonly<Record<string, object>>,
    started: {} as Readonly<Record<string, object>>,
    archives: {} as Readonly<Record<string, Buffer>>,
  };

  function proper(path: string): unknown {
    const [, kind, id = ""] = /^\/(containers|images)\/(.+)\/json$/.exec(path) ?? [];
    if (path === "/containers/json") return engine.containers;
    return kind === "containers" ? engine.started[id] : engine.images[id];
  }

  const handle: RequestListener = (request: IncomingMessage, response: ServerResponse) => {
    const url = decodeURIComponent(request.url ?? "/");
    engine.requests.push(`${request.method} ${url}`);
    const fault = plan.take(url);
    fault?.before?.();
    if (fault !== undefined && fault.before === undefined) return play(fault, request, response);
    const path = url.replace(/\?.*/, "");
    const archive = engine.archives[/^\/images\/(.+)\/get$/.exec(path)?.[1] ?? ""];
    if (archive !== undefined) return answer(response, 200, archive, { "content-type": "application/x-tar" });
    if (path === "/_ping")
      return answer(response, 200, "OK", { "api-version": "1.50", server: "Docker/28.2.2 (linux)" });
    const found = proper(path);
    const body = JSON.stringify(found ?? { message: `No such thing: ${path}` });
    return answer(response, found === undefined ? 404 : 200, body, { "content-type": "application/json" });
  };

  const server: Server = at.tls ? createTlsServer(at.tls, handle) : createServer(handle);
  await new Promise<void>((resolve, reject) => {
    const where = at.socket === undefined ? { port: 0, host: "127.0.0.1" } : { path: at.socket };
    server.once("error", reject).listen(where, () => resolve());
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const { port = 0 } = (typeof server.address() === "object" ? server.address() : {}) as Partial<AddressInfo>;
  return Object.assign(engine, {
    port,
    fault: plan.add,
    clear() {
      plan.clear();
      Object.assign(engine, { containers: [], images: {}, started: {}, archives: {} });
      engine.requests.length = 0;
    },
    close,
    [Symbol.asyncDispose]: close,
  });
}

function play(fault: EngineFault, request: IncomingMessage, response: ServerResponse): void {
  if (fault.hang) return;
  if (fault.reset) request.socket.destroy();
  else if (fault.raw !== undefined) request.socket.end(fault.raw);
  else if (fault.endless) pour(response);
  else if (fault.start) begin(fault.start, response);
  else answer(response, fault.status ?? 200, fault.body ?? "");
}

function begin({ bytes, ending }: NonNullable<EngineFault["start"]>, response: ServerResponse): void {
  response.writeHead(200);
  response.write(bytes, () => {
    if (ending === "cut") response.socket?.destroy();
    if (ending === "end") response.end();
  });
}

function pour(response: ServerResponse): void {
  const piece = Buffer.alloc(1024 * 1024, "[");
  response.on("error", () => {});
  const more = () => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once("drain", more);
  };
  more();
}
