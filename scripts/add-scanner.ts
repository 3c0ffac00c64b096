import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { terminalLog } from "../src/job/terminal/log.ts";
import type { SigstoreTrust } from "../src/supply/signature.ts";
import { GateError } from "../src/system/errors.ts";
import type { World } from "../src/system/world.ts";
import { newestVersion } from "./add-scanner/newest.ts";
import { mentionsOf, withChange } from "./add-scanner/pages.ts";
import { verifiedHashes } from "./add-scanner/release.ts";
import type { ScannerReleases } from "./add-scanner/releases.ts";
import { SCANNER_NAMES, scannerNamed } from "./add-scanner/scanners.ts";
import { hasNewest, readTable, withRelease, writeTable } from "./add-scanner/table.ts";
import { root } from "./setup/tools.ts";

const USAGE = `npm run add-scanner -- ${SCANNER_NAMES.join("|")} VERSION | --newest [--mirror=URL]
  VERSION    such as 0.77.0: verified by its signature, then its SHA-256 are added to the scanner's release-table.json
  --newest   the newest on GitHub, where the table does not have it yet
  --mirror   base URL that serves v<version>/<file> instead of GitHub`;

/** The command was typed in a way that it does not know. */
class UsageError extends Error {}

/** All archives of a release together; each has some 60 MB. */
const TIMEOUT_MS = 30 * 60_000;

export interface AddRequest {
  readonly scanner: ScannerReleases;
  readonly version: string;
  readonly mirror?: string | undefined;
  /** Files that are rewritten. */
  readonly table: string;
  readonly changelog: string;
}

/**
 * Adds a release to a scanner's table, and to the changelog if it is now the default.
 * @param trust whose signatures count; only tests name another than Sigstore's
 * @throws GateError, Error: nothing was written
 */
export async function addRelease(request: AddRequest, world: World, trust: SigstoreTrust = {}): Promise<void> {
  const { scanner, version, mirror } = request;
  const before = readTable(request.table);
  const source = scanner.sourceOf(mirror, TIMEOUT_MS, world);
  const after = withRelease(before, version, await verifiedHashes(scanner, version, { source, trust }, world));
  writeTable(request.table, after);
  if (after.default !== version || (before.default === version && Object.hasOwn(before.archives, version))) return;
  writeFileSync(request.changelog, withChange(readFileSync(request.changelog, "utf8"), scanner.name, version));
  world.log.info(`${scanner.name} ${version} is the default now.`);
}

function terminalWorld(folder: string, signal: AbortSignal): World {
  const { env, platform, arch } = process;
  const log = terminalLog(process.stderr);
  return { env, platform, arch, now: () => new Date(), log, workspace: root, temp: folder, runFolder: folder, signal };
}

interface Wish {
  readonly scanner: ScannerReleases;
  /** Absent: the newest. */
  readonly version?: string;
  readonly mirror?: string | undefined;
}

/** @throws UsageError; GateError `…-version-invalid` */
function wishIn(args: readonly string[]): Wish {
  const options = { newest: { type: "boolean" }, mirror: { type: "string" } } as const;
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    throw new UsageError(USAGE, { cause });
  }
  const { values, positionals } = parsed;
  const [name = "", version, ...others] = positionals;
  const scanner = scannerNamed(name);
  if (scanner === undefined || others.length > 0 || (version === undefined) === (values.newest !== true))
    throw new UsageError(USAGE);
  const mirror = values.mirror?.replace(/\/+$/, "");
  return version === undefined ? { scanner, mirror } : { scanner, mirror, version: scanner.parseVersion(version) };
}

async function main(args: readonly string[]): Promise<void> {
  const { scanner, mirror, ...wish } = wishIn(args);
  const files = { table: join(root, scanner.table), changelog: join(root, "CHANGELOG.md") };
  const before = readTable(files.table);
  const version = wish.version ?? (await newestVersion(scanner));
  if (wish.version === undefined && hasNewest(before, version))
    return console.log(`There is no newer ${scanner.name} than ${before.default}.`);
  const cancelled = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => cancelled.abort());
  const folder = mkdtempSync(join(tmpdir(), "add-scanner-"));
  try {
    await addRelease({ scanner, version, mirror, ...files }, terminalWorld(folder, cancelled.signal));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${scanner.name} ${version} is in the table. Now: npm run build, and commit both.`);
  const mentions = mentionsOf(before.default, root);
  if (readTable(files.table).default !== before.default && mentions.length > 0)
    console.log(
      `These lines name ${before.default}; see whether they still say the right thing:\n${mentions.join("\n")}`,
    );
}

if (import.meta.main) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof GateError || error instanceof UsageError ? error.message : String(error));
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
