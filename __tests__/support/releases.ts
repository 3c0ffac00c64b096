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
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { cacheFolder, fileSha256 } from "../../scripts/setup/tools.ts";
import { answer, type Fault, faultPlan, listen } from "./http.ts";
import { type TarEntry, tar } from "./tar.ts";

export interface ReleaseFault extends Fault {
  /** Cut the connection after so many bytes. */
  readonly truncate?: number;
  /** Answer with these bytes instead, and status 200. */
  readonly body?: Buffer | string;
}

export interface ReleaseArchive {
  readonly path: string;
  /** SHA-256 of the archive. */
  readonly sha256: string;
}

/** A release server lays its archives out as GitHub does: `/v<version>/<archive name>`. */
export interface ReleaseServer extends AsyncDisposable {
  /** What `trivy-mirror` takes. */
  readonly url: string;
  /** Paths asked for, with their headers. */
  readonly requests: { readonly path: string; readonly authorization: string | undefined }[];
  add(version: string, archive: ReleaseArchive, name?: string): void;
  /** Plays a fault where `match` fits the path. */
  fault(match: RegExp, fault: ReleaseFault): void;
  clearFaults(): void;
  close(): Promise<void>;
}

export interface ArchiveOptions {
  /** Path of the program that becomes the member `trivy`. */
  readonly program?: string;
  /** Members instead of, or beside, the program. */
  readonly members?: readonly TarEntry[];
  readonly name?: string;
}

const companions: readonly TarEntry[] = [
  { path: "LICENSE", data: "Apache License 2.0\n" },
  { path: "README.md", data: "# Trivy\n" },
  { path: "contrib/html.tpl", data: "<html></html>\n" },
];

/**
 * A release archive with the files that a real one has, at the lowest compression. One made of the same content is kept and
 * used again: packing the real program takes some seconds.
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

/** Starts a release server without a release. */
export async function startReleaseServer(): Promise<ReleaseServer> {
  const archives = new Map<string, string>();
  const faults = faultPlan<ReleaseFault>();
  const requests: { path: string; authorization: string | undefined }[] = [];
  const { port, close } = await listen((request, response) => {
    const path = decodeURIComponent(request.url ?? "/");
    requests.push({ path, authorization: request.headers.authorization });
    const fault = faults.take(path);
    if (fault?.hang) return;
    if (fault?.reset) return request.socket.destroy();
    if (fault?.status) return answer(response, fault.status, `status ${fault.status}\n`, fault.headers);
    if (fault?.body !== undefined) return answer(response, 200, fault.body);
    const file = archives.get(path);
    if (file === undefined) return answer(response, 404, "Not Found\n");
    response.writeHead(200, { "content-type": "application/octet-stream", "content-length": statSync(file).size });
    if (fault?.truncate === undefined) return createReadStream(file).pipe(response);
    createReadStream(file, { end: fault.truncate - 1 })
      .on("end", () => setTimeout(() => request.socket.destroy(), 20))
      .pipe(response, { end: false });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    add: (version, archive, name = basename(archive.path)) => archives.set(`/v${version}/${name}`, archive.path),
    fault: (match, fault) => faults.add(match, fault),
    clearFaults: () => faults.clear(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
