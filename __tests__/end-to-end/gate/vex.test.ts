import { describe, expect, it } from "vitest";
import { csaf, openVex, statement } from "../../enrichment/vex/documents.ts";
import { atMost } from "../../support/runs/patience.ts";
import { shared } from "../../support/runs/shared.ts";
import { day, type GateResult, messages, openStage } from "../../support/runs/stage.ts";
import { row, trivyReport } from "../../support/runs/trivy-report.ts";

const stage = await shared(openStage("vex"));

const PURL = "pkg:npm/package-1@1.0";
const report = trivyReport([row(1, { PkgIdentifier: { PURL } })]);
const about = (change: object) =>
  statement({ vulnerability: { name: "CVE-2024-1001" }, products: [{ "@id": PURL }], ...change });
const run = (document: unknown) =>
  stage.run(
    { "trivy-report": "report.json", vex: "a.json" },
    { files: { "report.json": report, "a.json": JSON.stringify(document) } },
  );
const accepted = (result: GateResult) => result.report.findings.filter(({ outcome }) => outcome === "accepted").length;

describe("a VEX statement", () => {
  // Proves: vex-statement-gives-no
  it.each<[string, object]>([
    ["dated in the future", { timestamp: `${day(2)}T00:00:00Z` }],
    ["without a justification or impact statement", { justification: undefined, status_notes: "Trust us." }],
    ["without saying in which version", { status: "fixed", products: [{ "@id": "pkg:npm/package-1" }] }],
  ])("%s is not accepted, and a warning names document and statement", async (why, change) => {
    const good = await run(openVex([about({})]));
    expect([accepted(good), good.outputs.verdict], good.log).toEqual([1, "pass"]);
    const result = await run(openVex([about(change)]));
    expect([accepted(result), result.outputs.verdict]).toEqual([0, "fail"]);
    const warning = messages(result, "warning").find((message) => message.includes("a.json")) ?? "";
    expect(warning).toContain(why);
    expect(warning).toContain("CVE-2024-1001 in pkg:npm/package-1");
    expect(result.summary).toContain(why);
  });

  // Proves: package-url-means-one
  it("about a package whose name has an encoded slash in it covers no package of a namespace", async () => {
    const other = trivyReport([row(1, { PkgIdentifier: { PURL: "pkg:npm/acme/qs@1.0" } })]);
    const document = openVex([about({ products: [{ "@id": "pkg:npm/acme%2Fqs@1.0" }] })]);
    const files = { "report.json": other, "a.json": JSON.stringify(document) };
    const result = await stage.run({ "trivy-report": "report.json", vex: "a.json" }, { files });
    expect([accepted(result), result.outputs.verdict], result.log).toEqual([0, "fail"]);
  });

  // Proves: vex-document-multiplies-costs
  it("of a product tree that multiplies ends the run in seconds, with a code", async () => {
    const purls = Array.from({ length: 2_000 }, (_, index) => `pkg:npm/p${index}`);
    const product_tree = {
      full_product_names: ["a", "b"].map((id) => ({ product_id: id, product_identification_helper: { purls } })),
      relationships: Array.from({ length: 1_000 }, (_, index) => ({
        product_reference: "a",
        relates_to_product_reference: "b",
        full_product_name: { product_id: `r${index}` },
      })),
    };
    const document = csaf({}, { product_tree });
    expect(JSON.stringify(document).length).toBeLessThan(250_000);
    const result = await run(document);
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
    expect(result.outputs.reason).toContain("[vex-too-large]");
    expect(result.milliseconds).toBeLessThan(atMost(20_000));
  });
});
