import { createWriteStream, existsSync, lstatSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { registryHost } from "../../../domain/image/reference.ts";
import { credentialsFor } from "../../../images/registry/credentials.ts";
import type { Source } from "../../../supply/kept.ts";
import { authorizationOf } from "../../../supply/release-source.ts";
import { tryOr } from "../../../system/errors.ts";
import { statusOf } from "../../../system/given-files.ts";
import { FinalError, get, HttpStatusError, type Request, readBody, retrying } from "../../../system/http.ts";
import { hashedBeside } from "../../../system/store/thread-hash.ts";
import type { World } from "../../../system/world.ts";
import { importedIn, lastWords, runGrype } from "../process/run.ts";
import { PlaceFailure } from "./errors.ts";
import { FILES, MODEL } from "./health.ts";

/** An archive of a database: an address or a path, which may be relative to the workspace, and its SHA-256. */
export type Archive = Awaited<ReturnType<typeof newestArchive>>;

/** The limits and the login of a request. */
export interface Asking {
  /** Ends the request. */
  readonly signal: AbortSignal;
  /** Absent: without a login. */
  readonly loginTo?: LoginTo | undefined;
}

interface DatabaseDownload {
  readonly archive: Archive;
  /** Absolute path of an empty folder. */
  readonly into: string;
  /** Absolute path of the Grype that imports it. */
  readonly program: string;
}

/** A listing has 500 bytes. */
const MAX_LISTING = 64 * 1024;
/** An archive has some 200 MB. */
const MAX_ARCHIVE = 4 * 1024 ** 3;
/** The request's own signal ends an import earlier. */
const IMPORT_MS = 24 * 3_600_000;
const FORMS = [".tar.zst", ".tar.gz", ".tar.xz", ".db"];

const listingSchema = z.object({
  status: z.string(),
  schemaVersion: z.union([z.string(), z.number()]),
  built: z.string(),
  path: z.string().min(1).max(500),
  checksum: z.string().nullish(),
});

/**
 * A mirror's newest archive, according to its listing. The database is not signed: only the listing's SHA-256 protects
 * its bytes, so an archive without one is not used.
 * @throws PlaceFailure, or as `get`
 */
export async function newestArchive(base: string, asking: Asking) {
  const address = `${base}/v${MODEL}/latest.json`;
  const text = await asked(address, asking, async (request) =>
    (await readBody(await get(request), MAX_LISTING, request.signal)).toString("utf8"),
  );
  const listing = listingSchema.safeParse(tryOr(() => JSON.parse(text), undefined)).data;
  if (listing === undefined)
    throw new PlaceFailure("listing", "its v6/latest.json is not a listing of Grype's databases");
  if (listing.status === "eol") throw new PlaceFailure("schema", "it says that its databases are no longer made (eol)");
  const [, model] = /^v?(\d+)(?:\.|$)/.exec(String(listing.schemaVersion)) ?? [];
  if (model !== MODEL)
    throw new PlaceFailure(
      "schema",
      `its databases have the schema ${String(listing.schemaVersion).slice(0, 40)}, and this Grype reads ${MODEL}`,
    );
  const [, sha256] = /^sha256:([0-9a-fA-F]{64})$/.exec(listing.checksum ?? "") ?? [];
  if (sha256 === undefined)
    throw new PlaceFailure("checksum", "its listing names no SHA-256 of the archive, so the archive cannot be checked");
  const at = URL.canParse(listing.path, address) ? new URL(listing.path, address) : undefined;
  // Grype's own listings name a file alongside them. A redirect may lead elsewhere, under the rules for redirects.
  if (at?.origin !== new URL(address).origin)
    throw new PlaceFailure("listing", "its v6/latest.json names an archive that is elsewhere");
  return { at: at.href, sha256: sha256.toLowerCase() };
}

/**
 * Fetches an archive, checks it against its SHA-256, and lets Grype import it.
 * @throws PlaceFailure, or as `get`; GateError `run-cancelled`
 */
export async function fetchDatabase(download: DatabaseDownload, asking: Asking, world: World): Promise<void> {
  const { into, program } = download;
  const file = await fetched(download, asking, world);
  const run = { program, args: ["db", "import", file], databaseFolder: into, timeoutMs: IMPORT_MS };
  const result = await runGrype(run, { ...world, signal: asking.signal });
  rmSync(file, { force: true });
  const folder = importedIn(into);
  if (result.code !== 0 || !existsSync(folder))
    throw new PlaceFailure(
      /no space left/.test(result.stderr) ? "disk-full" : "damaged",
      `Grype cannot import it (${lastWords(result)})`,
    );
  requirePlainFiles(folder);
  for (const name of FILES) if (existsSync(join(folder, name))) renameSync(join(folder, name), join(into, name));
  rmSync(folder, { recursive: true });
}

/**
 * An archive may contain a link, and an older Grype unpacks it: reading or writing it would access another file.
 * @throws PlaceFailure
 */
export function requirePlainFiles(folder: string): void {
  const isFolder = lstatSync(folder).isDirectory();
  const other = isFolder ? readdirSync(folder, { withFileTypes: true }).find((entry) => !entry.isFile()) : undefined;
  if (!isFolder || other !== undefined)
    throw new PlaceFailure("damaged", `what it holds is not a plain file: ${(other?.name ?? "a link").slice(0, 100)}`);
}

/** The archive as our own file, with the right bytes. */
async function fetched({ archive, into }: DatabaseDownload, asking: Asking, world: World): Promise<string> {
  const path = isAddress(archive.at) ? new URL(archive.at).pathname : archive.at;
  const form = FORMS.find((each) => path.endsWith(each));
  if (form === undefined) throw new PlaceFailure("listing", `an archive ends in one of ${FORMS.join(", ")}`);
  const file = join(into, `archive${form}`);
  const sha256 = isAddress(archive.at)
    ? await asked(archive.at, asking, (request) => fetchedFrom(request, file, world))
    : await copied(resolve(world.workspace, archive.at), file);
  if (sha256 !== archive.sha256)
    throw new PlaceFailure("replaced", `the archive has the SHA-256 ${sha256}, not ${archive.sha256}`);
  return file;
}

/** After an error no file is left. */
async function fetchedFrom(request: Request, file: string, { log }: World): Promise<string> {
  const advance = { what: "Grype's database", unit: "bytes" } as const;
  rmSync(file, { force: true });
  try {
    const message = await get(request);
    const of = Number(message.headers["content-length"]) || undefined;
    const counted = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      let done = 0;
      for await (const chunk of chunks) {
        done += chunk.length;
        if (done > MAX_ARCHIVE) throw new FinalError(`it has more than ${MAX_ARCHIVE} bytes, which no database has`);
        log.advance?.({ ...advance, done, of });
        yield chunk;
      }
    };
    await pipeline(message, counted, createWriteStream(file, { flags: "wx" }), { signal: request.signal });
    return await hashedBeside({ path: file });
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    log.advance?.({ ...advance, done: 0, of: 0 });
  }
}

