import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import { mergeRun } from "../../../src/domain/history/merge.ts";
import {
  type FindingRecord,
  type ImageRecord,
  imageSchema,
  isThere,
  returnsFrom,
} from "../../../src/domain/history/record.ts";
import type { ImageChange, RunSeen } from "../../../src/domain/history/running.ts";
import { judge, type ScanOutcome } from "../../../src/domain/judge/judge.ts";
import { numbersOf } from "../../../src/domain/metrics/numbers.ts";
import { mergeScans, type NamedScan } from "../../../src/domain/opinions/merge-scans.ts";
import type { InstalledPackage, ScanResult } from "../../../src/domain/target.ts";
import { imageText, readStored } from "../../../src/state/documents.ts";
import { makeSettings } from "../make.ts";

// Runs in which scanners are switched on and off, fail, and rename the findings that they see.

const NAME = "ghcr.io/acme/app";
const SCANNERS = ["Trivy", "Grype"] as const;
type ScannerName = (typeof SCANNERS)[number];

/** A weakness of a package. Both scanners know its CVE; one may call it by its GHSA id. */
interface Weakness {
  readonly cve: string;
  readonly ghsa: string;
  readonly package: string;
  /** Grype's own name for it. Absent: the same. */
  readonly toGrype?: string;
  /** The path of its package, as each scanner writes it. */
  readonly paths: Readonly<Record<ScannerName, string | undefined>>;
}

const at = (path: string | undefined, grypes = path) => ({ Trivy: path, Grype: grypes });
const WEAKNESSES: readonly Weakness[] = [
  { cve: "CVE-2026-1", ghsa: "GHSA-1", package: "pkg:deb/debian/openssl", paths: at(undefined) },
  { cve: "CVE-2026-2", ghsa: "GHSA-2", package: "pkg:deb/debian/openssl", paths: at(undefined) },
  { cve: "CVE-2026-3", ghsa: "GHSA-3", package: "pkg:pypi/requests", paths: at("lib/requests.dist-info/METADATA") },
  { cve: "CVE-2026-4", ghsa: "GHSA-4", package: "pkg:maven/org.x/y", paths: at("app.jar/lib/y.jar", "app.jar") },
  {
    cve: "CVE-2026-6",
    ghsa: "GHSA-6",
    package: "pkg:rpm/redhat/bash",
    toGrype: "pkg:rpm/rhel/bash",
    paths: at(undefined),
  },
  { cve: "CVE-2026-5", ghsa: "GHSA-5", package: "pkg:npm/left-pad", paths: at("app/package.json", undefined) },
];

/** How a scanner sees a weakness in one run. */
interface Naming {
  readonly knows: boolean;
  readonly byGhsa: boolean;
  readonly tellsAlias: boolean;
}

interface Run {
  readonly on: readonly ScannerName[];
  readonly failed: ScannerName | undefined;
  /** By weakness and scanner. */
  readonly named: readonly Readonly<Record<ScannerName, Naming>>[];
  /** The version of each weakness's package; undefined: it is not installed. */
  readonly versions: readonly (string | undefined)[];
  /** Days since the run before. */
  readonly days: number;
}

const naming: fc.Arbitrary<Naming> = fc.record({
  knows: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  byGhsa: fc.boolean(),
  tellsAlias: fc.boolean(),
});
const run: fc.Arbitrary<Run> = fc.record({
  on: fc.subarray([...SCANNERS], { minLength: 1 }),
  failed: fc.option(fc.constantFrom(...SCANNERS), { nil: undefined }),
  named: fc.tuple(...WEAKNESSES.map(() => fc.record({ Trivy: naming, Grype: naming }))),
  versions: fc.tuple(...WEAKNESSES.map(() => fc.constantFrom("1.0", "1.0", "1.0", "2.0", undefined))),
  days: fc.constantFrom(1, 7, 20, 45),
});
const runs = fc.array(run, { minLength: 2, maxLength: 8 });

function packagesOf({ versions }: Run): InstalledPackage[] {
  return WEAKNESSES.flatMap(({ package: about, paths }, index): InstalledPackage[] => {
    const version = versions[index];
    if (version === undefined) return [];
    return [{ ...packageIn(about, version), path: paths.Trivy, ...(paths.Trivy === undefined && { system: true }) }];
  });
}

