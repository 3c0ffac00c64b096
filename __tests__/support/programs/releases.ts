import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { cacheFolder, fileSha256 } from "../../../scripts/setup/tools.ts";
import { type TarEntry, tar } from "../images/tar.ts";
import { answer, type Fault, faultPlan, listen } from "../network/http.ts";

export interface ReleaseFault extends Fault {
  /** Cut the connection after this many bytes. */
  readonly truncate?: number;
  /** Answer with these bytes instead, and status 200. */
  readonly body?: Buffer | string;
}

export interface ReleaseArchive {
  readonly path: string;
  /** SHA-256 of the archive. */
  readonly sha256: string;
}

/** Release archives in GitHub's layout: `/v<version>/<archive name>`, below a path if one is given. */
export interface Releases {
  readonly handler: RequestListener;
  /** Requested paths, with their headers. */
  readonly requests: { readonly path: string; readonly authorization: string | undefined }[];
  add(version: string, archive: ReleaseArchive, name?: string): void;
  /** Another file of a release, such as its checksums. */
  addText(version: string, name: string, text: string): void;
  /** Simulates a fault if `match` fits the path. */
  fault(match: RegExp, fault: ReleaseFault): void;
  clearFaults(): void;
  /** From now on, only this Authorization is accepted. Others get 401. */
  requireLogin(authorization: string): void;
  /** From now on, files are at another origin, as on GitHub. The handler has to be mounted there, too. */
  redirect(origin: string): void;
}

/** The same on its own port. */
export interface ReleaseServer extends Releases, AsyncDisposable {
  /** The value of `trivy-mirror`. */
  readonly url: string;
  close(): Promise<void>;
}

export interface ArchiveOptions {
  /** Path of the program that becomes the member `trivy`. */
  readonly program?: string;
  /** Members instead of, or alongside, the program. */
  readonly members?: readonly TarEntry[];
  readonly name?: string;
}

const companions: readonly TarEntry[] = [
  { path: "LICENSE", data: "Apache License 2.0\n" },
  { path: "README.md", data: "# Trivy\n" },
  { path: "contrib/html.tpl", data: "<html></html>\n" },
];

/**
 * A release archive with the files that a real one has, at the lowest compression. One made of the same content is kept
 * and used again: packing the real program takes some seconds.
 */
export async function releaseArchive(options: ArchiveOptions): Promise<ReleaseArchive> {
  const { program, members = [], name = "trivy_0.76.0_Linux-64bit.tar.gz" } = options;
  const key = createHash("sha256").update(program ? await fileSha256(program) : "");
  const others = tar([...companions, ...members]);
  const folder = join(cacheFolder, "releases", key.update(others).digest("hex").slice(0, 32));
  const path = join(folder, name);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    const part = `${path}.${process.pid}`;
    const data = program ? tar([{ path: "trivy", data: readFileSync(program), mode: 0o755 }]) : Buffer.alloc(0);
    // Two zero blocks end a tar: the first part's are left out, so that the two read as one.
    const source = Readable.from([data.subarray(0, Math.max(0, data.length - 1024)), others]);
    await pipeline(source, createGzip({ level: 1 }), createWriteStream(part));
    renameSync(part, path);
    rmSync(part, { force: true });
  }
  return { path, sha256: await fileSha256(path) };
}

function sendFile(file: string | Buffer, response: ServerResponse, truncate: number | undefined) {
  if (typeof file !== "string") return answer(response, 200, file);
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": statSync(file).size });
  if (truncate === undefined) {
    createReadStream(file).pipe(response);
    return;
  }
  createReadStream(file, { end: truncate - 1 })
    .on("end", () => setTimeout(() => response.req.socket.destroy(), 20))
    .pipe(response, { end: false });
}

/** True if the fault replaces the whole answer. */
function plays(fault: ReleaseFault, response: ServerResponse): boolean {
  if (fault.reset) response.req.socket.destroy();
  else if (fault.status) answer(response, fault.status, `status ${fault.status}\n`, fault.headers);
  else if (fault.body !== undefined) answer(response, 200, fault.body);
  else return fault.hang === true;
  return true;
}

/** Path of the files at the origin of the redirect. */
const ASSETS = "/assets";

/** No release yet. @param below path that all others are below, such as `/aquasecurity/trivy/releases/download` */
export function createReleases(below = ""): Releases {
  const files = new Map<string, string | Buffer>();
  const faults = faultPlan<ReleaseFault>();
  const requests: { path: string; authorization: string | undefined }[] = [];
  let login: string | undefined;
  let assets: string | undefined;

  function handler(request: IncomingMessage, response: ServerResponse) {
    const path = decodeURIComponent(request.url ?? "/");
    const { authorization } = request.headers;
    requests.push({ path, authorization });
    const fault = faults.take(path);
    if (fault && plays(fault, response)) return;
    const isRedirected = path.startsWith(ASSETS);
    if (login !== undefined && login !== authorization && !isRedirected)
      return answer(response, 401, "Unauthorized\n", { "www-authenticate": 'Basic realm="test releases"' });
    const file = files.get(isRedirected ? path.slice(ASSETS.length) : path);
    if (file === undefined) return answer(response, 404, "Not Found\n");
    if (assets !== undefined && !isRedirected)
      return answer(response, 302, "", { location: `${assets}${ASSETS}${request.url}` });
    sendFile(file, response, fault?.truncate);
  }

  return {
    handler,
    requests,
    add: (version, archive, name = basename(archive.path)) => files.set(`${below}/v${version}/${name}`, archive.path),
    addText: (version, name, text) => files.set(`${below}/v${version}/${name}`, Buffer.from(text)),
    fault: (match, fault) => faults.add(match, fault),
    clearFaults: () => faults.clear(),
    requireLogin(authorization) {
      login = authorization;
    },
    redirect(origin) {
      assets = origin;
    },
  };
}

/** Starts a release server without a release. */
export async function startReleaseServer(): Promise<ReleaseServer> {
  const releases = createReleases();
  const { port, close } = await listen(releases.handler);
  return { ...releases, url: `http://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: close };
}
