import { describe, expect, it } from "vitest";
import type { Finding, Owner } from "../../../src/domain/finding.ts";
import type { Step } from "../../../src/domain/fix-plan.ts";
import { type BaseReport, compareBases } from "../../../src/domain/image/base-image.ts";
import { judge } from "../../../src/domain/judge/judge.ts";
import type { InstalledPackage } from "../../../src/domain/target.ts";
import { judgeAnswers, questionsOf } from "../../../src/domain/upgrade/check.ts";
import { decisionsOf } from "../../../src/domain/upgrade/decisions.ts";
import { makePlan } from "../../../src/domain/upgrade/plan.ts";
import type { Exploitation, JudgedTarget } from "../../../src/domain/verdict.ts";
import { stepText } from "../../../src/render/story/plan.ts";
import { advisedFor, judged, makeFinding, makePackage, makePolicy, makeSettings, scanned } from "../make.ts";

const KEV: Exploitation = { kev: { ransomware: false } };

function on(name: string, change: Partial<Finding> = {}): Finding {
  return makeFinding({
    id: `CVE-${name}`,
    package: makePackage({ name, version: "1.0" }),
    fixedVersions: ["1.1"],
    ...change,
  });
}

function failed(
  findings: readonly Finding[],
  exploits: Readonly<Record<string, Exploitation>> = {},
  policy = {},
): JudgedTarget {
  const settings = makeSettings({ policy: makePolicy(policy), exploits: (id) => exploits[id] });
  return judged(judge([scanned(findings)], settings));
}

/** The findings of a scan in a package that the target has. */
const knownOf = (target: JudgedTarget, { name }: { readonly name: string }) =>
  target.scan.findings.filter((finding) => finding.package?.name === name);
const plan = (target: JudgedTarget, base?: BaseReport) => makePlan(target, { base, unproven: "not scanned" });
const names = (steps: readonly Step[]) =>
  steps.map((step) => (step.kind === "secret" ? step.title : step.kind === "base" ? "base" : step.members[0]?.package));

function inPackage(name: string, change: Partial<Finding> = {}, version = "1.0.0", type = "npm"): Finding {
  return makeFinding({ package: { name, version, type }, fixedVersions: ["1.0.1"], ...change });
}

const SPARKLY: Owner = { ecosystem: "Python", name: "sparkly", version: "2.3" };

