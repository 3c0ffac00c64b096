import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { temporaryFolder } from "../runs/folder.ts";
import { answer } from "./http.ts";
import { type Authority, createAuthority } from "./tls.ts";

/**
 * The site behind a host's name: a handler, which gets TLS in front, or a port of this machine, which gets everything
 * as it is.
 */
export type Site = RequestListener | number;

/**
 * Faults before there is a request: connections are refused, get no answer or are cut, or the certificate is not to be
 * trusted. Faults of a request are played by the {@link Site} itself.
 */
export type ConnectionFault = "refused" | "silent" | "reset" | "untrusted" | "wrong-name" | "expired";

export interface InternetRequest {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

/** Named hosts on this machine, reached through a proxy. Every other name is refused, and recorded. */
export interface Internet extends AsyncDisposable {
  /** Variables that lead a program there: proxies and the authority's certificate, for Go, Node and curl. */
  readonly env: Readonly<Record<string, string>>;
  /** The authority that has signed every host's certificate. */
  readonly authority: Authority;
  /** `host:port` of every requested connection, in order. */
  readonly connections: string[];
  /** Hosts among them without a site. */
  readonly strangers: string[];
  /** Requests to handlers. Bytes that go to a port are not read. */
  readonly requests: InternetRequest[];
  mount(host: string, site: Site): void;
  /** Makes connections to this host fail, from now on or this many times. */
  fault(host: string, fault: ConnectionFault, times?: number): void;
  clearFaults(): void;
  close(): Promise<void>;
}

/** Certificates are made when they are first needed, each once. */
function certificates(known: Authority, stranger: Authority) {
  const made = new Map<string, Promise<SecureContext>>();
  async function make(host: string, fault: ConnectionFault | undefined): Promise<SecureContext> {
    const authority = fault === "untrusted" ? stranger : known;
    const name = fault === "wrong-name" ? "elsewhere.test" : host;
    const { certificate, key } = await authority.issue([name], { expired: fault === "expired" });
    return createSecureContext({ cert: certificate, key });
  }
  return (host: string, fault: ConnectionFault | undefined): Promise<SecureContext> => {
    const name = `${host} ${fault}`;
    const context = made.get(name) ?? make(host, fault);
    made.set(name, context);
    return context;
  };
}

function faultsByHost() {
  const faults = new Map<string, { fault: ConnectionFault; left: number }>();
  return {
    faults,
    take(host: string): ConnectionFault | undefined {
      const found = faults.get(host);
      if (!found || found.left-- <= 0) return undefined;
      return found.fault;
    },
  };
}

/** The first byte from the client tells TLS from plain HTTP; it is not lost. */
function firstByte(client: Duplex): Promise<number | undefined> {
  return new Promise((resolve) => {
    client.once("data", (some: Buffer) => {
      client.pause();
      client.unshift(some);
      resolve(some[0]);
    });
  });
}

const TLS_HANDSHAKE = 0x16;

function forward(client: Socket, port: number): void {
  const server = connect(port, "127.0.0.1");
  server.on("error", () => client.destroy()).on("close", () => client.destroy());
  client.on("close", () => server.destroy());
  client.pipe(server).pipe(client);
}

/** Terminates the client's TLS, if it uses any, and passes the plain bytes on. */
async function terminate(
  client: Socket,
  fault: ConnectionFault | undefined,
  certificate: () => Promise<SecureContext>,
  handOn: (socket: Duplex) => void,
): Promise<void> {
  const first = await firstByte(client);
  if (fault === "reset") return void client.resetAndDestroy();
  if (first !== TLS_HANDSHAKE) {
    handOn(client);
    return void client.resume();
  }
  const secure = new TLSSocket(client, { isServer: true, secureContext: await certificate() });
  handOn(secure.on("error", () => client.destroy()));
}

/** Starts an internet of these hosts. */
export async function startInternet(sites: Readonly<Record<string, Site>>): Promise<Internet> {
  const folder = temporaryFolder("internet");
  const authority = await createAuthority(folder.path);
  const certificateOf = certificates(authority, await createAuthority(folder.path, "stranger"));
  const mounted = new Map(Object.entries(sites));
  const { faults, take } = faultsByHost();
  const connections: string[] = [];
  const strangers: string[] = [];
  const requests: InternetRequest[] = [];
  const sockets = new Set<Duplex>();

  /** The host that a connection was opened to: the Host header may say something else. */
  const hostOf = new WeakMap<Duplex, string>();

  function serve(host: string, request: IncomingMessage, response: Parameters<RequestListener>[1]) {
    const site = mounted.get(host);
    const path = new URL(request.url ?? "/", "http://internet.test").pathname;
    requests.push({ host, method: request.method ?? "", path, authorization: request.headers.authorization });
    if (typeof site === "function") site(request, response);
    else answer(response, 501, "This host takes tunnels only\n");
  }

  const inner = createServer((request, response) => serve(hostOf.get(request.socket) ?? "", request, response));

  /** Records the requested host, and answers if it has a site. */
  function enter(host: string, port: string): boolean {
    connections.push(`${host}:${port}`);
    if (mounted.has(host)) return true;
    strangers.push(`${host}:${port}`);
    return false;
  }

  function tunnel(host: string, client: Socket) {
    const fault = take(host);
    if (fault === "silent") return;
    // Squid's answer if no server listens.
    if (fault === "refused") return client.end("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    const site = mounted.get(host);
    if (typeof site === "number" && fault === undefined) return forward(client, site);
    const toInner = (socket: Duplex) => {
      hostOf.set(socket, host);
      inner.emit("connection", socket);
    };
    terminate(client, fault, () => certificateOf(host, fault), toInner).catch(() => client.destroy());
  }

  const proxy = createServer((request, response) => {
    const url = URL.canParse(request.url ?? "") ? new URL(request.url ?? "") : undefined;
    if (!url || !enter(url.hostname, url.port || "80")) return answer(response, 403, "No way there\n");
    request.url = `${url.pathname}${url.search}`;
    serve(url.hostname, request, response);
  });
  proxy.on("connection", (socket) => {
    sockets.add(socket.on("error", () => {}).on("close", () => sockets.delete(socket)));
  });
  proxy.on("connect", (request, client: Socket, head: Buffer) => {
    const [, host = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(request.url ?? "") ?? [];
    if (head.length > 0) client.unshift(head);
    if (!enter(host, port)) return client.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    tunnel(host, client);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

  async function close(): Promise<void> {
    const closed = new Promise((resolve) => proxy.close(resolve));
    for (const socket of sockets) socket.destroy();
    proxy.closeAllConnections();
    await closed;
    folder.remove();
  }

  return {
    env: {
      ...{ HTTP_PROXY: url, HTTPS_PROXY: url, http_proxy: url, https_proxy: url, NO_PROXY: "", no_proxy: "" },
      ...{ SSL_CERT_FILE: authority.file, NODE_EXTRA_CA_CERTS: authority.file },
    },
    authority,
    connections,
    strangers,
    requests,
    mount: (host, site) => mounted.set(host, site),
    fault: (host, fault, times = Number.POSITIVE_INFINITY) => faults.set(host, { fault, left: times }),
    clearFaults: () => faults.clear(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
