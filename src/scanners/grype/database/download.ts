import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { isoSeconds } from "../../../domain/dates.ts";
import { storedHash, writeChecksums } from "../../../supply/checksums.ts";
import { fetchFile } from "../../../supply/fetch-file.ts";
import { cancelled } from "../../../system/errors.ts";
import { statusOf } from "../../../system/given-files.ts";
import { get, HttpStatusError, type Request, readBody, retrying } from "../../../system/http.ts";
import { copyHashed, sha256OfFile } from "../../../system/store/hashing.ts";
import { clearLeftovers, freshFolder } from "../../../system/store/store.ts";
import { timeLimit } from "../../../system/time-limit.ts";
import type { World } from "../../../system/world.ts";
import { importedIn, lastWords, runGrype } from "../process/run.ts";
import { PlaceFailure } from "./errors.ts";
import { ARCHIVE_NOTE, checkDatabase, type Database, FILE, FILES, type HealthRules, MODEL } from "./health.ts";
import type { LoginTo } from "./logins.ts";
import { isAddress, type Place } from "./places.ts";

/** An archive of a database, and what its bytes must be. */
export interface Archive {
  /** An address, or an absolute path. */
  readonly at: string;
  /** In lower-case hexadecimal. */
  readonly sha256: string;
}

/** How addresses are asked. */
export interface Asking {
  /** When the time ends, by `performance.now()`. */
  readonly endsAt: number;
  /** Absent: without a login. */
  readonly loginTo?: LoginTo | undefined;
}

export interface DatabaseDownload extends Asking {
  readonly archive: Archive;
  readonly place: Place;
  /** Folder of databases, in which a fresh one is made. */
  readonly store: string;
  /** Absolute path of the Grype that imports it. */
  readonly program: string;
  readonly rules: HealthRules;
}

/** A listing has 500 bytes. */
const MAX_LISTING = 64 * 1024;
/** An archive has some 200 MB. */
const MAX_ARCHIVE = 4 * 1024 ** 3;
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
 * @throws PlaceFailure
 */