describe("what the advisories advise", () => {
  it("groups a package's findings to one upgrade", () => {
    const layer = { diffId: "sha256:a", number: 2 };
    const findings = [
      inPackage("lodash", { id: "CVE-1", severity: "CRITICAL", path: "app/a", layer }),
      inPackage("lodash", { id: "CVE-2", fixedVersions: ["1.2.0"], path: "app/b", layer }),
      inPackage("lodash", { id: "CVE-2", fixedVersions: ["1.2.0"], path: "app/a", layer }),
    ].map((each) => ({ ...each, package: { ...each.package, type: "gobinary" } }) as Finding);
    expect(advisedFor(findings)).toMatchObject({
      upgrades: [
        {
          package: "lodash",
          type: "gobinary",
          from: "1.0.0",
          to: "1.2.0",
          alternatives: [],
          clears: 3,
          ids: ["CVE-1", "CVE-2"],
          bySeverity: { CRITICAL: 1, HIGH: 2, MEDIUM: 0, LOW: 0, UNKNOWN: 0 },
          owner: undefined,
          layer,
          paths: ["app/a", "app/b"],
          chains: [],
        },
      ],
      noFix: [],
    });
  });

  it("keeps versions, types, owners and places apart", () => {
    const findings = [
      inPackage("a"),
      inPackage("a", {}, "0.9.0"),
      inPackage("a", {}, "1.0.0", "pip"),
      inPackage("a", { owner: SPARKLY }),
      inPackage("a", { owner: { ...SPARKLY, name: "other" } }),
      inPackage("a", { owner: { ...SPARKLY, ecosystem: "Node.js" } }),
      inPackage("a", { owner: { ...SPARKLY, version: "2.4" } }),
      inPackage("a", { id: "CVE-2024-0002" }),
      inPackage("a", { path: "web/package-lock.json" }),
      inPackage("a", { path: "api/package-lock.json" }),
    ];
    const { upgrades } = advisedFor(findings);
    expect(upgrades.map(({ clears }) => clears)).toEqual([2, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it("names the package that bundles it", () => {
    const jar = inPackage(
      "log4j-core",
      { owner: SPARKLY, path: "sparkly/log4j.jar", fixedVersions: ["2.15.0"] },
      "2.14.1",
      "jar",
    );
    expect(advisedFor([jar]).upgrades[0]).toMatchObject({ owner: SPARKLY, paths: ["sparkly/log4j.jar"] });
    expect(advisedFor([{ ...jar, fixedVersions: [] }]).noFix[0]).toMatchObject({ owner: SPARKLY });
  });

  it("names a layer only if it is one and the same", () => {
    const at = (diffId?: string) => inPackage("a", { layer: diffId === undefined ? undefined : { diffId } });
    expect(advisedFor([at("x"), at("x")]).upgrades[0]?.layer).toEqual({ diffId: "x" });
    expect(advisedFor([at()]).upgrades[0]).toMatchObject({ layer: undefined, paths: [] });
    expect(advisedFor([at("x"), at("y")]).upgrades[0]?.layer).toBeUndefined();
    expect(advisedFor([at("x"), at()]).upgrades[0]?.layer).toBeUndefined();
    expect(advisedFor([at(), at("x")]).upgrades[0]?.layer).toBeUndefined();
  });

  it("lists the alternatives if the order is not known", () => {
    const findings = [
      inPackage("a", { fixedVersions: ["r3", "r2"] }, "r1", "other"),
      inPackage("a", { fixedVersions: ["r2"] }, "r1", "other"),
    ];
    expect(advisedFor(findings).upgrades).toMatchObject([{ to: undefined, alternatives: ["r3", "r2"], clears: 2 }]);
  });

  it("says so if all fixes are older than what is installed", () => {
    const plan = advisedFor([
      inPackage("a", { id: "CVE-OLDER", fixedVersions: ["1.9.0", "2.0.0"] }, "2.0.0"),
      inPackage("a", { fixedVersions: ["2.1.0", "1.9.0"] }, "2.0.0"),
    ]);
    expect(plan.upgrades).toMatchObject([{ package: "a", to: "2.1.0", clears: 1 }]);
    expect(plan.noFix).toMatchObject([{ name: "a", statuses: ["fixed in older versions only"] }]);
  });

  it("names the chain that brings a package in, one for each lock file", () => {
    const listed = (path: string, name: string, relationship: string, ...dependsOn: string[]) => ({
      name,
      version: "1.0.0",
      type: "npm",
      path,
      id: name,
      relationship,
      dependsOn,
    });
    const packages = [
      listed("a/package-lock.json", "express", "direct", "qs"),
      listed("a/package-lock.json", "qs", "indirect"),
      listed("b/package-lock.json", "body-parser", "direct", "qs"),
      listed("b/package-lock.json", "qs", "indirect"),
    ];
    const findings = [
      inPackage("qs", { path: "a/package-lock.json" }),
      inPackage("qs", { path: "b/package-lock.json" }),
      inPackage("express", { path: "a/package-lock.json" }),
    ];
    const chains = advisedFor(findings, packages).upgrades.map((upgrade) => [
      upgrade.package,
      ...upgrade.chains.map(({ path, packages }) => [path, ...packages.map(({ name }) => name)]),
    ]);
    expect(chains).toEqual([
      ["express"],
      ["qs", ["a/package-lock.json", "express", "qs"]],
      ["qs", ["b/package-lock.json", "body-parser", "qs"]],
    ]);
  });

  it("says what has no fix, by the vendor's word", () => {
    const none = { fixedVersions: [] };
    const debian = (change: Partial<Finding>) => inPackage("zlib1g", change, "1.0.0", "debian");
    const findings = [
      debian({ ...none, status: "will_not_fix", id: "CVE-1", severity: "CRITICAL" }),
      debian({ ...none, status: "affected", id: "CVE-2" }),
      debian({ ...none, status: "affected", id: "CVE-2", path: "x" }),
      debian({ id: "CVE-3" }),
    ];
    const plan = advisedFor(findings);
    expect(plan.upgrades).toMatchObject([{ package: "zlib1g", clears: 1, ids: ["CVE-3"] }]);
    expect(plan.noFix).toEqual([
      {
        name: "zlib1g",
        version: "1.0.0",
        packages: ["zlib1g"],
        statuses: ["will_not_fix", "affected"],
        ids: ["CVE-1", "CVE-2"],
        bySeverity: { CRITICAL: 1, HIGH: 2, MEDIUM: 0, LOW: 0, UNKNOWN: 0 },
        owner: undefined,
      },
    ]);
  });

  it("names the source of several packages that have no fix, and keeps versions and what bundles them apart", () => {
    const none = { fixedVersions: [] };
    const source = { name: "perl", version: "5.36" };
    const debian = (name: string) => ({ name, version: "5.36", type: "debian", system: true, source });
    const findings = [
      inPackage("perl-base", none, "5.36", "debian"),
      inPackage("libperl", { ...none, severity: "CRITICAL", id: "CVE-2" }, "5.36", "debian"),
      inPackage("a", none),
      inPackage("a", none, "2.0.0"),
      inPackage("a", { ...none, owner: SPARKLY }),
    ];
    const { noFix } = advisedFor(findings, [debian("perl-base"), debian("libperl")]);
    expect(noFix.map(({ name, version, packages, owner }) => [name, version, packages.length, owner?.name])).toEqual([
      ["perl", "5.36", 2, undefined],
      ["a", "1.0.0", 1, undefined],
      ["a", "1.0.0", 1, "sparkly"],
      ["a", "2.0.0", 1, undefined],
    ]);
    expect(noFix[0]).toMatchObject({ ids: ["CVE-2", "CVE-2024-0001"] });
  });

  it("puts first what clears most, then what clears the more severe, then goes by name", () => {
    const findings = [
      inPackage("low", { severity: "LOW" }),
      inPackage("b"),
      inPackage("a"),
      inPackage("two"),
      inPackage("two"),
      inPackage("critical", { severity: "CRITICAL" }),
      inPackage("both", { severity: "CRITICAL" }),
      inPackage("both"),
    ];
    expect(advisedFor(findings).upgrades.map((upgrade) => upgrade.package)).toEqual([
      "both",
      "two",
      "critical",
      "a",
      "b",
      "low",
    ]);
  });

  it("leaves out what no upgrade helps", () => {
    const findings = [
      makeFinding({ kind: "secret", package: undefined }),
      makeFinding({ kind: "license", package: makePackage() }),
      makeFinding({ package: undefined }),
    ];
    expect(advisedFor(findings)).toEqual({ upgrades: [], noFix: [] });
  });

  it("puts first of what has no fix what is most severe", () => {
    const none = { fixedVersions: [] };
    const plan = advisedFor([inPackage("a", none), inPackage("b", { ...none, severity: "CRITICAL" })]);
    expect(plan.noFix.map((one) => one.name)).toEqual(["b", "a"]);
  });
});

describe("the order of a plan", () => {
  it("has what is exploited first, though everything else clears more", () => {
    const many = ["a", "b", "c"].map((id) => on("large", { id, severity: "CRITICAL" }));
    const target = failed([...many, on("log4j", { severity: "LOW" })], { "CVE-log4j": KEV }, { exploited: 0 });
    expect(names(plan(target).steps)).toEqual(["log4j", "large"]);
    expect(plan(target).steps[0]).toMatchObject({ exploited: 1 });
  });

  it("then has what breaks a limit on likely attacks, then secrets, then the highest EPSS, then what clears most", () => {
    const secret = on("", { kind: "secret", id: "aws", title: "AWS key", package: undefined, path: "app/.env" });
    const findings = [
      on("most", { id: "1" }),
      on("most", { id: "2" }),
      on("severe", { severity: "CRITICAL" }),
      on("high"),
      on("likely"),
      on("limited", { severity: "LOW" }),
      secret,
      on("noise"),
    ];
    const scores = { "CVE-likely": { epss: 0.2 }, "CVE-limited": { epss: 0.6 }, "CVE-noise": { epss: 0.004 } };
    const target = failed(findings, scores, { epss: { above: 0.5, max: 0 } });
    expect(names(plan(target).steps)).toEqual(["limited", "AWS key", "likely", "most", "severe", "high", "noise"]);
  });

  it("does not depend on the order of the findings", () => {
    const findings = ["a", "b", "c", "d"].map((name) => on(name));
    expect(names(plan(failed(findings.toReversed())).steps)).toEqual(names(plan(failed(findings)).steps));
  });
});

describe("a plan", () => {
  it("has secrets by kind, with every place, but no misconfiguration and no licence", () => {
    const secret = (path: string, line: number) =>
      makeFinding({
        kind: "secret",
        id: "aws",
        title: "AWS key",
        severity: "CRITICAL",
        package: undefined,
        path,
        line,
      });
    const others = (["misconfiguration", "license"] as const).map((kind) =>
      makeFinding({ kind, id: kind, package: undefined }),
    );
    expect(plan(failed([secret("app/.env", 3), secret("b/.env", 1), ...others])).steps).toMatchObject([
      {
        kind: "secret",
        title: "AWS key",
        clears: 2,
        places: [
          { path: "app/.env", line: 3 },
          { path: "b/.env", line: 1 },
        ],
      },
    ]);
  });
});

describe("what the base image brought", () => {
  const base = ["libssl3", "zlib1g", "perl"].map((name) => on(name));
  const unfixed = on("gone", { fixedVersions: [], status: "affected" });
  const npm = on("tar", {
    package: { name: "tar", version: "1.0.0", type: "node-pkg" },
    path: "usr/lib/node_modules/npm/node_modules/tar/package.json",
    fixedVersions: ["1.0.1"],
  });
  const installed: InstalledPackage[] = ["apt", ...base.map(({ package: about }) => about?.name ?? "")].map((name) => ({
    name,
    version: "1.0",
    type: "debian",
    system: true,
    source: { name, version: "1.0" },
  }));

  function built(packages: readonly InstalledPackage[]): JudgedTarget {
    const own = on("mine");
    const [outcome] = [scanned([...base, unfixed, npm, own])];
    const scan = "scan" in outcome ? { ...outcome.scan, packages } : undefined;
    if (scan === undefined) throw new Error("no scan");
    const origins = new Map([
      [outcome.target, (finding: Finding) => (finding === own ? "own" : "base") as "own" | "base"],
    ]);
    return judged(judge([{ target: outcome.target, scan }], makeSettings({ origins })));
  }
  const report = (newer?: BaseReport["newer"]): BaseReport => ({
    reference: "debian:12",
    layers: 1,
    candidates: [],
    newer,
  });

  /** The plan after a scan of the advised versions, of all packages or only of some. */
  function checked(
    target: JudgedTarget,
    found: (about: { readonly name: string }) => readonly Finding[],
    isAsked: (ofBase: boolean | undefined) => boolean = () => true,
  ) {
    const decisions = decisionsOf(target, report());
    const asked = questionsOf([{ target, decisions }]).flat();
    const answered = asked
      .filter(({ decision }) => isAsked(decision.members[0].ofBase))
      .map((each) => {
        const { package: about } = each.question;
        return { ...each, answer: each.version === undefined ? knownOf(target, about) : found(about) };
      });
    const made = judgeAnswers(target, answered, makeSettings());
    return makePlan(target, { base: report(), decisions, checked: made, unproven: "there was no room" });
  }

  it("is one step: what has a fix, and how much the system's package manager clears of it", () => {
    const { steps, noFix } = plan(built(installed), report());
    expect(names(steps)).toEqual(["base", "mine"]);
    expect(steps[0]).toMatchObject({
      reference: "debian:12",
      clears: 4,
      fixable: 4,
      staying: 5,
      command: "apt-get update && apt-get upgrade -y",
      commandClears: 3,
    });
    expect(noFix.map((each) => each.name)).toEqual(["gone"]);
  });

  it("says what the advised versions of its packages still have, and what they bring", () => {
    const target = built(installed);
    const perl = [{ ...on("perl"), id: "CVE-own", severity: "CRITICAL" as const }];
    const { steps } = checked(target, ({ name }) => (name === "perl" ? perl : []));
    expect(steps[0]).toMatchObject({
      kind: "base",
      check: { stays: [], brings: [{ package: "perl", id: "CVE-own" }] },
    });
    expect(stepText(steps[0] as Step)).toContain("brings 1 CRITICAL (CVE-own)");
    expect(plan(target, report()).steps[0]).not.toHaveProperty("check");
  });

  it("is not said to be scanned because something else was", () => {
    const target = built(installed);
    const { advised } = checked(
      target,
      () => [],
      (ofBase) => !ofBase,
    );
    expect(advised).toEqual({ versions: 5, scanned: 1, reasons: ["there was no room"] });
    expect(plan(target, report()).advised).toEqual({ versions: 5, scanned: 0, reasons: ["not scanned"] });
  });

  it("has no command if there is no package manager, as in a distroless image", () => {
    const step = plan(built(installed.slice(1)), report()).steps[0];
    expect(step).toMatchObject({ kind: "base", clears: 4 });
    expect(step).not.toHaveProperty("command");
  });

  it("asks to rebuild on a newer base that clears something, and counts what stays", () => {
    const newer = { reference: "debian:12", ...compareBases([...base, unfixed, npm], [base[0] as Finding, npm]) };
    const { steps, noFix } = plan(built(installed), report(newer));
    expect(steps[0]).toMatchObject({
      kind: "base",
      newer: { clears: 3 },
      rebuilding: 3,
      staying: 2,
      clears: 5,
      commandClears: 1,
    });
    // A finding without a fixed version, which the newer base lacks.
    expect(noFix).toEqual([]);
  });

  it("does not ask to rebuild on one that clears nothing that fails", () => {
    const newer = { reference: "debian:12", ...compareBases([], [...base, unfixed, npm]) };
    const step = plan(built(installed), report(newer)).steps[0];
    expect(step).toMatchObject({ kind: "base", clears: 4 });
    expect(step).not.toHaveProperty("newer");
  });
});
