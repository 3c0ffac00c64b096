import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import type { Plan, Step } from "../../../src/domain/fix-plan.ts";
import { type BaseReport, compareBases } from "../../../src/domain/image/base-image.ts";
import { judge } from "../../../src/domain/judge/judge.ts";
import type { InstalledPackage } from "../../../src/domain/target.ts";
import { judgeAnswers } from "../../../src/domain/upgrade/proof/checked-versions.ts";
import { hasQuestions, inquire } from "../../../src/domain/upgrade/proof/inquiry.ts";
import { budget, questionsOf } from "../../../src/domain/upgrade/proof/questions.ts";
import { makePlan } from "../../../src/domain/upgrade/steps/make-plan.ts";
import type { Exploitation, JudgedTarget } from "../../../src/domain/verdict.ts";
import { stepText } from "../../../src/render/shared/upgrades.ts";
import { judged, makeFinding, makePackage, makePolicy, makeSettings, scanned } from "../make.ts";

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

const plan = (target: JudgedTarget, base?: BaseReport) => makePlan(target, { base, unproven: "not scanned" });
const names = (steps: readonly Step[]) =>
  steps.map((step) => (step.kind === "secret" ? step.title : step.kind === "base" ? "base" : step.members[0]?.package));

describe("a plan without a scanner to ask", () => {
  const VERSIONS = ["0.9", "1.0", "1.1", "1.2", "2.0", "what?"];
  const finding = fc
    .tuple(fc.constantFrom("a", "b", "g:c"), fc.array(fc.constantFrom(...VERSIONS), { maxLength: 3 }), fc.nat(3))
    .map(([name, fixedVersions, place]) => ({ name, fixedVersions, path: place === 0 ? undefined : `lock-${place}` }));

  const targetOf = (found: readonly { name: string; fixedVersions: string[]; path: string | undefined }[]) =>
    failed(
      found.map(({ name, ...change }, index) =>
        on(name, { ...change, id: `CVE-${index}`, package: makePackage({ name, version: "1.0", type: "npm" }) }),
      ),
    );

  it("is the one that it would be if everything had been collected first", () => {
    fc.assert(
      fc.property(fc.array(finding, { minLength: 1, maxLength: 12 }), (found) => {
        const target = targetOf(found);
        // What is alike in everything that the order depends on may come in any order.
        const alike = (parts: readonly { ids: readonly string[] }[]) =>
          parts.map((each) => JSON.stringify({ ...each, ids: each.ids.toSorted() })).toSorted();
        const sorted = ({ steps, noFix, ...rest }: Plan) => ({ ...rest, steps: alike(steps), noFix: alike(noFix) });
        expect(sorted(makePlan(target, { inquiry: inquire(target), unproven: "x" }))).toEqual(
          sorted(makePlan(target, { unproven: "x" })),
        );
      }),
    );
  });

  it("is told from one that has no questions as the questions themselves tell it", () => {
    fc.assert(
      fc.property(fc.array(finding, { minLength: 1, maxLength: 12 }), (found) => {
        const target = targetOf(found);
        expect(hasQuestions(target)).toBe(
          questionsOf([{ target, inquiry: inquire(target) }], budget()).flat().length > 0,
        );
      }),
    );
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
    expect(noFix.map((each) => each.package)).toEqual(["gone"]);
  });

  it("says what the advised versions of its packages still have, and what they bring", () => {
    const target = built(installed);
    const inquiry = inquire(target);
    const perl = (findings: readonly Partial<Finding>[]) => findings.map((each) => on("perl", each));
    const answered = questionsOf([{ target, inquiry }], budget())
      .flat()
      .map((asked) => {
        const { package: about, version } = asked.question;
        if (version === undefined) return { ...asked, answer: asked.member.known };
        return { ...asked, answer: about.name === "perl" ? perl([{ id: "CVE-own", severity: "CRITICAL" }]) : [] };
      });
    const checked = judgeAnswers(target, answered, makeSettings());
    const { steps } = makePlan(target, { base: report(), inquiry, checked, unproven: "" });
    expect(steps[0]).toMatchObject({
      kind: "base",
      check: { stays: [], brings: [{ package: "perl", id: "CVE-own" }] },
    });
    expect(stepText(steps[0] as Step)).toContain("brings 1 CRITICAL (CVE-own)");
    expect(plan(target, report()).steps[0]).not.toHaveProperty("check");
  });

  it("is not said to be scanned because something else was", () => {
    const target = built(installed);
    const inquiry = inquire(target);
    const answered = questionsOf([{ target, inquiry }], budget())
      .flat()
      .filter(({ decision }) => inquiry.own.includes(decision))
      .map((asked) => ({ ...asked, answer: asked.question.version === undefined ? asked.member.known : [] }));
    const checked = judgeAnswers(target, answered, makeSettings());
    const { advised } = makePlan(target, { base: report(), inquiry, checked, unproven: "there was no room" });
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
    // What no version fixes, but the newer base lacks.
    expect(noFix).toEqual([]);
  });

  it("does not ask to rebuild on one that clears nothing that fails", () => {
    const newer = { reference: "debian:12", ...compareBases([], [...base, unfixed, npm]) };
    const step = plan(built(installed), report(newer)).steps[0];
    expect(step).toMatchObject({ kind: "base", clears: 4 });
    expect(step).not.toHaveProperty("newer");
  });
});
