import { join } from "node:path";
import { type MissingScan, mergeScans, type NamedScan } from "../../domain/opinions/merge-scans.ts";
import type { MergeRules } from "../../domain/opinions/merged-finding.ts";
import { listOf, withAnswer } from "../../domain/packages/package-list.ts";
import type { ScanResult, Target } from "../../domain/target.ts";
import type {
  IncompatibleSbom,
  MatchOptions,
  Scanner,
  ScanOptions,
  ScanSession,
  StoredImage,
} from "../../scanners/scanner.ts";
import { asGateError, GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";

/** The rules for making one result of several scanners'. */
export interface SeveralRules extends MergeRules {
  /**
   * Names of scanners, in lower case, whose failure does not stop the judgement of a target. The answer mentions it.
   */
  readonly optional?: readonly string[] | undefined;
  /** The kinds of findings to look for: `vuln`, `secret`, … A scanner that cannot look for one is an error. */
  readonly asked?: readonly string[] | undefined;
  /**
   * One scanner reads each target and lists its packages. The others' databases are asked about that list. `beside`
   * adds their findings to the first one's, `place` replaces it. Absent: each reads images itself.
   */
  readonly byList?: "beside" | "place" | undefined;
}

/** Several scanners as one. */
export interface SeveralScanners extends Scanner {
  /** All scanners' findings for the packages of a scan. Absent: one of them cannot be asked about packages. */
  readonly askAll?: ((target: Target, listed: ScanResult, world: World) => Promise<ScanResult>) | undefined;
}

/** A scanner, or why there is none. */
export interface NamedScanner {
  readonly name: string;
  readonly scanner: Scanner | GateError;
}

/**
 * Several scanners as one, each with an opinion on each target. They read the same bytes at the same time, unless one
 * of them lists the packages for the others. The first one also makes the SBOMs and checks fix plans.
 * @throws GateError if a scanner is missing that the rules do not make optional, or if one was replaced
 */
export function severalScanners(all: readonly NamedScanner[], rules: SeveralRules): SeveralScanners {
  const absent = all.flatMap(({ name, scanner }) =>
    scanner instanceof GateError ? [missing(name, scanner, rules)] : [],
  );
  const scanners = all.flatMap(({ scanner }) => (scanner instanceof GateError ? [] : [scanner]));
  if (scanners[0] === undefined) throw (all[0] as NamedScanner).scanner;
  return asScanner(teamOf(scanners, absent, rules));
}

type Team = ReturnType<typeof teamOf>;

function teamOf(scanners: readonly Scanner[], absent: readonly Absent[], rules: SeveralRules) {
  const reader = scanners.find(({ readsImagesItself }) => readsImagesItself !== true);
  const matchers = scanners.filter((each) => each !== reader);
  return {
    ...{ scanners, absent, rules, matchers },
    /** Lists the packages of a target for the others. Absent: one of these cannot be asked about packages. */
    lister: matchers.every(({ match }) => match !== undefined) ? reader : undefined,
    /** The scanners whose findings count. */
    voters: rules.byList === "place" ? matchers : scanners,
  };
}

function asScanner(team: Team): SeveralScanners {
  const { scanners, rules, lister, matchers, voters } = team;
  const { name, version, databaseUpdatedAt, match } = voters[0] as Scanner;
  return {
    ...{ name, version, databaseUpdatedAt, match },
    ...(voters.every((each) => each.match !== undefined) && {
      askAll: (target, listed, world) => opinionsOf(team, { target, listed }, world),
    }),
    // An SBOM lists only what the lister saw in an image. Another scanner that reads images may see more.
    ...(matchers.length > 0 && rules.byList === undefined
      ? { readsImagesItself: true }
      : lister?.scanStored && { scanStored: (items, world) => scanStored(team, lister, items, world) }),
    session(folder) {
      const sessionOf = (each: Scanner, index: number) => each.session(join(folder, String(index)));
      return sessionOfAll(
        team,
        scanners.map((each, index) => ({ name: each.name, session: sessionOf(each, index) })),
      );
    },
  };
}

type OwnSession = Pick<Scanner, "name"> & { readonly session: ScanSession };

function sessionOfAll(team: Team, sessions: readonly OwnSession[]): ScanSession {
  const { rules, lister, absent } = team;
  const listing = sessions.find(({ name }) => name === lister?.name)?.session;
  return {
    async scan(target, located, options, world) {
      if (listing !== undefined && (rules.byList !== undefined || located.how === "sbom")) {
        const began = performance.now();
        const listed = await listing.scan(target, located, options, world);
        const spentMs = (options.spentMs ?? 0) + performance.now() - began;
        // The answer's own report takes the place of the list's.
        const reportFile = rules.byList === "place" ? options.reportFile : undefined;
        return opinionsOf(team, { target, listed, spentMs, reportFile }, world, lister);
      }
      // Each scanner reads the target.
      const scan = ({ session }: OwnSession, index: number) =>
        session.scan(target, located, ownOptions(options, index), world);
      return mergedScan(
        await settle(sessions.map((each, index) => [each.name, scan(each, index)])),
        absent,
        rules,
        world,
      );
    },
  };
}

async function scanStored(team: Team, lister: Scanner, items: readonly StoredImage[], world: World) {
  const answers: (ScanResult | IncompatibleSbom)[] = [];
  const unused = (thrown: unknown) => {
    if (world.signal.aborted) throw thrown;
    return { incompatible: asGateError(thrown).what, isOlder: false };
  };
  for (const [at, listed] of ((await lister.scanStored?.(items, world)) ?? []).entries()) {
    const { target } = items[at] as StoredImage;
    const isUsable = !("incompatible" in listed);
    answers.push(isUsable ? await opinionsOf(team, { target, listed }, world, lister).catch(unused) : listed);
  }
  return answers;
}

/** All scanners' findings for a list. The scanner that has made the list has its answer already. */
async function opinionsOf({ voters, absent, rules }: Team, about: List, world: World, lister?: Scanner) {
  const answer = (each: Scanner) => (each === lister ? Promise.resolve(about.listed) : askAbout(each, about, world));
  return mergedScan(await settle(voters.map((each) => [each.name, answer(each)])), absent, rules, world);
}

/** The result or the failure of one scanner for a target. */
type Settled = { readonly name: string } & PromiseSettledResult<ScanResult>;

async function settle(all: readonly (readonly [name: string, Promise<ScanResult>])[]): Promise<readonly Settled[]> {
  const settled = await Promise.allSettled(all.map(([, result]) => result));
  return settled.map((each, index) => ({ name: all[index]?.[0] ?? "", ...each }));
}

/** One scanner's list of a target's packages. */
interface List extends MatchOptions {
  readonly target: Target;
  readonly listed: ScanResult;
}

/**
 * A scanner's findings in the packages of another one's scan.
 * @throws GateError of this scanner; TypeError if it cannot be asked about packages
 */
export async function askAbout(
  scanner: Scanner,
  { target, listed, ...options }: List,
  world: World,
): Promise<ScanResult> {
  const [answer] = (await scanner.match?.([listOf(listed, target.label)], options, world)) ?? [];
  if (answer === undefined) throw new TypeError(`${scanner.name} cannot be asked about packages`);
  return withAnswer(listed, answer);
}

/** Only the first scanner's report and SBOM are used further. */
function ownOptions(given: ScanOptions, index: number): ScanOptions {
  if (index === 0) return given;
  const { onReport: _, onSbom: __, ...options } = given;
  return { ...options, reportFile: `${options.reportFile.replace(/\.json$/, "")}-of-${index + 1}.json` };
}

/**
 * @throws GateError of a scanner that failed, unless it is optional and another scanner looks for the same;
 * `run-cancelled`
 */
function mergedScan(
  settled: readonly Settled[],
  absent: readonly Absent[],
  rules: SeveralRules,
  { signal }: World,
): ScanResult {
  const scans: NamedScan[] = [];
  const failed: Absent[] = [];
  for (const { name, ...each } of settled)
    if (each.status === "fulfilled") scans.push({ scanner: name, scan: each.value });
    else if (signal.aborted) throw each.reason;
    else failed.push(missing(name, asGateError(each.reason), rules));
  const [first, ...rest] = scans;
  if (first === undefined) throw failed[0]?.error;
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
 * Drops an optional scanner from the run, unless its program may have been replaced: otherwise a wrong byte would be
 * enough to switch it off.
 * @throws GateError if it is not optional, or was replaced
 */
function missing(name: string, error: GateError, { optional = [] }: SeveralRules): Absent {
  if (!optional.includes(name.toLowerCase()) || REPLACED.test(error.code)) throw error;
  return { scanner: name, failed: { code: error.code, what: error.what }, error };
}

/**
 * Ends of each scanner's codes for a program that is not the published one, and of Grype's for such a database. Trivy's
 * database is fetched again in that case.
 */
const REPLACED = /-(?:hash-mismatch|signature-invalid|checksum-missing|archive-invalid|version-invalid|known-bad)$/;
