import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/domain/finding.ts";
import type { UpgradeStep } from "../../src/domain/fix-plan.ts";
import { judge } from "../../src/domain/judge/judge.ts";
import type { CheckVersions } from "../../src/domain/upgrade/check.ts";
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

/** Answers like a scanner with these findings by version, and records each request. */
function scanner(found: Readonly<Record<string, readonly Finding[]>>) {
  const rounds: string[][] = [];
  const check: CheckVersions = async (questions) => {
    rounds.push(questions.map(({ package: about }) => about.version));
    return questions.map(({ package: about }) => found[about.version] ?? []);
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

describe("the scan of the versions", () => {
  it("is one, with the installed version, the advised one, the lowest for the gate and the highest", async () => {
    const installed = [on("CVE-1", "1.1.0", "2.0.0"), { ...on("CVE-LOW", "1.3.0"), severity: "LOW" as const }];
    const { check, rounds } = scanner({ "1.0.0": installed, "1.1.0": [on("CVE-LOW", "1.3.0")] });
    const { plan } = await planned(installed, check);
    expect(rounds).toEqual([["1.0.0", "1.1.0", "1.3.0", "2.0.0"]]);
    expect(step(plan)).toMatchObject({ to: "1.3.0", clears: 1, check: { stays: [], brings: [] } });
    expect(plan?.advised).toEqual({ versions: 1, scanned: 1, reasons: [] });
  });

  it("is not followed by another one: what the advised version brings is said, if the highest has as many", async () => {
    const installed = on("CVE-1", "1.1.0", "2.0.0");
    const own = on("CVE-OWN", "1.1.5", "2.0.9");
    const { check, rounds } = scanner({ "1.0.0": [installed], "1.1.0": [own], "2.0.0": [own] });
    const { plan } = await planned([installed], check);
    expect(rounds).toHaveLength(1);
    expect(step(plan)).toMatchObject({ to: "1.1.0", check: { stays: [], brings: [{ id: "CVE-OWN" }] } });
  });

  it("leads to the highest named version if the advised one brings something that this one lacks", async () => {
    const installed = on("CVE-1", "1.1.0", "2.0.0");
    const { check } = scanner({ "1.0.0": [installed], "1.1.0": [on("CVE-OWN", "1.1.5")] });
    expect(step((await planned([installed], check)).plan)).toMatchObject({ to: "2.0.0", check: { brings: [] } });
  });

  it("is not made if nothing fails, or if nothing can be raised", async () => {
    const { check, rounds } = scanner({});
    await planned([makeFinding({ severity: "LOW" })], check);
    await planned([on("CVE-1")], check);
    expect(rounds).toEqual([]);
  });

  it("is not made if there are more versions than one run checks, which is the plan's reason", async () => {
    const { check, rounds } = scanner({});
    const findings = Array.from({ length: 20_001 }, (_, index) => on(`CVE-${index}`, "1.1.0"));
    const { plan } = await planned(findings, check);
    expect(rounds).toEqual([]);
    expect(plan?.advised.reasons).toEqual(["there are more versions than one run checks"]);
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

describe("a plan without a scan of the versions", () => {
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
    expect(plan).toMatchObject({ advised: { scanned: 0, reasons: [why] }, steps: [{ to: "1.1.0" }] });
    expect(step(plan)).not.toHaveProperty("check");
  });
});
