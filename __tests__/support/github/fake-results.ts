import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { answer, bodyOf, faultPlan, listen } from "../network/http.ts";
import { type ArtifactEntry, artifactService } from "./fake-artifacts.ts";
import { fakeBlobs, refuseBlob, type TransferFault } from "./fake-blobs.ts";

export interface ResultsFault extends TransferFault {
  /** Twirp's `msg`, or `message` in the first version. */
  readonly message?: string;
  /** An answer with status 200 that refuses, with this message. */
  readonly refused?: string;
}

interface StoredEntry {
  readonly key: string;
  readonly version: string;
  /** The id of its archive. */
  readonly id: string;
  readonly number: number;
  done: boolean;
}

export interface FakeResultsOptions {
  /** Host in the addresses of archives. A client reaches it only with the fake as its `http_proxy`. */
  readonly blobHost?: string;
  /** The accepted runtime token. Others get 401. */
  readonly token?: string;
}

/**
 * GitHub's "results" service as far as caches and artifacts (v4) need it. It has cache service v2 (Twirp JSON), with
 * the calls of Azure's blob storage that @actions/cache makes. It also has v1 (`_apis/artifactcache`), as GitHub
 * Enterprise Server does.
 */
export interface FakeResults extends AsyncDisposable {
  /** The value of ACTIONS_RESULTS_URL or ACTIONS_CACHE_URL. */
  readonly url: string;
  readonly token: string;
  readonly entries: readonly StoredEntry[];
  readonly artifacts: readonly ArtifactEntry[];
  /** Archives by {@link StoredEntry.id}. Change them to simulate tampering. */
  readonly blobs: Map<string, Buffer>;
  /** `CreateCacheEntry`, `PUT blob`, `GET cache`, … in the order of their arrival. */
  readonly calls: string[];
  /** Adds an entry as if another job had stored it. */
  plant(entry: { key: string; version: string; archive: Buffer }): void;
  /** Simulates a fault if `match` fits a call. The last added one wins. */
  fault(match: RegExp, fault: ResultsFault): void;
  clearFaults(): void;
  close(): Promise<void>;
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A runtime token in GitHub's form, with its permission in the claim `ac`. */
function runtimeToken(): string {
  const scopes = [{ Scope: "refs/heads/branch", Permission: 3 }];
  const claims = { scp: "Actions.Results:run-1:job-1", exp: 4_102_444_800, ac: JSON.stringify(scopes) };
  return `${part({ alg: "none" })}.${part(claims)}.testbedSignature`;
}

/** The signature in the addresses of archives, which no log may show. */
export const SIGNATURE = "testbedSignedAddress";

/** The entries, and the lookup of the entry that a request means. */
function entryStore() {
  const entries: StoredEntry[] = [];
  return {
    entries,
    reserve(key: string, version: string): StoredEntry | undefined {
      if (entries.some((entry) => entry.key === key && entry.version === version)) return undefined;
      const entry = { key, version, id: randomUUID(), number: entries.length + 1, done: false };
      entries.push(entry);
      return entry;
    },
    /** The entry with the first key's name, otherwise the newest one with a key as its prefix, key by key. */
    find(keys: readonly string[], version: string): StoredEntry | undefined {
      const usable = entries.filter((entry) => entry.done && entry.version === version).reverse();
      const exact = usable.find((entry) => entry.key === keys[0]);
      return exact ?? keys.map((key) => usable.find((entry) => entry.key.startsWith(key))).find(Boolean);
    },
  };
}

type Store = ReturnType<typeof entryStore>;
type AddressOf = (id: string) => string;
interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

/** Version 2: one method, one JSON body. */
function twirp(method: string, text: string, store: Store, address: AddressOf): Reply {
  const { key = "", restore_keys: more = [], version = "" } = JSON.parse(text);
  const entry = store.entries.find((each) => each.key === key && each.version === version);
  if (method === "GetCacheEntryDownloadURL") {
    const hit = store.find([key, ...more], version);
    const found = hit && { ok: true, signed_download_url: address(hit.id), matched_key: hit.key };
    return { status: 200, body: found ?? { ok: false } };
  }
  if (method === "FinalizeCacheEntryUpload") {
    if (entry) entry.done = true;
    return { status: 200, body: { ok: entry !== undefined, entry_id: String(entry?.number) } };
  }
  const made = store.reserve(key, version);
  if (made) return { status: 200, body: { ok: true, signed_upload_url: address(made.id) } };
  // GitHub's message about an existing key (actions/cache#1541).
  const msg = "cache entry with the same key, version, and scope already exists";
  return { status: 409, body: { code: "already_exists", msg } };
}

/** Version 1: the paths below `_apis/artifactcache/`. */
function artifactCache(call: string, at: URL, body: Buffer, { store, blobs, address }: FirstVersion): Reply {
  if (call === "GET cache") {
    const keys = (at.searchParams.get("keys") ?? "").split(",");
    const hit = store.find(keys, at.searchParams.get("version") ?? "");
    return hit ? { status: 200, body: { archiveLocation: address(hit.id), cacheKey: hit.key } } : { status: 204 };
  }
  const number = Number(/\/caches\/(\d+)$/.exec(at.pathname)?.[1]);
  const entry = store.entries.find((each) => each.number === number);
  if (!entry) {
    const { key, version } = JSON.parse(body.toString());
    const made = store.reserve(key, version);
    return made
      ? { status: 201, body: { cacheId: made.number } }
      : { status: 409, body: { message: "Already exists" } };
  }
  if (call === "PATCH caches") blobs.set(entry.id, Buffer.concat([blobs.get(entry.id) ?? Buffer.alloc(0), body]));
  else entry.done = true;
  return { status: 204 };
}

interface FirstVersion {
  readonly store: Store;
  readonly blobs: Map<string, Buffer>;
  readonly address: AddressOf;
}

function json(response: ServerResponse, { status, body }: Reply): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  answer(response, status, text, { "content-type": "application/json" });
}

