import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { VERDICT_TYPE, type VerdictPredicate, verdictPredicate } from "../../src/domain/evidence/predicate.ts";
import { planSigning } from "../../src/domain/evidence/signing-plan.ts";
import { digestOf, platforms, reportOf, scanned } from "../domain/evidence/reports.ts";
import { exception, finding, judged, use } from "../render/build.ts";

const page = readFileSync(join(root, "docs/verdict.md"), "utf8");
const schema = JSON.parse(readFileSync(join(root, "schema/verdict.schema.json"), "utf8"));
const isVerdict = addFormats.default(new Ajv2020({ strict: false })).compile(schema);

/** The page's example: one finding is accepted, one has no fix, one is below the limits. */
function example(): VerdictPredicate {
  const held = exception({ id: "CVE-2024-6119", package: "libssl3" });
  const findings = [
    judged(finding(), { outcome: "accepted", exceptions: [held] }),
    judged(finding({ severity: "LOW" })),
    judged(finding({ severity: "MEDIUM", fixedVersions: [] }), { outcome: "not-counted", spared: "unfixed" }),
  ];
  const plan = planSigning(
    reportOf([scanned("a", findings)], {
      policy: { path: ".github/image-gate.yml", sha256: "5".repeat(64), from: "workspace" },
      exceptions: [use({ exception: held })],
    }),
  );
  if ("code" in plan) throw new Error(plan.what);
  return plan.images[0].predicate;
}

it("the page shows what is attested, and names its type and its schema", () => {
  const [, shown = ""] = /```json\n(.*?)\n```/s.exec(page) ?? [];
  expect(JSON.parse(shown)).toEqual(example());
  expect(page).toContain(VERDICT_TYPE);
  expect(page).toContain("schema/verdict.schema.json");
});

it("the page says each field of it", () => {
  for (const name of Object.keys(verdictPredicate.shape)) expect(page).toContain(`\`${name}\``);
});

it("the schema accepts what is attested, of an image and of an index", () => {
  expect(isVerdict(example()), JSON.stringify(isVerdict.errors)).toBe(true);
  const plan = planSigning(reportOf(platforms("ab")));
  const index = "code" in plan ? undefined : plan.indexes[0]?.predicate;
  expect(index?.image.digest).toBe(digestOf("9"));
  expect(isVerdict(index), JSON.stringify(isVerdict.errors)).toBe(true);
});

it.each<[string, (verdict: VerdictPredicate) => object]>([
  ["without a verdict", ({ verdict: _, ...rest }) => rest],
  ["with a digest that is none", (verdict) => ({ ...verdict, image: { ...verdict.image, digest: "latest" } })],
  ["with a time that is none", (verdict) => ({ ...verdict, scannedAt: "yesterday" })],
  ["with a count that is none", (verdict) => ({ ...verdict, counts: { ...verdict.counts, low: -1 } })],
])("the schema refuses one %s", (_, change) => {
  expect(isVerdict(change(example()))).toBe(false);
});

it("the schema accepts fields of a later version", () => {
  expect(isVerdict({ ...example(), later: 1 })).toBe(true);
});
