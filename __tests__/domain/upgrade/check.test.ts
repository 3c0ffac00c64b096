import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/domain/finding.ts";
import { type Plan, type UpgradeStep, upgradesIn } from "../../../src/domain/fix-plan.ts";
import { type JudgeSettings, judge } from "../../../src/domain/judge/judge.ts";
import type { InstalledPackage } from "../../../src/domain/target.ts";
import { judgeAnswers, questionsOf } from "../../../src/domain/upgrade/check.ts";
import { decisionsOf } from "../../../src/domain/upgrade/decisions.ts";
import { makePlan } from "../../../src/domain/upgrade/plan.ts";
import { judged, makeException, makeFinding, makePolicy, makeSettings, scanned } from "../make.ts";

const npm = (name: string, version = "1.0.0") => ({ name, version, type: "npm", purl: `pkg:npm/${name}@${version}` });

/** A HIGH finding in an npm package. */
function on(name: string, id: string, fixedVersions: readonly string[] = [], change: Partial<Finding> = {}): Finding {
  const status = fixedVersions.length > 0 ? "fixed" : "affected";
  return makeFinding({ id, package: npm(name), fixedVersions, status, path: "app/package-lock.json", ...change });
}

/**
 * The findings of a version, by `name@version`. The installed version has the target's findings unless there is an
 * entry.
 */
type Found = Readonly<Record<string, readonly Partial<Finding>[] | undefined>>;

function planOf(
  findings: readonly Finding[],
  found: Found,
  settings: JudgeSettings = makeSettings(),
  packages: readonly InstalledPackage[] = [],
  of = scanned([]).target,
): Plan {
  const outcome = { ...scanned(findings), target: of };
  const listed = "scan" in outcome ? { ...outcome, scan: { ...outcome.scan, packages } } : outcome;
  const target = judged(judge([listed], settings));
  const decisions = decisionsOf(target);
  const answered = questionsOf([{ target, decisions }])
    .flat()
    .map((asked) => {
      const { version, question } = asked;
      const { package: about } = question;
      const key = `${about.name}@${about.version}`;
      const own = findings.filter((each) => each.package?.name === about.name);
      const answer = Object.hasOwn(found, key)
        ? found[key]?.map((change) => makeFinding({ package: undefined, fixedVersions: [], ...change }))
        : version === undefined
          ? own
          : [];
      return { ...asked, answer };
    });
  const checked = judgeAnswers(target, answered, settings);
  return makePlan(target, { decisions, checked, unproven: "there are more versions than one run checks" });
}

const only = ({ steps }: Plan): UpgradeStep => {
  expect(steps).toHaveLength(1);
  return steps[0] as UpgradeStep;
};

