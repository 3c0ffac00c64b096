import type { InstalledProgram } from "../../supply/installed.ts";
import type { Background } from "../../system/background.ts";
import { databaseStore } from "../../system/store/store.ts";
import type { World } from "../../system/world.ts";
import type { SbomMaker, Scanner, ScannerSettings, ScanSession } from "../scanner.ts";
import { type Database, prepareDatabase } from "./database/database.ts";
import { type WaitingTrivy, waitingTrivy } from "./match/waiting.ts";
import { convertReport } from "./process/convert.ts";
import { LayerCache } from "./scan/layer-cache.ts";
import { scanTarget } from "./scan/scan.ts";
import type { ScanSettings } from "./scan/started.ts";

/**
 * Prepares an installed Trivy for scans. Fetches its database if it should look for vulnerabilities.
 * @param work for fetching the Java database, which a failing scan does not wait for
 * @throws GateError `database-…`, `run-cancelled`
 */
export async function trivyScanner(
  trivy: InstalledProgram,
  wanted: ScannerSettings,
  work: Background,
  world: World,
): Promise<Scanner> {
  const { timeout: timeoutMs, offline, scanners, skipDirs, skipFiles, descriptions } = wanted;
  const { problem, store } = databaseStore(world);
  // At a terminal, the user expects databases to be kept; a job's machine is thrown away.
  const level = world.isAtTerminal ? "warning" : "info";
  if (problem !== undefined) world.log[level](`Databases are not kept on this machine: ${problem}.`);
  const request = { ...wanted, store };
  const database = scanners.includes("vuln") ? await prepareDatabase("vulnerability", request, world) : undefined;
  let java: Promise<Database> | undefined;
  /** The same for all targets. */
  const javaDatabase = () => {
    java ??= work.begin((signal) => prepareDatabase("java", request, { ...world, signal }));
    return java;
  };
  const waiting =
    database && wanted.isMatchLikely
      ? waitingTrivy({ trivy: trivy.path, database, timeoutMs }, work, world)
      : undefined;
  const whileWaiting = waiting && (() => waiting.begin());
  const scanner = { trivy, database, javaDatabase, offline, timeoutMs, descriptions, whileWaiting };
  const settings = { ...scanner, scanners, skipDirs, skipFiles };
  const session = (layers: LayerCache): ScanSession => ({
    scan(target, located, { onReport, spentMs = 0, image, memory, reportFile, onSbom }, at) {
      const own = { image, memory, reportFile, onSbom, onReport };
      const left = Math.max(1, timeoutMs - spentMs);
      return scanTarget(target, located, { ...settings, ...own, timeoutMs: left, layers }, at);
    },
  });
  return {
    name: "Trivy",
    version: trivy.version,
    databaseUpdatedAt: database?.updatedAt.toISOString(),
    ...(database && lookingUp({ ...settings, database, waiting })),
    session: (folder) => session(new LayerCache(folder)),
  };
}

/** Looks up listed packages. Absent if the run also looks for findings that no SBOM has. */
function lookingUp(
  settings: Pick<ScanSettings, "trivy" | "scanners" | "skipDirs" | "skipFiles" | "timeoutMs" | "descriptions"> & {
    readonly database: Database;
    readonly waiting: WaitingTrivy | undefined;
  },
): Pick<Scanner, "match" | "scanStored"> {
  const { trivy, timeoutMs, scanners, waiting, ...others } = settings;
  const own = { ...others, timeoutMs, trivy: trivy.path, version: trivy.version };
  return {
    async match(lists, options, at) {
      const { match } = await import("./match/look-up.ts");
      const left = Math.max(1, Math.min(timeoutMs - (options.spentMs ?? 0), options.timeoutMs ?? timeoutMs));
      return match(lists, { ...own, timeoutMs: left, waiting }, at);
    },
    ...(scanners.join() === "vuln" && {
      async scanStored(items, at) {
        const { scanStored } = await import("./stored/index.ts");
        return scanStored(items, own, at);
      },
    }),
  };
}

/** Trivy converts its own report. */
export function sbomsBy({ path: trivy }: Pick<InstalledProgram, "path">): SbomMaker {
  return { make: (sbom, world) => convertReport({ trivy, ...sbom }, world) };
}
