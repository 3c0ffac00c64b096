import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Plan, UpgradeStep } from "../../src/domain/fix-plan.ts";
import { judge } from "../../src/domain/judge/judge.ts";
import type { ScanResult } from "../../src/domain/target.ts";
import { checkedBy } from "../../src/domain/upgrade/check.ts";
import { decisionsOf } from "../../src/domain/upgrade/decisions.ts";
import { WORSE_FIX } from "../../src/domain/upgrade/plan.ts";
import type { JudgedTarget } from "../../src/domain/verdict.ts";
import { compareVersions } from "../../src/domain/versions/compare.ts";
import { match } from "../../src/scanners/trivy/match/look-up.ts";
import { planUpgrades } from "../../src/steps/plan-upgrades.ts";
import { judged, makeSettings } from "../domain/make.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { type TrivyBed, trivyBed } from "../support/runs/scans.ts";

// Random advisories on families of Maven packages, and the plan that Trivy's second scan proves. The plan must claim
// exactly the findings of an ordinary scan of every version.

/** Every version that there is, lowest first. */
const VERSIONS = [1, 2, 3].flatMap((major) =>
  [0, 1, 2].flatMap((minor) => [0, 1, 2].map((patch) => `${major}.${minor}.${patch}`)),
);
const SEVERITIES = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
type Severity = (typeof SEVERITIES)[number];

interface Range {
  readonly from: number;
  /** The version this many places later. */
  readonly length: number;
  /** True if the advisory names the version after the range as its fix. */
  readonly named: boolean;
}

interface Artifact {
  readonly installed: number;
  readonly advisories: readonly { readonly severity: Severity; readonly ranges: readonly Range[] }[];
}

// The installed versions are 1.0.0 to 1.2.2: most ranges begin among them. The longest have no end.
const length = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 6 }) }, fc.integer({ min: 7, max: 40 }));
const named = fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false));
const range = fc.record({ from: fc.nat(9), length, named });
const advisory = fc.record({
  severity: fc.constantFrom(...SEVERITIES),
  ranges: fc.array(range, { minLength: 1, maxLength: 2 }),
});
const artifact = fc.record<Artifact>({
  installed: fc.nat(8),
  advisories: fc.array(advisory, { minLength: 2, maxLength: 6 }),
});
/**
 * The members of a group are released together, so their installed versions do not matter. The others are keyed by
 * group and version.
 */
const TRAINS = [
  "org.springframework",
  "org.eclipse.jetty",
  "io.netty",
  "ch.qos.logback",
  "io.grpc",
  "org.apache.camel",
];
const GROUPS = [...TRAINS, ...Array.from({ length: 34 }, (_, index) => `test.group${index}`)];
const families = fc
  // Bias makes most numbers small, so that few packages have a finding at all.
  .sample(fc.noBias(fc.array(artifact, { minLength: 2, maxLength: 4 })), { seed: 24, numRuns: GROUPS.length })
  .map((artifacts, index) => ({ group: GROUPS[index] ?? "", artifacts }));

/** The lowest version that lets the gate pass still has a less severe finding, until a later one of the same line. */
const cleared = fc
  .tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 4, max: 8 }),
    fc.constantFrom("LOW" as const, "MEDIUM" as const),
  )
  .map(([first, last, severity]): Artifact => {
    const until = (some: number) => [{ from: 0, length: some, named: true }];
    return {
      installed: 0,
      advisories: [
        { severity: "HIGH", ranges: until(first) },
        { severity, ranges: until(last) },
      ],
    };
  });
const linesToClear = fc
  .sample(cleared, { seed: 24, numRuns: 6 })
  .map((one, index) => ({ group: `test.line${index}`, artifacts: [one] }));

interface Package {
  readonly name: string;
  readonly version: string;
}

const packages = [...families, ...linesToClear].flatMap(({ group, artifacts }) =>
  artifacts.map((each, index): Package & Artifact => {
    const { installed } = TRAINS.includes(group) ? each : (artifacts[0] as Artifact);
    return { ...each, name: `${group}:a${index}`, version: VERSIONS[installed] ?? "" };
  }),
);

/** Undefined: all later versions have it. */
function after({ from, length: some }: Range): string | undefined {
  return VERSIONS[from + some];
}

function constraint(of: Range): string {
  const end = after(of);
  return `>= ${VERSIONS[of.from]}${end === undefined ? "" : `, < ${end}`}`;
}

/** As Trivy's database has them. */
function advisories() {
  const severities: Record<string, Severity> = {};
  const found = packages.map(({ name, advisories: own }, at) => {
    const entries = own.map(({ severity, ranges }, index) => {
      const id = `CVE-2095-${1000 + at * 10 + index}`;
      severities[id] = severity;
      return [
        id,
        {
          VulnerableVersions: ranges.map(constraint),
          PatchedVersions: ranges.flatMap((each) => (each.named ? (after(each) ?? []) : [])),
        },
      ] as const;
    });
    return [name, Object.fromEntries(entries)] as const;
  });
  return { advisories: { "maven::a test": Object.fromEntries(found) }, severities };
}

const folder = temporaryFolder("advised-versions");
const world = testWorld(folder.path);
afterAll(() => folder.remove());
let bed: TrivyBed;

