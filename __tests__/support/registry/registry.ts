import { createHash } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Artifact } from "../images/oci.ts";
import { answer, type Fault, faultPlan, listen } from "../network/http.ts";
import { createAccess, type Login, type TokenOptions } from "./registry-access.ts";

export interface RegistryFault extends Fault {
  /** Error code of the answer's body; the usual one of the status by default. */
  readonly code?: string;
  /** Cut the connection after this many bytes of the body. */
  readonly truncate?: number;
  /** The body comes in small pieces over this many milliseconds. */
  readonly slowMs?: number;
  /** The right length, but some bytes differ. */
  readonly wrongDigest?: boolean;
  /** Only for programs with a matching User-Agent. */
  readonly client?: RegExp;
  /** A manifest describes its layers as an ordinary image's. */
  readonly wrongMediaType?: boolean;
  /** The whole body of a list of tags. */
  readonly body?: string;
  /** The header `Link` of a list of tags. */
  readonly link?: string;
}

export interface RegistryRequest {
  readonly method: string;
  /** The Host header: a registry may have several names. */
  readonly host: string | undefined;
  readonly path: string;
  /** The Authorization header as it came. */
  readonly authorization: string | undefined;
  readonly userAgent: string | undefined;
}

/** A read-only OCI registry in memory. Its handler can be mounted anywhere. */
export interface MemoryRegistry {
  /** The beginning of references to it. */
  readonly host: string;
  readonly requests: RegistryRequest[];
  /** Answers all its requests: the API, its token endpoint, and the redirected blobs. */
  readonly handler: RequestListener;
  /** Adds a tag's content. Returns the reference by digest. */
  add(repository: string, tag: string, artifact: Artifact): string;
  /** Simulates a fault if `match` fits the path, such as `/v2/app/manifests/1.0`. The last added one wins. */
  fault(match: RegExp, fault: RegistryFault): void;
  clearFaults(): void;
  /** From now on, matching repositories need this login. */
  requireLogin(match: RegExp, login: Login): void;
  /** From now on, everything needs a Bearer token, which needs no login unless one is required. */
  requireToken(options: TokenOptions): void;
  /** From now on, blobs are at another origin, as on ghcr.io. The handler has to be mounted there, too. */
  redirectBlobs(origin: string): void;
}

