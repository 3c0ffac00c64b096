import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { ensureRegistryPrograms } from "../../../scripts/setup/system.ts";
import { answer, bodyOf, type Fault, faultPlan, listen } from "../network/http.ts";
import { startServerOnAnyPort } from "../programs/server-process.ts";
import { createAccess, type Login } from "./registry-access.ts";

/** A fault in the answer of the real registry. */
export interface BlobFault extends Fault {
  /** The connection breaks after this many bytes of the body. */
  readonly cutAfter?: number;
  /** The answer stalls after this many bytes. */
  readonly stallAfter?: number;
  /** The answer ends properly after this many bytes. */
  readonly endAfter?: number;
  /** The body has this many bytes too many. */
  readonly surplus?: number;
  readonly chunked?: boolean;
  /** Each byte of the body is changed. */
  readonly otherBytes?: boolean;
  /** The request's range is not read. */
  readonly withoutRange?: boolean;
  /** The answer's `Content-Range`. */
  readonly contentRange?: string;
  /** The whole answer; called for each request. */
  readonly play?: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface BlobRegistryRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

/** Debian's docker-registry, and a server in front of it that simulates faults. Clients use the latter. */
export interface BlobRegistry extends AsyncDisposable {
  readonly host: string;
  /** Requests to the server in front. */
  readonly requests: BlobRegistryRequest[];
  /** Puts bytes into the real registry; returns their digest. */
  push(repository: string, bytes: Buffer, algorithm?: "sha256" | "sha512"): Promise<string>;
  /** Simulates a fault if `match` fits the path. The last added one wins. */
  fault(match: RegExp, fault: BlobFault): void;
  /** From now on, everything needs a Bearer token of `/token`, which needs this login. */
  requireToken(login: Login): void;
  /** Takes back all tokens. */
  expireTokens(): void;
  /** Back to a registry without faults and tokens. */
  reset(): void;
  close(): Promise<void>;
}

const configOf = (folder: string) => `version: 0.1
log: { accesslog: { disabled: true }, level: info }
storage:
  filesystem: { rootdirectory: ${JSON.stringify(folder)} }
http: { addr: "127.0.0.1:0" }
`;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The real registry's proper answer. */
function askBehind(port: number, request: IncomingMessage, fault: BlobFault | undefined): Promise<Answer> {
  const headers = { ...request.headers };
  if (fault?.withoutRange) delete headers.range;
  return new Promise((resolve, reject) => {
    ask({ host: "127.0.0.1", port, method: request.method, path: request.url, headers }, async (message) => {
      const known = ["content-type", "content-range", "docker-content-digest"];
      const own = known.flatMap((name) => (message.headers[name] ? [[name, String(message.headers[name])]] : []));
      resolve({
        status: message.statusCode ?? 0,
        headers: Object.fromEntries(own),
        // For a range beyond the end, docker-registry announces a body that it does not send.
        body: await bodyOf(message).catch(() => Buffer.alloc(0)),
      });
    })
      .on("error", reject)
      .end();
  });
}

/** Sends the proper answer with the fault's changes. */
function send(response: ServerResponse, { status, headers, body: whole }: Answer, fault: BlobFault): void {
  let body = fault.otherBytes ? whole.map((byte) => byte ^ 0xff) : whole;
  if (fault.surplus) body = Buffer.concat([body, randomBytes(fault.surplus)]);
  if (fault.endAfter !== undefined) body = body.subarray(0, fault.endAfter);
  const own = { ...headers, ...(fault.contentRange === undefined ? {} : { "content-range": fault.contentRange }) };
  response.writeHead(status, { ...own, ...(fault.chunked ? {} : { "content-length": body.length }) });
  const most = fault.cutAfter ?? fault.stallAfter;
  if (most === undefined) return void response.end(body);
  response.write(body.subarray(0, most));
  if (fault.cutAfter !== undefined) setTimeout(() => response.req.socket.destroy(), 20);
}

/** Starts the two. Undefined if this machine has no docker-registry: a test then skips and says so. */
export async function startBlobRegistry(folder: string): Promise<BlobRegistry | undefined> {
  const programs = await ensureRegistryPrograms();
  if (!programs) return undefined;
  writeFileSync(join(folder, "registry.yml"), configOf(join(folder, "registry")));
  const args = ["serve", join(folder, "registry.yml")];
  const behind = await startServerOnAnyPort(programs.dockerRegistry, args, /listening on 127\.0\.0\.1:(\d+)/);
  const faults = faultPlan<BlobFault>();
  const requests: BlobRegistryRequest[] = [];
  let access: ReturnType<typeof createAccess> | undefined;
  let login: Login | undefined;

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", "http://registry.test");
    const { authorization, range } = request.headers;
    requests.push({ path: url.pathname, authorization, range });
    const fault = faults.take(url.pathname);
    if (fault?.hang) return;
    if (fault?.reset) return void request.socket.destroy();
    if (fault?.play) return fault.play(request, response);
    if (fault?.status) return answer(response, fault.status, "", fault.headers);
    if (url.pathname === "/token") {
      const token = access?.token(url.searchParams.getAll("scope"), authorization);
      return answer(response, token === undefined ? 401 : 200, JSON.stringify({ token }));
    }
    const [, name] = /^\/v2\/(.+)\/blobs\//.exec(url.pathname) ?? [];
    const challenge = access?.challenge(name, authorization);
    if (challenge !== undefined) return answer(response, 401, "", { "www-authenticate": challenge });
    send(response, await askBehind(behind.port, request, fault), fault ?? {});
  };
  const front = await listen((request, response) => void handle(request, response));
  const host = `127.0.0.1:${front.port}`;
  const requireToken = () => {
    access = createAccess();
    access.requireToken({ realm: `http://${host}/token`, service: "bed" });
    if (login !== undefined) access.requireLogin(/^/, login);
  };
  const close = async () => {
    await front.close();
    await behind.close();
  };

  return {
    host,
    requests,
    async push(repository, bytes, algorithm = "sha256") {
      const digest = `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
      const at = `http://127.0.0.1:${behind.port}`;
      const begun = await fetch(`${at}/v2/${repository}/blobs/uploads/`, { method: "POST" });
      const place = new URL(begun.headers.get("location") ?? "", at);
      place.searchParams.set("digest", digest);
      const put = await fetch(place, { method: "PUT", body: new Uint8Array(bytes) });
      if (put.status !== 201)
        throw new Error(`the registry does not take a blob (HTTP ${put.status}): ${await put.text()}`);
      return digest;
    },
    fault: (match, fault) => faults.add(match, fault),
    requireToken(own) {
      login = own;
      requireToken();
    },
    expireTokens: requireToken,
    reset() {
      faults.clear();
      requests.length = 0;
      access = undefined;
      login = undefined;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