describe("a plan that was checked", () => {
  const low = (id: string, ...fixed: string[]) => on("web", id, fixed, { severity: "LOW" });

  it("advises the lowest version that clears everything open, and names the lower one that is enough for the gate", () => {
    const plan = planOf([on("web", "CVE-1", ["1.1.0"]), low("CVE-LOW", "1.2.0")], {
      "web@1.1.0": [{ id: "CVE-LOW", severity: "LOW" }],
    });
    expect(only(plan)).toMatchObject({
      to: "1.2.0",
      clears: 1,
      enough: { version: "1.1.0", clears: 2, of: 2, bySeverity: { HIGH: 1, LOW: 1 } },
      check: { stays: [], brings: [] },
    });
  });

  it("says how much of what is open it clears, if some of it stays in the line", () => {
    const left = [{ id: "CVE-3", severity: "LOW" as const }];
    const plan = planOf([on("web", "CVE-1", ["1.1.0"]), low("CVE-2", "1.2.0"), low("CVE-3", "2.0.0")], {
      "web@1.1.0": [{ id: "CVE-2", severity: "LOW" }, ...left],
      "web@1.2.0": left,
    });
    expect(only(plan)).toMatchObject({ to: "1.2.0", enough: { version: "1.1.0", clears: 2, of: 3 } });
  });

  it("names no lower version that fails, or that clears as much", () => {
    const findings = [on("web", "CVE-1", ["1.1.0"]), low("CVE-LOW", "1.2.0")];
    const failing = planOf(findings, { "web@1.1.0": [{ id: "CVE-OWN" }] });
    expect(only(failing)).toMatchObject({ to: "1.2.0" });
    expect(only(failing)).not.toHaveProperty("enough");
    // The scanner finds nothing in 1.1.0, whatever the advisory says.
    expect(only(planOf(findings, {}))).toMatchObject({ to: "1.1.0" });
    expect(only(planOf(findings, {}))).not.toHaveProperty("enough");
  });

  it("prefers a version without its own failing finding", () => {
    const plan = planOf([on("web", "CVE-1", ["1.1.0"]), low("CVE-LOW", "1.2.0")], {
      "web@1.1.0": [{ id: "CVE-OWN" }, { id: "CVE-LOW", severity: "LOW" }],
    });
    expect(only(plan)).toMatchObject({ to: "1.2.0", clears: 1, check: { stays: [], brings: [] } });
    expect(plan.advised).toEqual({ versions: 1, scanned: 1, reasons: [] });
  });

  it("otherwise advises the one with the fewest, and says what it brings and what stays", () => {
    const plan = planOf([on("web", "CVE-1", ["1.1.0"]), on("web", "CVE-2", ["1.2.0"]), on("web", "CVE-3")], {
      "web@1.1.0": [{ id: "CVE-2" }, { id: "CVE-3" }, { id: "CVE-OWN" }],
      "web@1.2.0": [{ id: "CVE-3" }, { id: "CVE-NEW", severity: "CRITICAL" }],
    });
    expect(only(plan)).toMatchObject({
      to: "1.2.0",
      clears: 2,
      check: {
        stays: [{ package: "web", id: "CVE-3", severity: "HIGH" }],
        brings: [{ package: "web", id: "CVE-NEW", severity: "CRITICAL" }],
      },
    });
    expect(plan.noFix).toMatchObject([{ name: "web", ids: ["CVE-3"] }]);
  });

  it("counts what has no fix and is not in the advised version: no fix is only what no version clears", () => {
    const plan = planOf([on("web", "CVE-1", ["1.1.0"]), on("web", "CVE-UNFIXED")], {});
    expect(only(plan)).toMatchObject({ to: "1.1.0", clears: 2, ids: ["CVE-1", "CVE-UNFIXED"] });
    expect(plan.noFix).toEqual([]);
  });

  it("clears a finding without a fix by the fix of one that does not fail", () => {
    const plan = planOf([on("web", "CVE-UNFIXED"), on("web", "CVE-LOW", ["1.1.0"], { severity: "LOW" })], {});
    expect(only(plan)).toMatchObject({ to: "1.1.0", clears: 1, ids: ["CVE-UNFIXED"] });
  });

  // Proves: plan-believes-only-looked
  it("does not trust an answer that lacks what the installed version has: it was not looked at", () => {
    for (const installed of [[], [{ id: "CVE-1" }], undefined]) {
      const plan = planOf([on("web", "CVE-1", ["1.1.0"]), on("web", "CVE-2")], { "web@1.0.0": installed });
      expect(only(plan)).toMatchObject({ to: "1.1.0", clears: 1, ids: ["CVE-1"] });
      expect(only(plan)).not.toHaveProperty("check");
      // It is unknown whether the finding stays.
      expect(only(plan)).toMatchObject({ mayStay: { clears: 1, ids: ["CVE-2"] } });
      expect(plan.noFix).toEqual([]);
      expect(plan.advised).toEqual({
        versions: 1,
        scanned: 0,
        reasons: ["the second scan did not show the findings of the installed version"],
      });
    }
  });

  it("clears nothing by the word of one scanner that another one still finds", () => {
    const opinions = [{ scanner: "Grype", id: "CVE-1", severity: "HIGH" as const, fixedVersions: ["2.0.0-rc1"] }];
    const findings = (change: Partial<Finding>) => [
      on("web", "CVE-1", ["2.0.0-rc1"], change),
      on("web", "CVE-2", ["1.1.0"]),
    ];
    const plan = planOf(findings({ opinions }), {});
    expect(only(plan)).toMatchObject({ to: "1.1.0", ids: ["CVE-2"] });
    expect(plan.noFix).toMatchObject([{ ids: ["CVE-1"], statuses: ["fixed in no release that was looked at"] }]);
    expect(only(planOf(findings({}), {}))).toMatchObject({ to: "1.1.0", ids: ["CVE-1", "CVE-2"] });
  });

  it("does not trust a single version that was not answered", () => {
    const plan = planOf([on("web", "CVE-1", ["1.1.0", "2.0.0"])], {
      "web@1.1.0": undefined,
      "web@2.0.0": [{ id: "CVE-NEW" }],
    });
    expect(only(plan)).toMatchObject({ to: "2.0.0", check: { brings: [{ id: "CVE-NEW" }] } });
  });

  it("says of one step that it is unproven, if others are not", () => {
    const plan = planOf([on("web", "CVE-1", ["1.1.0"]), on("silent", "CVE-2", ["1.1.0"])], { "silent@1.0.0": [] });
    const [silent, web] = plan.steps as readonly UpgradeStep[];
    expect(web).toMatchObject({ check: { stays: [], brings: [] } });
    expect(web).not.toHaveProperty("unproven");
    expect(silent).toMatchObject({ unproven: expect.stringContaining("did not show") });
    expect(plan.advised).toMatchObject({ versions: 2, scanned: 1 });
  });

  it("says that versions with as many failing findings do not help", () => {
    const plan = planOf([on("web", "CVE-1", ["1.1.0"]), on("web", "CVE-LOW", ["1.2.0"], { severity: "LOW" })], {
      "web@1.1.0": [{ id: "CVE-A" }, { id: "CVE-B" }],
      "web@1.2.0": [{ id: "CVE-1" }],
    });
    expect(plan.steps).toEqual([]);
    expect(plan.noFix).toMatchObject([
      { ids: ["CVE-1"], statuses: [expect.stringContaining("as many other failing findings")] },
    ]);
  });

  it("is unproven beyond what one run checks", () => {
    const many = Array.from({ length: 3334 }, (_, index) => on(`p${index}`, "CVE-1", ["1.1.0"]));
    const plan = planOf(many, {});
    expect(plan.steps.filter((step) => step.kind === "upgrade" && step.check !== undefined)).toHaveLength(3333);
    expect(plan.steps.filter((step) => "unproven" in step)).toMatchObject([
      { unproven: "there are more versions than one run checks" },
    ]);
  });
});