async function copied(from: string, to: string): Promise<string> {
  if (statusOf(from)?.isFile() !== true) throw new PlaceFailure("not-found", "there is no such file");
  return hashedBeside({ path: from, copy: to });
}

/**
 * Requests an address with its host's login, which is not sent on in a redirect. If the login is refused, requests it
 * again without: an expired login is refused even if none is needed.
 */
async function asked<T>(
  address: string,
  { signal, loginTo }: Asking,
  work: (request: Request) => Promise<T>,
): Promise<T> {
  const authorization = await loginTo?.(address);
  const once = (login: string | undefined) => retrying(() => work({ address, authorization: login, signal }), signal);
  if (authorization === undefined) return once(undefined);
  return once(authorization).catch((error: unknown) => {
    if (!(error instanceof HttpStatusError) || !DENIED.has(error.httpStatusCode)) throw error;
    return once(undefined);
  });
}

const DENIED: ReadonlySet<number> = new Set([401, 403]);

/** A source of databases. Its name is the one that `grype-db` has, and is shown as written there. */
export interface Place extends Source {
  /** Absent: a mirror, which serves `v6/latest.json` below its name, and the archive in that listing. */
  readonly archive?: Archive;
}

/** Anchore's own address. There is no other public copy. */
export const PUBLIC: Place = placeOf("https://grype.anchore.io/databases");

/** @param line a mirror's base URL, or an archive's path or address with `@sha256:…` after it */
export function placeOf(line: string): Place {
  const [, at, sha256] = /^(.+)@sha256:([0-9a-fA-F]{64})$/.exec(line) ?? [];
  if (at === undefined || sha256 === undefined) return { name: line.replace(/\/+$/, ""), shown: line };
  const archive = { at, sha256: sha256.toLowerCase() };
  return { name: `sha256:${archive.sha256}`, shown: at, archive };
}

function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/**
 * The runner's Docker login for an address's host, as the header `Authorization`; it is masked in the log from here on.
 * Undefined: there is no login, or only a token for a registry.
 */
export type LoginTo = (address: string) => Promise<string | undefined>;

/** Finds the runner's logins. Its configuration is read once, and only if an address could have one. */
export function loginsTo(world: World): LoginTo {
  const credentials = credentialsFor(world);
  const warned = new Set<string>();
  return async (address) => {
    const { protocol, host, port, pathname } = new URL(address);
    // A login without a port is one for port 443, and a host without a dot would be read as a name at Docker Hub.
    if ((protocol !== "https:" && port === "") || registryHost(`${host}/`) !== host) return undefined;
    const login = await credentials(`${host}${pathname}`);
    if (login === undefined || !("username" in login)) return undefined;
    if (protocol !== "https:" && !warned.has(host)) {
      warned.add(host);
      world.log.warning(`The Docker login of ${host} is sent unencrypted, as \`grype-db\` names it by http.`);
    }
    return authorizationOf(`${login.username}:${login.password}`, world.log);
  };
}