async function scanned(name: string, of: readonly Package[]): Promise<ScanResult> {
  const components = of.map((each, index) => {
    const [group = "", artifactId = ""] = each.name.split(":");
    const path = `app/app.jar/lib/${artifactId}-${each.version}.jar`;
    return {
      "bom-ref": String(index),
      type: "library",
      group,
      name: artifactId,
      version: each.version,
      purl: `pkg:maven/${group}/${artifactId}@${each.version}`,
      properties: [
        { name: "aquasecurity:trivy:PkgType", value: "jar" },
        { name: "aquasecurity:trivy:FilePath", value: path },
      ],
    };
  });
  const input = join(world.workspace, name);
  mkdirSync(dirname(input), { recursive: true });
  const metadata = { tools: { components: [{ type: "application", group: "aquasecurity", name: "trivy" }] } };
  writeFileSync(
    input,
    JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", version: 1, metadata, components }),
  );
  return bed.scan({ kind: "sbom", input, label: name }, world, { offline: true });
}

let target: JudgedTarget;
let plan: Plan;
let steps: readonly UpgradeStep[];
/** The findings of an ordinary scan, by package and version. */
let found: ReadonlyMap<string, ScanResult["findings"]>;
const idsAt = (name: string, version: string | undefined) =>
  new Set((found.get(`${name} ${version}`) ?? []).map(({ id }) => id));
/** The packages that are released together with a package, and are raised to the same version. */
function relativesOf(name: string, to: string | undefined): string[] {
  const train = TRAINS.find((group) => name.startsWith(`${group}:`));
  const isOlder = (version: string) => (compareVersions("maven", version, to ?? "") ?? 0) < 0;
  return train === undefined
    ? []
    : packages.filter((each) => each.name.startsWith(`${train}:`) && isOlder(each.version)).map((each) => each.name);
}
const fails = ({ severity }: { readonly severity: string }) => severity === "HIGH" || severity === "CRITICAL";

beforeAll(async () => {
  bed = await trivyBed(folder.path, { more: advisories() });
  const settings = makeSettings();
  const of = { kind: "sbom", input: "app", label: "app" } as const;
  const verdict = judge([{ target: of, scan: await scanned("app.json", packages) }], settings);
  const check = checkedBy((lists) =>
    match(lists, { trivy: bed.trivy.path, version: "0.76.0", database: bed.database, timeoutMs: 60_000 }, world),
  );
  target = judged(await planUpgrades(verdict, { settings, weigh: async () => ({}), check }, world));
  plan = target.plan as Plan;
  steps = plan.steps as readonly UpgradeStep[];
  const all = packages.flatMap(({ name }) => VERSIONS.map((version) => ({ name, version })));
  const { findings } = await scanned("all.json", all);
  found = Map.groupBy(findings, ({ package: about }) => `${about?.name} ${about?.version}`);
});

describe("what a plan advises, scanned again", () => {
  it("is proven, all of it, with enough in it to show something", () => {
    expect(plan.advised).toEqual({ versions: steps.length, scanned: steps.length, reasons: [] });
    expect(steps.length).toBeGreaterThan(15);
    expect(steps.filter(({ members }) => members.length > 1).length).toBeGreaterThan(5);
    expect(steps.filter(({ enough }) => enough !== undefined).length).toBeGreaterThan(3);
    expect(plan.noFix.length).toBeGreaterThan(3);
  });

  it("is one version for a family, and has none of the findings that it should clear", () => {
    for (const { to, members } of steps) {
      expect(VERSIONS).toContain(to);
      for (const { package: name, ids, to: own } of members) {
        expect(own).toBe(to);
        const left = idsAt(name, to);
        expect(
          [...ids].filter((id) => left.has(id)),
          `${name} ${to}`,
        ).toEqual([]);
      }
    }
  });

  it("fails for nothing but what the plan says that it keeps or brings", () => {
    for (const { to, members, check } of steps) {
      const said = [...(check?.stays ?? []), ...(check?.brings ?? [])].map(({ package: name, id }) => `${name} ${id}`);
      const raised = members.flatMap((each) => [each.package, ...relativesOf(each.package, to)]);
      const names = new Set([...raised, ...said.map((each) => each.split(" ")[0] ?? "")]);
      const there = [...names].flatMap((name) =>
        (found.get(`${name} ${to}`) ?? []).filter(fails).map(({ id }) => `${name} ${id}`),
      );
      expect(there.sort()).toEqual(said.sort());
    }
  });

  it("clears more than the lower version that is enough for the gate, in the same line", () => {
    for (const { to = "", members, enough } of steps) {
      if (enough === undefined) continue;
      expect(compareVersions("maven", enough.version, to)).toBeLessThan(0);
      expect(enough.version.split(".")[0]).toBe(to.split(".")[0]);
      const names = members.flatMap((each) => [each.package, ...relativesOf(each.package, enough.version)]);
      for (const name of names) expect((found.get(`${name} ${enough.version}`) ?? []).filter(fails), name).toEqual([]);
      const left = (version: string) =>
        members.reduce(
          (sum, { package: name, from }) =>
            sum + [...idsAt(name, from)].filter((id) => idsAt(name, version).has(id)).length,
          0,
        );
      expect(left(to)).toBeLessThan(left(enough.version));
      expect(enough.of - enough.clears).toBe(left(to));
    }
  });

  it("leaves as without a fix only what every version has that was checked", () => {
    const decisionOf = new Map(
      decisionsOf(target).flatMap((decision) => decision.members.map(({ about }) => [about.name, decision] as const)),
    );
    for (const { name, ids, statuses } of plan.noFix) {
      if (statuses.includes(WORSE_FIX)) continue;
      for (const version of decisionOf.get(name)?.versions ?? [])
        for (const id of ids) expect(idsAt(name, version), `${name} ${version}`).toContain(id);
    }
  });
});