describe("what would fail the gate", () => {
  const findings = [on("web", "CVE-1", ["1.1.0"])];
  const brings = (change: Partial<Finding>, settings?: JudgeSettings) =>
    only(planOf(findings, { "web@1.1.0": [{ id: "CVE-NEW", ...change }] }, settings)).check?.brings.map(({ id }) => id);

  it("is what the policy's limits count: none allowed, or more than are allowed already", () => {
    expect(brings({ severity: "MEDIUM" })).toEqual([]);
    expect(brings({ severity: "MEDIUM" }, makeSettings({ limits: { MEDIUM: 0 } }))).toEqual(["CVE-NEW"]);
    expect(brings({}, makeSettings({ limits: { HIGH: 0 } }))).toEqual(["CVE-NEW"]);
    expect(brings({ severity: "CRITICAL" }, makeSettings({ limits: { CRITICAL: 5 } }))).toEqual([]);
  });

  it("is not what an exception accepts at the place of the package, or a document of the vendor in that version", () => {
    const accepting = (paths: string[]) =>
      makeSettings({ policy: makePolicy({ exceptions: [makeException({ id: "CVE-NEW", paths })] }) });
    expect(brings({}, accepting(["app/*.json"]))).toEqual([]);
    expect(brings({}, accepting(["other/**"]))).toEqual(["CVE-NEW"]);
    const vex: JudgeSettings["vex"] = ({ package: about }) =>
      about?.purl === "pkg:npm/web@1.1.0" ? { status: "not_affected", document: "vex.json" } : undefined;
    expect(brings({}, makeSettings({ vex }))).toEqual([]);
  });

  it("is what attackers use, if the policy allows none", () => {
    const settings = makeSettings({
      policy: makePolicy({ exploited: 0 }),
      exploits: (id) => (id === "CVE-NEW" ? { kev: { ransomware: false } } : undefined),
    });
    expect(brings({ severity: "LOW" }, settings)).toEqual(["CVE-NEW"]);
  });

  it("is not what the baseline has, if only what is introduced counts", () => {
    const old = on("web", "CVE-OLD", []);
    const { target } = scanned([]);
    const settings = makeSettings({
      policy: makePolicy({ count: "introduced" }),
      changes: new Map([[target, ({ id }: Finding) => (id === "CVE-OLD" ? "unchanged" : "new")]]),
    });
    const found = { "web@1.1.0": [{ id: "CVE-OLD" }, { id: "CVE-NEW" }] };
    const { check } = only(planOf([...findings, old], found, settings, [], target));
    expect(check?.brings.map(({ id }) => id)).toEqual(["CVE-NEW"]);
  });
});