export async function newestArchive(base: string, { endsAt, loginTo }: Asking, world: World): Promise<Archive> {
  const address = `${base}/v${MODEL}/latest.json`;
  const text = await asked(address, { endsAt, loginTo }, world, async (request) =>
    (await readBody(await get(request), MAX_LISTING, request.signal)).toString("utf8"),
  );
  const listing = listingSchema.safeParse(parsed(text)).data;
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Fetches an archive, holds it to its SHA-256, lets Grype import it, and checks the database.
 * @returns the database in a fresh folder of the store, with its checksums
 * @throws PlaceFailure; GateError `run-cancelled`
 */
export async function downloadDatabase(download: DatabaseDownload, world: World): Promise<Database> {
  const { archive, store, place, rules } = download;
  clearLeftovers(store);
  const fresh = freshFolder(store);
  const folder = importedIn(fresh);
  try {
    await importArchive(await fetched(download, fresh, world), fresh, download, world);
    requirePlainFiles(folder);
    writeFileSync(join(folder, ARCHIVE_NOTE), JSON.stringify({ sha256: archive.sha256, grype: rules.grype }), {
      flag: "wx",
      mode: 0o600,
    });
    const health = await checkDatabase(folder, rules);
    if (health.state !== "healthy")
      throw new PlaceFailure(
        health.state === "missing" ? "damaged" : health.state,
        "why" in health ? health.why : "it holds no database",
      );
    await writeChecksums(folder, FILES, place.kind === "mirror" ? place.base : `sha256:${place.sha256}`);
    world.log.info(`Grype's database of ${isoSeconds(health.database.built)} is fetched from ${place.name}.`);
    return { ...health.database, sha256: storedHash(folder, FILE) };
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
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
  rmSync(join(folder, ARCHIVE_NOTE), { force: true });
}

/** The archive as a file of our own, whose bytes are the right ones. */
async function fetched({ archive, ...asking }: DatabaseDownload, fresh: string, world: World): Promise<string> {
  const path = isAddress(archive.at) ? new URL(archive.at).pathname : archive.at;
  const form = FORMS.find((each) => path.endsWith(each));
  if (form === undefined) throw new PlaceFailure("listing", `an archive ends in one of ${FORMS.join(", ")}`);
  const file = join(fresh, `archive${form}`);
  const sha256 = isAddress(archive.at)
    ? await asked(archive.at, asking, world, (request) => fetchedFrom(request, file, world))
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

async function importArchive(
  file: string,
  databaseFolder: string,
  { program, endsAt }: DatabaseDownload,
  world: World,
): Promise<void> {
  mkdirSync(databaseFolder, { recursive: true, mode: 0o700 });
  const timeoutMs = Math.max(1, endsAt - performance.now());
  const result = await runGrype({ program, args: ["db", "import", file], databaseFolder, timeoutMs }, world);
  rmSync(file, { force: true });
  if (result.timedOut) throw late();
  if (result.code !== 0 || !existsSync(importedIn(databaseFolder)))
    throw new PlaceFailure(
      /no space left/.test(result.stderr) ? "disk-full" : "damaged",
      `Grype cannot import it (${lastWords(result)})`,
    );
}

const late = () => new PlaceFailure("timeout", "it did not answer in time");

/**
 * Asks an address with the login of its own host, which no redirect takes to another one. If that is refused, it is
 * asked without: an expired login is refused even if none is needed.
 * @throws PlaceFailure; GateError `run-cancelled`
 */
async function asked<T>(
  address: string,
  { endsAt, loginTo }: Asking,
  world: World,
  work: (request: Request) => Promise<T>,
): Promise<T> {
  return inTime(endsAt, world, async (signal) => {
    const authorization = await loginTo?.(address);
    const once = (login: string | undefined) => retrying(() => work({ address, authorization: login, signal }), signal);
    if (authorization === undefined) return once(undefined);
    return once(authorization).catch((error: unknown) => {
      if (!(error instanceof HttpStatusError) || !DENIED.has(error.httpStatusCode)) throw error;
      return once(undefined);
    });
  });
}

const DENIED: ReadonlySet<number> = new Set([401, 403]);

/** @throws PlaceFailure; GateError `run-cancelled` */
async function inTime<T>(endsAt: number, { signal }: World, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  if (signal.aborted) throw cancelled();
  const clock = timeLimit(endsAt - performance.now());
  try {
    return await work(AbortSignal.any([signal, clock]));
  } catch (error) {
    if (signal.aborted) throw cancelled();
    if (clock.aborted) throw late();
    throw failureOf(error);
  }
}

function failureOf(error: unknown): PlaceFailure {
  if (error instanceof PlaceFailure) return error;
  if (error instanceof HttpStatusError) return statusFailure(error.httpStatusCode, error);
  const { code = "", message } = error as NodeJS.ErrnoException;
  // In a redirect's target, the query is often a login.
  const words = message.replace(/\?\S*/g, "").slice(0, 300);
  if (code === "ENOSPC" || code === "EDQUOT") return new PlaceFailure("disk-full", "the disk is full");
  const reason = /certificate|self.signed|CERT_|UNABLE_TO_/i.test(`${words} ${code}`) ? "certificate" : "connection";
  return new PlaceFailure(reason, words, { cause: error });
}

function statusFailure(status: number, cause: Error): PlaceFailure {
  if (status === 404 || status === 410)
    return new PlaceFailure("not-found", `it does not exist there (HTTP ${status})`, { cause });
  if (status === 401 || status === 403 || status === 407)
    return new PlaceFailure("denied", `it was refused (HTTP ${status})`, { cause });
  return new PlaceFailure("server", `HTTP ${status}`, { cause });
}