/** The same on its own port. Trivy speaks plain HTTP to 127.0.0.1 by itself. */
export interface Registry extends MemoryRegistry, AsyncDisposable {
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

/** True if the fault replaces the whole answer. The others change the proper one. */
function plays(fault: RegistryFault, request: IncomingMessage, response: ServerResponse): boolean {
  if (fault.hang) return true;
  if (fault.reset) {
    request.socket.destroy();
    return true;
  }
  if (fault.status) fail(response, fault.status, fault.code, fault.headers);
  return fault.status !== undefined;
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

function altered(bytes: Buffer, kind: string, fault: RegistryFault | undefined): Buffer {
  if (fault?.wrongDigest) {
    const middle = Math.floor(bytes.length / 2);
    return Buffer.concat([
      bytes.subarray(0, middle),
      bytes.subarray(middle, middle + 8).map((byte) => byte ^ 0xff),
      bytes.subarray(middle + 8),
    ]);
  }
  if (!fault?.wrongMediaType || kind !== "manifests") return bytes;
  const manifest = JSON.parse(bytes.toString()) as { layers: { mediaType: string }[] };
  for (const layer of manifest.layers) layer.mediaType = "application/vnd.oci.image.layer.v1.tar+gzip";
  return Buffer.from(JSON.stringify(manifest));
}

const PIECES = 40;

async function sendSlowly(
  bytes: Buffer,
  headers: Readonly<Record<string, string>>,
  response: ServerResponse,
  ms: number,
) {
  response.writeHead(200, { ...headers, "content-length": bytes.length });
  const size = Math.ceil(bytes.length / PIECES);
  for (let at = 0; at < bytes.length && !response.destroyed; at += size) {
    response.write(bytes.subarray(at, at + size));
    await new Promise((resolve) => setTimeout(resolve, ms / PIECES));
  }
  response.end();
}

function sendBytes(bytes: Buffer, headers: Readonly<Record<string, string>>, response: ServerResponse, cut?: number) {
  if (cut === undefined || response.req.method === "HEAD") return answer(response, 200, bytes, headers);
  response.writeHead(200, { ...headers, "content-length": bytes.length });
  response.write(bytes.subarray(0, cut));
  setTimeout(() => response.req.socket.destroy(), 20);
}

/** The document's own type: registries keep the type of the push, which is usually the same. */
function mediaTypeOf(document: Buffer): string {
  const { mediaType } = JSON.parse(document.toString());
  return typeof mediaType === "string" && mediaType !== "" ? mediaType : "application/vnd.oci.image.manifest.v1+json";
}

function sendStored(
  repository: Repository,
  kind: string,
  reference: string,
  response: ServerResponse,
  fault: RegistryFault | undefined,
) {
  const digest = reference.startsWith("sha256:") ? reference : repository.tags.get(reference);
  const stored = digest === undefined ? undefined : repository.blobs.get(digest);
  if (digest === undefined || !stored)
    return fail(response, 404, kind === "blobs" ? "BLOB_UNKNOWN" : "MANIFEST_UNKNOWN");
  const bytes = altered(stored, kind, fault);
  const type = kind === "blobs" ? "application/octet-stream" : mediaTypeOf(stored);
  const isRenamed = fault?.wrongMediaType && !reference.startsWith("sha256:");
  const headers = { "content-type": type, "docker-content-digest": isRenamed ? digestOf(bytes) : digest };
  if (fault?.slowMs !== undefined && response.req.method !== "HEAD")
    return void sendSlowly(bytes, headers, response, fault.slowMs);
  sendBytes(bytes, headers, response, fault?.truncate);
}

/** A page of tags, in the order of their names, with the address of the next one. */
function sendTags(name: string, repository: Repository, response: ServerResponse, fault: RegistryFault | undefined) {
  const { searchParams } = new URL(response.req.url ?? "/", "http://registry.test");
  const [size, last] = [Number(searchParams.get("n") ?? Number.POSITIVE_INFINITY), searchParams.get("last") ?? ""];
  const rest = [...repository.tags.keys()].sort().filter((tag) => tag > last);
  const tags = rest.slice(0, size);
  const next = rest.length > size ? `</v2/${name}/tags/list?last=${tags.at(-1)}&n=${size}>; rel="next"` : undefined;
  const link = fault?.link ?? next;
  const headers = { "content-type": "application/json", ...(link === undefined ? {} : { link }) };
  answer(response, 200, fault?.body ?? JSON.stringify({ name, tags }), headers);
}

/** Path of the blobs at the origin of the redirect. */
const CONTENTS = "/contents/";

/** An empty registry without a port. */
export function createRegistry(host: string): MemoryRegistry {
  const repositories = new Map<string, Repository>();
  const faults = faultPlan<RegistryFault>();
  const requests: RegistryRequest[] = [];
  const access = createAccess();
  let contents: string | undefined;

  function sendToken(url: URL, authorization: string | undefined, response: ServerResponse) {
    const token = access.token(url.searchParams.getAll("scope"), authorization);
    if (token === undefined) return fail(response, 401);
    answer(response, 200, JSON.stringify({ token }), { "content-type": "application/json" });
  }

  /** As in a cloud's storage, the address is the permission. A login in addition is a fault of the client. */
  function sendContents(url: URL, response: ServerResponse, fault?: RegistryFault) {
    if (response.req.headers.authorization !== undefined || url.searchParams.get("sig") !== "bed")
      return answer(response, 400, "Only one way to log in is allowed\n");
    const [, name = "", digest = ""] = /^\/contents\/(.+)\/([^/]+)$/.exec(url.pathname) ?? [];
    const repository = repositories.get(name);
    if (!repository) return answer(response, 404, "No such blob\n");
    sendStored(repository, "blobs", digest, response, fault);
  }

  function sendApi(path: string, authorization: string | undefined, response: ServerResponse, fault?: RegistryFault) {
    const [, name, kind = "", reference = ""] = /^\/v2\/(.+)\/(manifests|blobs|tags)\/(.+)$/.exec(path) ?? [];
    const challenge = access.challenge(name, authorization);
    if (challenge !== undefined) return fail(response, 401, undefined, { "www-authenticate": challenge });
    if (/^\/v2\/?$/.test(path))
      return answer(response, 200, "{}", { "docker-distribution-api-version": "registry/2.0" });
    const repository = name === undefined ? undefined : repositories.get(name);
    if (name === undefined || !repository) return fail(response, 404, "NAME_UNKNOWN");
    if (kind === "tags") return sendTags(name, repository, response, fault);
    if (kind === "blobs" && contents !== undefined)
      return answer(response, 307, "", { location: `${contents}${CONTENTS}${name}/${reference}?sig=bed` });
    sendStored(repository, kind, reference, response, fault);
  }

  function handle(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? "/", "http://registry.test");
    const path = decodeURIComponent(url.pathname);
    const { authorization, host: asked, "user-agent": userAgent } = request.headers;
    requests.push({ method: request.method ?? "", host: asked, path, authorization, userAgent });
    const planned = faults.take(path);
    const fault = planned?.client?.test(userAgent ?? "") === false ? undefined : planned;
    if (fault && plays(fault, request, response)) return;
    if (request.method !== "GET" && request.method !== "HEAD") return fail(response, 405, "UNSUPPORTED");
    if (path.startsWith(CONTENTS)) return sendContents(url, response, fault);
    if (path === access.tokenPath()) return sendToken(url, authorization, response);
    sendApi(path, authorization, response, fault);
  }

  return {
    host,
    requests,
    handler: handle,
    add(name, tag, artifact) {
      const repository = repositories.get(name) ?? { tags: new Map(), blobs: new Map() };
      repositories.set(name, repository);
      for (const [digest, bytes] of artifact.blobs) repository.blobs.set(digest, bytes);
      repository.tags.set(tag, artifact.descriptor.digest);
      return `${host}/${name}@${artifact.descriptor.digest}`;
    },
    fault: (match, fault) => faults.add(match, fault),
    clearFaults: () => faults.clear(),
    requireLogin: access.requireLogin,
    requireToken: access.requireToken,
    redirectBlobs(origin) {
      contents = origin;
    },
  };
}

/** Starts an empty registry on a free port. */
export async function startRegistry(): Promise<Registry> {
  let registry: MemoryRegistry | undefined;
  const { port, close } = await listen((request, response) => registry?.handler(request, response));
  registry = createRegistry(`127.0.0.1:${port}`);
  return { ...registry, close, [Symbol.asyncDispose]: close };
}