/** It clears all findings that its version lacks, and no other checked version has fewer failing findings. */
function expectBest(step: UpgradeStep, candidates: readonly string[], found: Found): void {
  const at = (version: string | undefined) => found[`web@${version}`]?.map(({ id }) => id) ?? [];
  for (const id of step.ids) expect(at(step.to)).not.toContain(id);
  for (const version of candidates) expect(at(step.to).length).toBeLessThanOrEqual(at(version).length);
}

describe("what is released together with a package that fails", () => {
  const jar = (name: string, version: string) => ({
    name: `org.springframework:${name}`,
    version,
    type: "jar",
    ecosystem: "maven" as const,
    path: `app.jar/${name}.jar`,
  });
  const core = jar("spring-core", "5.3.0");
  const failing = makeFinding({
    id: "CVE-1",
    package: core,
    path: core.path,
    fixedVersions: ["5.3.1", "6.0.0"],
    status: "fixed",
  });
  const web = jar("spring-web", "5.3.0");
  const own = { id: "CVE-WEB", fixedVersions: ["5.3.2"] };
  const plan = (found: Found, packages: readonly InstalledPackage[]) =>
    only(planOf([failing], found, makeSettings(), packages));

  it("is raised with it, so a version in which it would fail is worse than one in which it does not", () => {
    const found = { "org.springframework:spring-web@5.3.1": [own] };
    expect(plan(found, [core, web])).toMatchObject({ to: "6.0.0", check: { brings: [] } });
    expect(plan(found, [core])).toMatchObject({ to: "5.3.1" });
  });

  it("is named if it would fail in each version", () => {
    const found = {
      "org.springframework:spring-web@5.3.1": [own],
      "org.springframework:spring-web@6.0.0": [own, { id: "CVE-OTHER" }],
    };
    expect(plan(found, [core, web])).toMatchObject({
      to: "5.3.1",
      members: [{ package: "org.springframework:spring-core" }],
      check: { stays: [], brings: [{ package: "org.springframework:spring-web", id: "CVE-WEB" }] },
    });
  });

  it("is not lowered: the scanner is not asked about a version below its own", () => {
    const found = { "org.springframework:spring-web@5.3.1": [own] };
    expect(plan(found, [core, jar("spring-web", "5.3.9")])).toMatchObject({ to: "5.3.1", check: { brings: [] } });
  });

  it("leaves the version out if the scanner could not look", () => {
    const found = { "org.springframework:spring-web@5.3.1": undefined };
    expect(plan(found, [core, web])).toMatchObject({ to: "6.0.0" });
  });
});

describe("whatever the versions have", () => {
  const ids = fc.subarray(["CVE-1", "CVE-2", "CVE-3", "CVE-4", "CVE-5"]);

  it("the plan does not depend on the order of the findings, and clears only what the advised version lacks", () => {
    fc.assert(
      fc.property(ids, ids, ids, fc.boolean(), (a, b, c, hasFix) => {
        const findings = [
          on("web", "CVE-1", ["1.1.0"]),
          on("web", "CVE-2", hasFix ? ["2.0.0"] : []),
          on("web", "CVE-3"),
        ];
        const found: Record<string, { id: string }[]> = {};
        for (const [version, list] of [
          ["1.1.0", a],
          ["2.0.0", b],
          ["3.0.0", c],
        ] as const)
          found[`web@${version}`] = list.map((id) => ({ id }));
        const all = [...findings, on("web", "CVE-LOW", ["3.0.0"], { severity: "LOW" })];
        const plan = planOf(all, found);
        const strip = ({ steps, noFix }: Plan) => [
          steps.map(({ ids, clears }) => [[...ids].sort(), clears]),
          upgradesIn({ steps }).map(({ to }) => to),
          noFix.map(({ ids }) => [...ids].sort()),
        ];
        expect(strip(planOf(all.toReversed(), found))).toEqual(strip(plan));
        const [decision] = decisionsOf(judged(judge([scanned(all)], makeSettings())));
        const candidates = decision?.versions ?? [];
        for (const step of plan.steps as readonly UpgradeStep[]) expectBest(step, candidates, found);
        const named = [...plan.steps.flatMap(({ ids }) => ids), ...plan.noFix.flatMap(({ ids }) => ids)];
        const staying = plan.steps.flatMap((step) => (step as UpgradeStep).check?.stays.map(({ id }) => id) ?? []);
        // Nothing that fails is forgotten.
        expect(new Set([...named, ...staying])).toEqual(new Set(["CVE-1", "CVE-2", "CVE-3"]));
      }),
    );
  });
});