function play(fault: ResultsFault, request: IncomingMessage, response: ServerResponse, isBlob: boolean): unknown {
  if (fault.hang) return undefined;
  if (fault.reset) return request.socket.destroy();
  if (isBlob) return refuseBlob(response, fault);
  if (fault.refused !== undefined) return json(response, { status: 200, body: { ok: false, message: fault.refused } });
  return json(response, { status: fault.status ?? 500, body: { msg: fault.message, message: fault.message } });
}

/** A request's name, for faults and for the list of calls. */
function callOf(method: string | undefined, { pathname }: URL) {
  const blob = /^\/blob\/(.+)$/.exec(pathname)?.[1];
  const [, service, rpc] =
    /^\/twirp\/github\.actions\.results\.api\.v1\.(Cache|Artifact)Service\/(.+)$/.exec(pathname) ?? [];
  const first = /^\/_apis\/artifactcache\/(\w+)/.exec(pathname)?.[1];
  return { blob, rpc, ofArtifacts: service === "Artifact", call: rpc ?? `${method} ${first ?? "blob"}` };
}

/** Starts an empty service. */
export async function startFakeResults(options: FakeResultsOptions = {}): Promise<FakeResults> {
  const { token = runtimeToken() } = options;
  const store = entryStore();
  const artifacts = artifactService();
  const { blobs, put, get } = fakeBlobs();
  const calls: string[] = [];
  const faults = faultPlan<ResultsFault>();
  let url = "";
  const address = (id: string) =>
    `${options.blobHost ? `http://${options.blobHost}/` : url}blob/${id}?sig=${SIGNATURE}`;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    // A proxy receives the whole address.
    const at = new URL(request.url ?? "/", url);
    const { blob, rpc, call, ofArtifacts } = callOf(request.method, at);
    calls.push(call);
    const fault = faults.take(call);
    const inBody = fault?.midway || fault?.slow;
    if (fault && !inBody) return play(fault, request, response, blob !== undefined);
    if (blob !== undefined)
      return request.method === "PUT"
        ? put(blob, at, request, response, fault?.slow)
        : get(blob, request, response, fault);
    const body = await bodyOf(request);
    if (request.headers.authorization !== `Bearer ${token}`)
      return json(response, { status: 401, body: { msg: "Bad credentials" } });
    if (ofArtifacts && rpc !== undefined) return json(response, artifacts.call(rpc, body.toString(), address));
    if (rpc !== undefined) return json(response, twirp(rpc, body.toString(), store, address));
    return json(response, artifactCache(call, at, body, { store, blobs, address }));
  }

  const { port, close } = await listen((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  url = `http://127.0.0.1:${port}/`;
  return {
    url,
    token,
    entries: store.entries,
    artifacts: artifacts.entries,
    blobs,
    calls,
    plant({ key, version, archive }) {
      const entry = store.reserve(key, version);
      if (!entry) throw new Error(`${key} is there already`);
      entry.done = true;
      blobs.set(entry.id, archive);
    },
    fault: (match, fault) => faults.add(match, fault),
    clearFaults: () => faults.clear(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
