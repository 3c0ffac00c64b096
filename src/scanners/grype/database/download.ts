import { existsSync, lstatSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { fetchFile } from "../../../supply/fetch-file.ts";
import { tryOr } from "../../../system/errors.ts";
import { statusOf } from "../../../system/given-files.ts";
import { get, HttpStatusError, type Request, readBody, retrying } from "../../../system/http.ts";
import { copyHashed, sha256OfFile } from "../../../system/store/hashing.ts";
import type { World } from "../../../system/world.ts";
import { importedIn, lastWords, runGrype } from "../process/run.ts";
import { PlaceFailure } from "./errors.ts";
import { FILES, MODEL } from "./health.ts";
import type { LoginTo } from "./logins.ts";
import { isAddress } from "./places.ts";

/** An archive of a database, and what its bytes must be. */
export interface Archive {
  /** An address, or an absolute path. */
  readonly at: string;
  /** In lower-case hexadecimal. */
  readonly sha256: string;
}

/** How addresses are asked. */
export interface Asking {
  /** Ends it. */
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
/** The asking ends an import earlier. */
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
 * The newest archive of a mirror, by its listing. The database is not signed: the listing's SHA-256 is all that holds
 * its bytes, so that a listing without one names nothing.
 * @throws PlaceFailure, or as `get`
 */
export async function newestArchive(base: string, asking: Asking): Promise<Archive> {
  const address = `${base}/v${MODEL}/latest.json`;
  const text = await asked(address, asking, async (request) =>
    (await readBody(await get(request), MAX_LISTING, request.signal)).toString("utf8"),
  );
  const listing = listingSchema.safeParse(tryOr(() => JSON.parse(text), undefined)).data;
  if (listing === undefined) throw new PlaceFailure("listing", "its v6/latest.json is no listing of Grype's databases");
  if (listing.status === "eol")
    throw new PlaceFailure("schema", "it says that its databases are not made any more (eol)");
  const [, model] = /^v?(\d+)(?:\.|$)/.exec(String(listing.schemaVersion)) ?? [];
  if (model !== MODEL)
    throw new PlaceFailure(
      "schema",
      `its databases have the schema ${String(listing.schemaVersion).slice(0, 40)}, and this Grype reads ${MODEL}`,
    );
  const [, sha256] = /^sha256:([0-9a-fA-F]{64})$/.exec(listing.checksum ?? "") ?? [];
  if (sha256 === undefined)
    throw new PlaceFailure(
      "checksum",
      "its listing names no SHA-256 of the archive, so that nobody can tell what its bytes should be",
    );
  const at = URL.canParse(listing.path, address) ? new URL(listing.path, address) : undefined;
  // Grype's own listings name a file beside them. A redirect may lead elsewhere, under the rules for redirects.
  if (at?.origin !== new URL(address).origin)
    throw new PlaceFailure("listing", "its v6/latest.json names an archive that lies elsewhere");
  return { at: at.href, sha256: sha256.toLowerCase() };
}

/**
 * Fetches an archive, holds it to its SHA-256, and lets Grype import it.
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
 * An archive may hold a link, and an older Grype unpacks it: what is written or read by its name would lie elsewhere.
 * @throws PlaceFailure
 */
export function requirePlainFiles(folder: string): void {
  const isFolder = lstatSync(folder).isDirectory();
  const other = isFolder ? readdirSync(folder, { withFileTypes: true }).find((entry) => !entry.isFile()) : undefined;
  if (!isFolder || other !== undefined)
    throw new PlaceFailure("damaged", `what it holds is no plain file: ${(other?.name ?? "a link").slice(0, 100)}`);
}

/** The archive as a file of our own, whose bytes are the right ones. */
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

async function fetchedFrom(request: Request, file: string, { log }: World): Promise<string> {
  const advance = { what: "Grype's database", unit: "bytes" } as const;
  const onBytes = (done: number, of: number | undefined): void => log.advance?.({ ...advance, done, of });
  rmSync(file, { force: true });
  try {
    await fetchFile({ file, maxBytes: MAX_ARCHIVE, what: "no database of Grype's", onBytes }, request);
  } finally {
    log.advance?.({ ...advance, done: 0, of: 0 });
  }
  return sha256OfFile(file);
}

async function copied(from: string, to: string): Promise<string> {
  if (statusOf(from)?.isFile() !== true) throw new PlaceFailure("not-found", "there is no such file");
  return copyHashed(from, to, 0o600);
}

/**
 * Asks an address with the login of its own host, which no redirect takes to another one. If that is refused, it is
 * asked without: an expired login is refused even if none is needed.
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