function packageIn(about: string, version: string) {
  const [type = "", ...name] = about.slice("pkg:".length).split("/");
  return { name: name.at(-1) ?? "", version, type: type === "deb" ? "debian" : type, purl: `${about}@${version}` };
}

function findingBy(scanner: ScannerName, index: number, { named, versions }: Run): Finding[] {
  const { cve, ghsa, package: own, toGrype = own, paths } = WEAKNESSES[index] as Weakness;
  const about = scanner === "Grype" ? toGrype : own;
  const version = versions[index];
  const { knows, byGhsa, tellsAlias } = (named[index] as Run["named"][number])[scanner];
  if (!knows || version === undefined) return [];
  const aliases = byGhsa ? [cve] : tellsAlias ? [ghsa] : undefined;
  return [
    {
      kind: "vulnerability",
      id: byGhsa ? ghsa : cve,
      ...(aliases && { aliases }),
      severity: "HIGH",
      title: "",
      package: packageIn(about, version),
      path: paths[scanner],
      fixedVersions: ["9"],
      status: "fixed",
    },
  ];
}

/** The scanners of a run. One that fails alongside another one is optional. */
const looking = ({ on, failed }: Run) => (on.length > 1 ? on.filter((each) => each !== failed) : on);
/** Weaknesses that at least one scanner sees. */
const seesAny = (each: Run, index: number) =>
  each.versions[index] !== undefined && looking(each).some((name) => each.named[index]?.[name].knows);

function scanOf(each: Run): ScanResult {
  const packages = packagesOf(each);
  const scans = looking(each).map(
    (scanner): NamedScan => ({
      scanner,
      scan: {
        artifact: {
          names: [`${NAME}:1`],
          packages: packages.length,
          os: { family: "debian", name: "12", endOfLife: false },
        },
        packages,
        layers: [],
        findings: WEAKNESSES.flatMap((_, index) => findingBy(scanner, index, each)),
        suppressed: 0,
        provenance: { scanner, scanners: ["vuln"] },
      },
    }),
  );
  const missing = each.on
    .filter((scanner) => !looking(each).includes(scanner))
    .map((scanner) => ({ scanner, failed: { code: "scan-timeout", what: "It took too long" } }));
  return mergeScans(scans as [NamedScan, ...NamedScan[]], missing);
}

function seenBy(all: readonly Run[]): RunSeen[] {
  let time = Date.UTC(2026, 0, 1);
  return all.map((each) => {
    time += each.days * 86_400_000;
    const now = new Date(time).toISOString();
    const outcome: ScanOutcome = { target: { kind: "image", input: `${NAME}:1`, label: "" }, scan: scanOf(each) };
    const [verdict] = judge([outcome], makeSettings({ today: now.slice(0, 10) })).targets;
    if (verdict === undefined) throw new Error("one image has one verdict");
    const image = { name: NAME, reference: `${NAME}:1`, digest: undefined, where: [], way: "image" as const, verdict };
    return { now, images: [image], unreadSources: [], usualScanner: "Trivy" };
  });
}

/** A record as the next run reads it. */
const stored = (record: ImageRecord) => readStored(Buffer.from(imageText(record)), imageSchema, "it", "the memory");
const isAbout = ({ cve, ghsa }: Weakness, { id, aliases = [] }: FindingRecord) =>
  [id, ...aliases].some((each) => each === cve || each === ghsa);

interface Step {
  readonly run: Run;
  readonly seen: RunSeen;
  readonly before: ImageRecord | undefined;
  readonly change: ImageChange;
}

function stepsOf(all: readonly Run[]): Step[] {
  let before: ImageRecord | undefined;
  return seenBy(all).map((seen, index): Step => {
    const records = new Map(before === undefined ? [] : [[NAME, before]]);
    const [change] = mergeRun(records, seen);
    if (change === undefined) throw new Error("the image has a record");
    const step = { run: all[index] as Run, seen, before, change };
    before = stored(change.after);
    return step;
  });
}

const aboutEach = (findings: readonly FindingRecord[]) =>
  WEAKNESSES.map((weakness) => findings.filter((each) => isAbout(weakness, each)));

