import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/domain/finding.ts";
import type { UpgradeStep } from "../../src/domain/fix-plan.ts";
import { judge } from "../../src/domain/judge/judge.ts";
import type { CheckVersions } from "../../src/domain/upgrade/proof/version-question.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import { planUpgrades } from "../../src/steps/plan-upgrades.ts";
import { GateError } from "../../src/system/errors.ts";
import type { World } from "../../src/system/world.ts";
import { judged, makeFinding, makePolicy, makeSettings, scanned } from "../domain/make.ts";

const on = (id: string, ...fixedVersions: string[]): Finding =>
  makeFinding({
    id,
    fixedVersions,
    package: { name: "web", version: "1.0.0", type: "npm", purl: "pkg:npm/web@1.0.0" },
  });

/** Answers as a scanner with these findings by version does, and remembers what it was asked in each round. */
function scanner(found: Readonly<Record<string, readonly Finding[]>>) {
  const rounds: (string | undefined)[][] = [];
  const check: CheckVersions = async (questions) => {
    rounds.push(questions.map(({ version }) => version));
    return questions.map(({ package: about, version = about.version }) => found[version] ?? []);
  };
  return { check, rounds };
}

const lines: string[] = [];
const log = { info: (line: string) => lines.push(line), debug: (line: string) => lines.push(line) };
const world = { log } as unknown as World;

async function planned(findings: readonly Finding[], check?: CheckVersions, settings = makeSettings()) {
  const verdict = judge([scanned(findings)], settings);
  const after = await planUpgrades(verdict, { settings, weigh: async () => ({}), check }, world);
  return { verdict, after, plan: judged(after).plan };
}
const step = (plan: Awaited<ReturnType<typeof planned>>["plan"]) => plan?.steps[0] as UpgradeStep;

describe("the second scan", () => {
  it("goes on where a fix has findings of its own: their fixes are asked in a second round", async () => {
    const installed = on("CVE-1", "1.1.0", "2.0.0");
    const { check, rounds } = scanner({ "1.0.0": [installed], "1.1.0": [on("CVE-OWN", "1.1.5", "2.0.9", "0.9.0")] });
    const { plan } = await planned([installed], check);
    // Not above 2.0.0, which is without a finding, and not below what is installed.
    expect(rounds).toEqual([[undefined, "1.1.0", "2.0.0"], ["1.1.5"]]);
    expect(step(plan)).toMatchObject({ to: "1.1.5", check: { stays: [], brings: [] } });
    expect(plan?.proof).toEqual({ checked: 3 });
  });

  it("asks all of these if no version is without a finding yet, and ends after two rounds", async () => {
    const installed = on("CVE-1", "1.1.0");
    const own = on("CVE-OWN", "1.1.5", "2.0.9");
    const { check, rounds } = scanner({ "1.0.0": [installed], "1.1.0": [own], "1.1.5": [on("CVE-MORE", "1.1.6")] });
    const { plan } = await planned([installed], check);
    expect(rounds).toEqual([
      [undefined, "1.1.0"],
      ["1.1.5", "2.0.9"],
    ]);
    expect(step(plan)).toMatchObject({ to: "2.0.9" });
  });

  it("has one round if the lowest version is without a finding", async () => {
    const { check, rounds } = scanner({ "1.0.0": [on("CVE-1", "1.1.0")] });
    await planned([on("CVE-1", "1.1.0")], check);
    expect(rounds).toHaveLength(1);
  });

  it("keeps what the first round proved if the second fails", async () => {
    const installed = on("CVE-1", "1.1.0");
    const { check, rounds } = scanner({ "1.0.0": [installed], "1.1.0": [on("CVE-OWN", "1.1.5")] });
    const { plan } = await planned([installed], async (questions) => {
      if (rounds.length > 0) throw new GateError("versions-not-checked", "it broke", "Nothing.");
      return check(questions);
    });
    expect(step(plan)).toMatchObject({ to: "1.1.0", check: { brings: [{ id: "CVE-OWN" }] } });
  });

  it("is not made if nothing fails, or if nothing can be raised", async () => {
    const { check, rounds } = scanner({});
    await planned([makeFinding({ severity: "LOW" })], check);
    await planned([on("CVE-1")], check);
    expect(rounds).toEqual([]);
  });

  it("asks what is the same in several targets, and judges it by each one's limits", async () => {
    const finding = on("CVE-1", "1.1.0");
    const settings = makeSettings({
      policy: makePolicy({ targets: [{ images: ["two"], thresholds: { MEDIUM: 0 }, line: 1 }] }),
    });
    const verdict = judge([scanned([finding], "one"), scanned([finding], "two")], settings);
    const medium = makeFinding({ id: "CVE-MEDIUM", severity: "MEDIUM", fixedVersions: [] });
    const { check } = scanner({ "1.0.0": [finding], "1.1.0": [medium] });
    const after = await planUpgrades(verdict, { settings, weigh: async () => ({}), check }, world);
    expect(step(judged(after, 0).plan).check?.brings).toEqual([]);
    expect(step(judged(after, 1).plan).check?.brings).toMatchObject([{ id: "CVE-MEDIUM" }]);
  });
});

describe("a plan without a second scan", () => {
  const answer = ({ answer, reason, exceptions }: Verdict) => ({ answer, reason, exceptions });

  it.each([
    ["there is no scanner", undefined, "no scanner with a vulnerability database was at hand"],
    [
      "it fails",
      async () => Promise.reject(new GateError("versions-not-checked", "the second scan took too long", "Nothing.")),
      "the second scan took too long",
    ],
    ["something unforeseen happens", async () => Promise.reject(new TypeError("oh")), "Image Gate itself failed: oh"],
  ])("is unproven and says why, and the verdict is the same: %s", async (_, check, why) => {
    const { verdict, after, plan } = await planned([on("CVE-1", "1.1.0")], check);
    expect(answer(after)).toEqual(answer(verdict));
    expect(plan).toMatchObject({ proof: { unproven: why }, steps: [{ to: "1.1.0" }] });
    expect(step(plan)).not.toHaveProperty("check");
  });
});
