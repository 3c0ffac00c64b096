import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { terminalLog } from "../src/platforms/terminal/log.ts";
import { releaseSource } from "../src/scanners/trivy/install/download.ts";
import { compareVersions, parseVersion } from "../src/scanners/trivy/install/release.ts";
import type { SigstoreTrust } from "../src/supply/signature.ts";
import { GateError } from "../src/system/errors.ts";
import type { World } from "../src/system/world.ts";
import { newestVersion } from "./add-trivy/newest.ts";
import { mentionsOf, withChange } from "./add-trivy/pages.ts";
import { verifiedHashes } from "./add-trivy/release.ts";
import { readTable, withRelease, writeTable } from "./add-trivy/table.ts";
import { root } from "./setup/tools.ts";

const USAGE = `npm run add-trivy -- VERSION | --newest [--mirror=URL]
  VERSION    such as 0.77.0: verified by its signature, then its SHA-256 are added to src/scanners/trivy/install/release-table.json
  --newest   the newest on GitHub, where the table does not have it yet
  --mirror   base URL that serves v<version>/<file> instead of GitHub`;

/** The command was typed in a way that it does not know. */
class UsageError extends Error {}

/** All archives of a release together; each has some 60 MB. */
const TIMEOUT_MS = 30 * 60_000;

export interface AddRequest {
  readonly version: string;
  readonly mirror?: string | undefined;
  /** Files that are rewritten. */
  readonly table: string;
  readonly changelog: string;
}

/**
 * Adds a release to the table, and to the changelog where it becomes the default.
 * @param trust whose signatures count; only tests name another than Sigstore's
 * @throws GateError, Error: nothing was written
 */
export async function addTrivy(request: AddRequest, world: World, trust: SigstoreTrust = {}): Promise<void> {
  const { version, mirror } = request;
  const before = readTable(request.table);
  const source = releaseSource({ mirror, timeoutMs: TIMEOUT_MS }, world.log);
  const after = withRelease(before, version, await verifiedHashes(version, source, trust, world));
  writeTable(request.table, after);
  if (after.default === before.default) return;
  writeFileSync(request.changelog, withChange(readFileSync(request.changelog, "utf8"), version));
  world.log.info(`Trivy ${version} is the default now.`);
}

function terminalWorld(folder: string, signal: AbortSignal): World {
  const { env, platform, arch } = process;
  const log = terminalLog(process.stderr);
  return { env, platform, arch, now: () => new Date(), log, workspace: root, temp: folder, runFolder: folder, signal };
}

/** Undefined: there is nothing newer. */
async function wantedVersion(args: readonly string[], table: string) {
  const { mirror, newest, names } = readArguments(args);
  const [name, ...others] = names;
  if (others.length > 0 || (name === undefined) === (newest !== true)) throw new UsageError(USAGE);
  const version = name === undefined ? await newestVersion() : parseVersion(name);
  if (name === undefined && compareVersions(version, readTable(table).default) <= 0) return undefined;
  return { version, mirror: mirror?.replace(/\/+$/, "") };
}

function readArguments(args: readonly string[]) {
  const options = { newest: { type: "boolean" }, mirror: { type: "string" } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { ...values, names: positionals };
  } catch (cause) {
    throw new UsageError(USAGE, { cause });
  }
}

async function main(args: readonly string[]): Promise<void> {
  const files = {
    table: join(root, "src/scanners/trivy/install/release-table.json"),
    changelog: join(root, "CHANGELOG.md"),
  };
  const before = readTable(files.table).default;
  const wanted = await wantedVersion(args, files.table);
  if (wanted === undefined) return console.log(`There is no newer Trivy than ${before}.`);
  const cancelled = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => cancelled.abort());
  const folder = mkdtempSync(join(tmpdir(), "add-trivy-"));
  try {
    await addTrivy({ ...wanted, ...files }, terminalWorld(folder, cancelled.signal));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`Trivy ${wanted.version} is in the table. Now: npm run build, and commit both.`);
  const mentions = mentionsOf(before, root);
  if (readTable(files.table).default !== before && mentions.length > 0)
    console.log(`These lines name ${before}; see whether they still say the right thing:\n${mentions.join("\n")}`);
}

if (import.meta.main) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof GateError || error instanceof UsageError ? error.message : String(error));
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
