import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sarifRun } from "../../../src/render/sarif/sarif.ts";
import { validateSarif } from "../../support/programs/sarif-multitool.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { failed, finding, judged, target, view } from "../build.ts";
import { sample } from "../samples.ts";
import { sarifOf, sarifText } from "./bed.ts";

describe("golden files", () => {
  test.each(["pass-accepted", "kinds", "dockerfile", "several-targets"])("%s", async (name) => {
    await expect(`${JSON.stringify(JSON.parse(sarifText(sample(name))), undefined, 1)}\n`).toMatchFileSnapshot(
      `../golden/sarif-${name}.json`,
    );
  });
});

describe("a SARIF file", () => {
  test("is valid for Microsoft's validator, whatever strangers call their packages", { timeout: 300_000 }, () => {
    using folder = temporaryFolder("sarif");
    mkdirSync(folder.path, { recursive: true });
    // Each kind of finding, outcome, place and text; the others differ in numbers alone.
    const files = ["fail", "kinds", "dockerfile", "exploited", "by-vex", "several-targets", "hostile"].map((name) => {
      const file = join(folder.path, `${name}.sarif`);
      writeFileSync(file, sarifText(sample(name)));
      return file;
    });
    const broken = join(folder.path, "broken.sarif");
    writeFileSync(broken, sarifText(sample("kinds")).replaceAll('"startLine":1', '"startLine":-1'));
    const said = validateSarif(...files, broken);
    expect(said.filter((line) => !line.includes(broken))).toEqual([]);
    expect(said.join("\n")).toMatch(/error JSON\d+.*startLine/);
  });

  test("has no run for a target in error", () => expect(sarifOf(view([failed()])).runs).toEqual([]));

  test("holds every finding, whatever became of it, and its rule", () => {
    const of = sample("fail");
    const all = of.verdict.targets.flatMap((each) => (each.answer === "error" ? [] : each.findings));
    const rules = all.map(({ finding: { id, severity } }) => `${id} (${severity})`);
    const { results, tool } = sarifOf(of).runs[0] ?? { results: [] };
    expect(results.map(({ ruleId }) => ruleId)).toEqual(rules);
    for (const { ruleId, ruleIndex } of results) expect(tool?.driver.rules[ruleIndex]?.id).toBe(ruleId);
  });
});

const of = (severity: "CRITICAL" | "HIGH" | "LOW", outcome: "open" | "accepted" | "not-counted" = "open") =>
  judged(finding({ severity }), { outcome });

describe("the findings that have room", () => {
  test("are the open ones before the others, and of each the most severe; in their order", () => {
    const all = [of("CRITICAL", "accepted"), of("CRITICAL"), of("HIGH", "not-counted"), of("HIGH"), of("LOW")];
    const at = (most: number) => sarifRun(target(all), all, most).kept.map((each) => all.indexOf(each));
    expect([5, 4, 3, 2, 1, 0].map(at)).toEqual([[0, 1, 2, 3, 4], [0, 1, 3, 4], [1, 3, 4], [1, 3], [1], []]);
    expect(sarifRun(target(all, { label: "ghcr.io/acme/\u202Elarge:1" }), all, 3).cut).toBe(
      "SARIF of ghcr.io/acme/\\u{202E}large:1 leaves out 2 of its 5 findings (1 CRITICAL, 1 HIGH), the least severe, as code scanning takes no more",
    );
  });
});
