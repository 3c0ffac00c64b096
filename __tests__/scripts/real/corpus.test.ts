import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { count, tryCorpus } from "../../../scripts/real/corpus.ts";
import { root } from "../../../scripts/setup/tools.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const REPORT = join(root, "scripts/real/one-finding.json");

/** Ends without the folder, which is a new one in each run. */
const ends = (outcomes: readonly { readonly end: string; readonly why?: string }[]) =>
  outcomes.map(({ end, why }) => [end, why]);

test("each report of a folder is judged, or refused by its code", async () => {
  using folder = temporaryFolder("corpus");
  copyFileSync(REPORT, join(folder.path, "a.json"));
  mkdirSync(join(folder.path, "below"));
  writeFileSync(join(folder.path, "below/b.json"), "{");
  const outcomes = await tryCorpus("reports", folder.path, {});
  expect(ends(outcomes)).toEqual([
    ["judged", undefined],
    ["refused", "report-invalid"],
  ]);
  const counted = count("reports", outcomes);
  expect(counted).toEqual({
    title: "Trivy reports",
    files: 2,
    judged: 1,
    refused: { "report-invalid": 1 },
    crashed: 0,
    hung: 0,
  });
});

test("a VEX document is judged alongside our own report", async () => {
  using folder = temporaryFolder("corpus");
  const statement = {
    vulnerability: { name: "CVE-2021-44906" },
    products: [{ "@id": "pkg:npm/minimist" }],
    status: "not_affected",
    justification: "component_not_present",
  };
  const document = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "https://example.test/vex-1",
    author: "Acme",
    timestamp: "2026-01-01T00:00:00Z",
    version: 1,
    statements: [statement],
  };
  writeFileSync(join(folder.path, "a.json"), JSON.stringify(document));
  writeFileSync(join(folder.path, "b.json"), "[]");
  const outcomes = await tryCorpus("vex", folder.path, {});
  expect(ends(outcomes)).toEqual([
    ["judged", undefined],
    ["refused", "vex-invalid"],
  ]);
});

test("an ignore file is imported, or refused with the reason", async () => {
  using folder = temporaryFolder("corpus");
  writeFileSync(join(folder.path, ".trivyignore"), "CVE-2021-44906\n");
  writeFileSync(join(folder.path, "wrong.yaml"), "vulnerabilities: {}\n");
  const outcomes = await tryCorpus("ignore", folder.path, {});
  expect(outcomes.map(({ end }) => end)).toEqual(["judged", "refused"]);
  expect(outcomes[1]?.why).toContain("wrong.yaml");
});
