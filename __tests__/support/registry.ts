import type { IncomingMessage, ServerResponse } from "node:http";
import { answer, type Fault, faultPlan, listen } from "./http.ts";
import type { Artifact } from "./oci.ts";

export interface RegistryFault extends Fault {
  /** Error code of the answer's body; the usual one of the status by default. */
  readonly code?: string;
  /** Cut the connection after so many bytes of the body. */
  readonly truncate?: number;
}

export interface RegistryRequest {
  readonly method: string;
  readonly path: string;
  /** The Authorization header as it came. */
  readonly authorization: string | undefined;
  readonly userAgent: string | undefined;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** A read-only OCI registry in memory. Trivy speaks plain HTTP to 127.0.0.1 by itself. */
export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly requests: RegistryRequest[];
  /** Adds what a tag points at; answers with the reference by digest. */
  add(repository: string, tag: string, artifact: Artifact): string;
  /** Plays a fault where `match` fits the path, such as `/v2/app/manifests/1.0`; the last one added wins. */
  fault(match: RegExp, fault: RegistryFault): void;
  clearFaults(): void;
  /** From now on, repositories that fit need this login. */
  requireLogin(match: RegExp, login: Login): void;
  close(): Promise<void>;
}

interface Repository {
  readonly tags: Map<string, string>;
  readonly blobs: Map<string, Buffer>;
}

const ERROR_CODES: Readonly<Record<number, string>> = {
  401: "UNAUTHORIZED",
  403: "DENIED",
  404: "MANIFEST_UNKNOWN",
  429: "TOOMANYREQUESTS",
  503: "UNAVAILABLE",
};

function fail(response: ServerResponse, status: number, code = ERROR_CODES[status] ?? "UNKNOWN", headers = {}): void {
  const body = JSON.stringify({ errors: [{ code, message: `the test registry says ${status}` }] });
  answer(response, status, body, { "content-type": "application/json", ...headers });
}

/** Whether the fault is the whole answer; a truncating one lets the proper answer begin. */
function plays(fault: RegistryFault, request: IncomingMessage, response: ServerResponse): boolean {
  if (fault.hang) return true;
  if (fault.reset) {
    request.socket.destroy();
    return true;
  }
  if (fault.status) fail(response, fault.status, fault.code, fault.headers);
  return fault.status !== undefined;
}

function sendStored(repository: Repository, kind: string, reference: string, response: ServerResponse, cut?: number) {
  const digest = reference.startsWith("sha256:") ? reference : repository.tags.get(reference);
  const bytes = digest === undefined ? undefined : repository.blobs.get(digest);
  if (digest === undefined || !bytes)
    return fail(response, 404, kind === "blobs" ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN");
  const type = kind === "blobs" ? "application/octet-stream" : JSON.parse(bytes.toString()).mediaType;
  const headers = { "content-type": type, "docker-content-digest": digest };
  if (cut === undefined || response.req.method === "HEAD") return answer(response, 200, bytes, headers);
  response.writeHead(200, { ...headers, "content-length": bytes.length });
  response.write(bytes.subarray(0, cut));
  setTimeout(() => response.req.socket.destroy(), 20);
}

/** Starts an empty registry on a free port. */
export async function startRegistry(): Promise<Registry> {
  const repositories = new Map<string, Repository>();
  const faults = faultPlan<RegistryFault>();
  const logins: { match: RegExp; authorization: string }[] = [];
  const requests: RegistryRequest[] = [];

  function isRefused(path: string, repository: string | undefined, authorization: string | undefined): boolean {
    // A registry with any private repository challenges at the version check, which is where clients learn how to log in.
    if (/^\/v2\/?$/.test(path))
      return logins.length > 0 && !logins.some((login) => login.authorization === authorization);
    const login = logins.find(({ match }) => repository !== undefined && match.test(repository));
    return login !== undefined && login.authorization !== authorization;
  }

  function handle(request: IncomingMessage, response: ServerResponse) {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://registry.test").pathname);
    const { authorization, "user-agent": userAgent } = request.headers;
    requests.push({ method: request.method ?? "", path, authorization, userAgent });
    const fault = faults.take(path);
    if (fault && plays(fault, request, response)) return;
    if (request.method !== "GET" && request.method !== "HEAD") return fail(response, 405, "UNSUPPORTED");
    const [, name, kind = "", reference = ""] = /^\/v2\/(.+)\/(manifests|blobs|tags)\/(.+)$/.exec(path) ?? [];
    if (isRefused(path, name, authorization))
      return fail(response, 401, undefined, { "www-authenticate": 'Basic realm="test registry"' });
    if (/^\/v2\/?$/.test(path))
      return answer(response, 200, "{}", { "docker-distribution-api-version": "registry/2.0" });
    const repository = name === undefined ? undefined : repositories.get(name);
    if (!repository) return fail(response, 404, "NAME_UNKNOWN");
    if (kind === "tags") return answer(response, 200, JSON.stringify({ name, tags: [...repository.tags.keys()] }));
    sendStored(repository, kind, reference, response, fault?.truncate);
  }

  const { port, close } = await listen(handle);
  const host = `127.0.0.1:${port}`;
  return {
    host,
    requests,
    add(name, tag, artifact) {
      const repository = repositories.get(name) ?? { tags: new Map(), blobs: new Map() };
      repositories.set(name, repository);
      for (const [digest, bytes] of artifact.blobs) repository.blobs.set(digest, bytes);
      repository.tags.set(tag, artifact.descriptor.digest);
      return `${host}/${name}@${artifact.descriptor.digest}`;
    },
    fault: (match, fault) => faults.add(match, fault),
    clearFaults: () => faults.clear(),
    requireLogin(match, { username, password }) {
      logins.push({ match, authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