/** The last sighting of a weakness: scanner, time and version. */
interface Sighting {
  readonly by: readonly ScannerName[];
  readonly version: string | undefined;
  readonly when: string;
}

function sightingOf(each: Run, index: number, when: string): Sighting {
  const by = looking(each).filter((name) => each.named[index]?.[name].knows);
  return { by, version: each.versions[index], when };
}

function requireReasons(
  closed: readonly FindingRecord[],
  each: Run,
  { by = [], version, when = "", index, now }: Partial<Sighting> & { readonly index: number; readonly now: string },
): void {
  const [record] = closed;
  if (record === undefined) return;
  expect(seesAny(each, index)).toBe(false);
  const isLooked = looking(each).some((name) => by.includes(name));
  const why = record.episodes.at(-1)?.why;
  if (why === "fixed") {
    expect(isLooked).toBe(true);
    expect(each.versions[index]).not.toBe(version);
    return;
  }
  expect(why).toBe("withdrawn");
  // A scanner that failed closes nothing. One that was not asked closes something only after a while.
  expect(by.some((name) => each.on.includes(name) && !looking(each).includes(name))).toBe(false);
  expect(isLooked || when < returnsFrom(now)).toBe(true);
}

describe("for all runs in which scanners come and go and name things otherwise", () => {
  // Proves: nothing-vanishes-history-name
  it("each finding has one record, which is open if any scanner sees it", () => {
    fc.assert(
      fc.property(runs, (all) => {
        for (const { run: each, change } of stepsOf(all))
          for (const [index, records] of aboutEach(change.after.findings).entries()) {
            expect(records.length).toBeLessThanOrEqual(1);
            if (seesAny(each, index)) expect(records.map(({ episodes }) => isThere(episodes))).toEqual([true]);
          }
      }),
    );
  });

  // Proves: nothing-vanishes-history-name
  it("none is fixed unless a scanner that saw it last looked, did not see it, and its version is gone", () => {
    fc.assert(
      fc.property(runs, (all) => {
        const last = new Map<number, Sighting>();
        for (const { run: each, seen, change } of stepsOf(all)) {
          const closed = aboutEach(change.closed);
          for (const [index, records] of closed.entries())
            requireReasons(records, each, { ...last.get(index), index, now: seen.now });
          for (const index of WEAKNESSES.keys())
            if (seesAny(each, index)) last.set(index, sightingOf(each, index, seen.now));
        }
      }),
    );
  });

  it("what was there is not new under another name, and the same run again changes nothing", () => {
    fc.assert(
      fc.property(runs, (all) => {
        for (const { before, change, seen } of stepsOf(all)) {
          const old = aboutEach(before?.findings ?? []);
          for (const [index, opened] of aboutEach(change.opened).entries())
            if (opened.length > 0) expect(old[index]?.some(({ episodes }) => isThere(episodes)) ?? false).toBe(false);
          const [again] = mergeRun(new Map([[NAME, stored(change.after)]]), seen);
          expect(again?.after && stored(again.after)).toEqual(stored(change.after));
          expect([...(again?.opened ?? []), ...(again?.closed ?? [])]).toEqual([]);
        }
      }),
    );
  });

  it("the mean time to remediation counts what was fixed, however scanners were switched", () => {
    fc.assert(
      fc.property(
        runs,
        fc.array(fc.subarray([...SCANNERS], { minLength: 1 }), { minLength: 8, maxLength: 8 }),
        (all, on) => {
          // No scanner ever upgrades, removes or forgets anything here, so nothing is remediated.
          const named = all[0]?.named as Run["named"];
          const still = all.map((each, index) => ({
            ...each,
            on: on[index] as ScannerName[],
            named: each.named.map((one, at) => ({
              Trivy: { ...one.Trivy, knows: named[at]?.Trivy.knows === true },
              Grype: { ...one.Grype, knows: named[at]?.Grype.knows === true },
            })),
            versions: WEAKNESSES.map(() => "1.0"),
          }));
          const last = stepsOf(still).at(-1) as Step;
          const { remediations } = numbersOf([last.change.after], {
            now: last.seen.now,
            fixWithinDays: {},
            exceptions: [],
            warnDays: 14,
          });
          expect(remediations["90d"].high.count).toBe(0);
        },
      ),
    );
  });
});
