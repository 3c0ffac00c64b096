import { join } from "node:path";
import { type MissingScan, mergeScans, type NamedScan } from "../../domain/opinions/merge-scans.ts";
import type { MergeRules } from "../../domain/opinions/merged-finding.ts";
import type { ScanResult } from "../../domain/target.ts";
import type { Scanner, ScanOptions, ScanSession } from "../../scanners/scanner.ts";
import { asGateError, GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { type Settled, storedBySeveral } from "./stored-by-several.ts";

/** How several scanners' results become one. */
export interface SeveralRules extends MergeRules {
  /** Names of scanners, in lower case, without which a target is judged all the same. The answer says so. */
  readonly optional?: readonly string[] | undefined;
  /** What is looked for: `vuln`, `secret`, … Of that, nothing is left out without an error. */
  readonly asked?: readonly string[] | undefined;
  /** One scanner reads each target, and the others' databases are asked about what it lists. */
  readonly byList?: boolean | undefined;
}

/** A scanner, or why there is none. */
export interface NamedScanner {
  readonly name: string;
  readonly scanner: Scanner | GateError;
}

/**
 * Several scanners as one, each with an opinion on each target. They read the same bytes at the same time, unless one
 * of them lists the packages for the others. The first one is the run's: SBOMs and the proof of fix plans are its own.
 * @throws GateError of a scanner that cannot be had, and that the rules do not call optional or that was replaced
 */
export function severalScanners(all: readonly NamedScanner[], rules: SeveralRules): Scanner {
  const absent = all.flatMap(({ name, scanner }) =>
    scanner instanceof GateError ? [missing(name, scanner, rules)] : [],
  );
  const scanners = all.flatMap(({ scanner }) => (scanner instanceof GateError ? [] : [scanner]));
  const [first] = scanners;
  if (first === undefined) throw (all[0] as NamedScanner).scanner;
  const { name, version, databaseUpdatedAt, match } = first;
  const { matchListed } = scanners.length === 1 ? first : {};
  const { byList = false } = rules;
  const stored = storedBySeveral(scanners, {
    merged: (settled, world) => mergedScan(settled, absent, rules, world),
    byList,
  });
  const around = (sessions: readonly OwnSession[]): ScanSession => ({
    async scan(target, located, { onSbom, ...options }, world) {
      const isByList = byList || options.isList === true;
      const lister = isByList ? sessions.find(({ name: own }) => own === stored.lister?.name) : undefined;
      if (lister !== undefined && stored.asked !== undefined) {
        const began = performance.now();
        const own = byList && onSbom ? { ...options, onSbom } : options;
        const listed = await lister.session.scan(target, located, own, world);
        const spentMs = (options.spentMs ?? 0) + performance.now() - began;
        return mergedScan(await stored.asked(target, listed, spentMs, world), absent, rules, world);
      }
      const keeping = onSbom && stored.keeping();
      const settled = await Promise.allSettled(
        sessions.map(({ session, name: own }, index) =>
          session.scan(target, located, { ...ownOptions(options, index), ...keeping?.options(own) }, world),
        ),
      );
      const all = settled.map((result, index) => ({ name: sessions[index]?.name ?? "", result }));
      const scan = mergedScan(all, absent, rules, world);
      onSbom?.((await keeping?.sbom(target, all, world)) ?? NO_SBOM);
      return scan;
    },
    fork: (folder) =>
      around(sessions.map((each, index) => ({ ...each, session: each.session.fork(join(folder, String(index))) }))),
  });
  return {
    name,
    version,
    databaseUpdatedAt,
    match,
    ...(matchListed && { matchListed }),
    ...stored.ways,
    session: (folder) =>
      around(scanners.map((each, index) => ({ name: each.name, session: each.session(join(folder, String(index))) }))),
  };
}

interface OwnSession {
  readonly name: string;
  readonly session: ScanSession;
}

const NO_SBOM = { why: "none of the scanners makes one" };

/** Only the first one's report is taken further. */
function ownOptions(given: ScanOptions, index: number): ScanOptions {
  if (index === 0) return given;
  const { onReport: _, ...options } = given;
  return { ...options, reportFile: `${options.reportFile.replace(/\.json$/, "")}-of-${index + 1}.json` };
}

/**
 * @throws GateError of a scanner that failed, and that the rules do not call optional, or that alone looks for
 * something that was asked for; `run-cancelled`
 */
function mergedScan(
  settled: readonly Settled[],
  absent: readonly Absent[],
  rules: SeveralRules,
  { signal }: World,
): ScanResult {
  const scans = settled.flatMap(({ name, result }): NamedScan[] =>
    result.status === "fulfilled" ? [{ scanner: name, scan: result.value }] : [],
  );
  const failed = settled.flatMap(({ name, result }): Absent[] => {
    if (result.status === "fulfilled") return [];
    if (signal.aborted) throw result.reason;
    return [missing(name, asGateError(result.reason), rules)];
  });
  const [first, ...rest] = scans;
  if (first === undefined) throw settled.flatMap(({ result }) => ("reason" in result ? [result.reason] : []))[0];
  const missed = [...failed, ...absent];
  const looked = new Set(scans.flatMap(({ scan }) => scan.provenance.scanners ?? []));
  // If only the failed scanner looks for secrets, for example, no scanner has looked.
  if (missed[0] !== undefined && rules.asked?.some((each) => !looked.has(each))) throw missed[0].error;
  return mergeScans([first, ...rest], missed, rules);
}

interface Absent extends MissingScan {
  readonly error: GateError;
}

/**
 * A scanner without which the run goes on.
 * @throws GateError if it is not optional, or was replaced
 */
function missing(name: string, error: GateError, { optional = [] }: SeveralRules): Absent {
  if (!optional.includes(name.toLowerCase()) || isReplaced(error)) throw error;
  return { scanner: name, failed: { code: error.code, what: error.what }, error };
}

/**
 * Ends of the codes by which each scanner says that its program is not the published one, and Grype that its database
 * is not. Trivy's database that was replaced is fetched anew.
 */
const ENDS = [
  "-hash-mismatch",
  "-signature-invalid",
  "-checksum-missing",
  "-archive-invalid",
  "-version-invalid",
  "-known-bad",
] as const;

/**
 * Whether an error says that somebody may have replaced a scanner, or Grype's database. No policy lets a run go on
 * without that scanner: otherwise a wrong byte would be enough to switch an optional scanner off.
 */
function isReplaced({ code }: Pick<GateError, "code">): boolean {
  return ENDS.some((end) => code.endsWith(end));
}
