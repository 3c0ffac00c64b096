import { describe, expect, it } from "vitest";
import { readingAt } from "../../../src/enrichment/vex/document.ts";
import { createVexMatcher } from "../../../src/enrichment/vex/matcher.ts";
import { readVexDocuments } from "../../../src/enrichment/vex/read.ts";
import { makeFinding, makePackage, scanned } from "../../domain/make.ts";
import { csaf, cycloneDx, type Fields, finds, says, vulnerability } from "./documents.ts";

const NOW = new Date("2026-11-24T15:00:00Z");
const PACKAGE = "pkg:deb/debian/libssl3";
const VERSION = "3.0.11-1";

/** Tells if documents accept CVE-2024-0001 in a version of libssl3, with their warnings. */
function judged(documents: readonly Fields[], version = VERSION) {
  const files = documents.map((document, index) => ({
    name: `${index}`,
    bytes: Buffer.from(JSON.stringify(document)),
  }));
  const matcher = createVexMatcher(readVexDocuments(files, readingAt(NOW)));
  const finding = makeFinding({ package: makePackage({ version, purl: `${PACKAGE}@${version}?arch=amd64` }) });
  const outcome = scanned([finding]);
  if (!("scan" in outcome)) throw new Error("not scanned");
  return { accepts: matcher.statementOf(finding, outcome.target, outcome.scan) !== undefined, notes: matcher.notes() };
}
const accepts = (document: Fields, version?: string) => judged([document], version).accepts;

const fixed = { state: "resolved" };
const inVersions = (...versions: readonly Fields[]) =>
  finds({ analysis: fixed, affects: [{ ref: PACKAGE, versions }] });

describe("CycloneDX says of each version whether it is affected, and", () => {
  // Proves: vex-statement-believed-far
  it.each(["affected", "unknown"])("a resolved vulnerability accepts no version that is %s", (status) => {
    const document = inVersions({ version: VERSION, status });
    expect(accepts(document)).toBe(false);
    expect(judged([cycloneDx(), document]).accepts).toBe(false);
  });

  it("one that is unaffected is accepted, and no other", () => {
    const document = inVersions({ version: VERSION, status: "unaffected" }, { version: "3.0.9-1", status: "affected" });
    expect(["3.0.9-1", VERSION, "3.0.13-1"].map((version) => accepts(document, version))).toEqual([false, true, false]);
  });

  it("one without a status is affected by the specification: the statement is not accepted, and a warning says why", () => {
    const { accepts, notes } = judged([inVersions({ version: VERSION })]);
    expect(accepts).toBe(false);
    expect(notes.join()).toContain("in versions without a status, which count as affected in CycloneDX");
    expect(judged([cycloneDx(), inVersions({ version: VERSION })]).accepts).toBe(false);
    expect(judged([cycloneDx(), inVersions({ range: "vers:deb/<4" })]).accepts).toBe(false);
    expect(judged([cycloneDx(), inVersions({ version: "3.0.9-1" })]).accepts).toBe(true);
  });

  it("one that is both, in any order, is not accepted", () => {
    const both = ["affected", "unaffected"].map((status) => ({ version: VERSION, status }));
    for (const versions of [both, both.toReversed()]) expect(accepts(inVersions(...versions))).toBe(false);
  });

  it("a range that is affected rejects all that is not named as unaffected", () => {
    const document = inVersions(
      { range: "vers:deb/<3.0.11-1", status: "affected" },
      { version: VERSION, status: "unaffected" },
    );
    expect(accepts(document)).toBe(true);
    expect(judged([cycloneDx(), document], "3.0.9-1").accepts).toBe(false);
  });

  it("a version of an exploitable vulnerability is not accepted by the version's own status", () => {
    const versions = [{ version: VERSION, status: "unaffected" }];
    const document = finds({ analysis: { state: "exploitable" }, affects: [{ ref: PACKAGE, versions }] });
    expect(accepts(document)).toBe(false);
  });
});

describe("a component of CycloneDX with its own version", () => {
  const document = (component: Fields, analysis: Fields = fixed) =>
    cycloneDx([vulnerability({ analysis, affects: [{ ref: "ssl" }] })], {
      components: [{ "bom-ref": "ssl", ...component }],
    });

  it("means this version", () => {
    const component = { purl: PACKAGE, version: VERSION };
    expect(accepts(document(component))).toBe(true);
    expect(accepts(document(component), "3.0.9-1")).toBe(false);
    const reasoned = { state: "not_affected", justification: "code_not_present" };
    expect(accepts(document(component, reasoned), "3.0.9-1")).toBe(false);
  });

  // Proves: vex-statement-believed-far
  it("is not believed if its package URL has another one", () => {
    const other = document({ purl: `${PACKAGE}@${VERSION}`, version: "3.0.9-1" });
    expect(judged([other])).toMatchObject({
      accepts: false,
      notes: [expect.stringContaining("ssl with two versions")],
    });
    expect(accepts(document({ purl: `${PACKAGE}@${VERSION}`, version: `1:${VERSION}` }))).toBe(true);
  });
});

/** CSAF about libssl3 in a branch. */
function branched(branch: Fields, status: string, helper: Fields = { purl: PACKAGE }): Fields {
  const product = { product_id: "it", name: "it", product_identification_helper: helper };
  const branches = [{ category: "product_name", name: "OpenSSL", branches: [{ ...branch, product }] }];
  const flags = [{ label: "component_not_present" }];
  return csaf(
    {},
    {
      product_tree: { branches },
      vulnerabilities: [{ cve: "CVE-2024-0001", product_status: { [status]: ["it"] }, flags }],
    },
  );
}

describe("a product of CSAF", () => {
  // Proves: vex-statement-believed-far
  it.each(["known_not_affected", "fixed"])("in a branch of one version means this version: %s", (status) => {
    const document = branched({ category: "product_version", name: VERSION }, status);
    expect(accepts(document)).toBe(true);
    expect(accepts(document, "3.0.9-1")).toBe(false);
  });

  it("in an architecture below a branch of one version means this version", () => {
    const inner = branched({ category: "architecture", name: "amd64" }, "known_not_affected");
    const [{ branches }] = (inner.product_tree as { branches: [Fields] }).branches;
    const outer = { category: "product_version", name: VERSION, branches };
    const document = { ...inner, product_tree: { branches: [outer] } };
    expect(accepts(document)).toBe(true);
    expect(accepts(document, "3.0.9-1")).toBe(false);
  });

  // Proves: vex-statement-believed-far
  it.each(["product_version_range", "patch_level", "service_pack"])(
    "in a %s is not accepted, and a warning says why",
    (category) => {
      const { accepts, notes } = judged([branched({ category, name: "vers:deb/>=3.0.10" }, "known_not_affected")]);
      expect(accepts).toBe(false);
      expect(notes.join()).toContain("are about a range of versions, which is not interpreted");
    },
  );

  it("that is affected in a range is affected in all versions", () => {
    const range = branched({ category: "product_version_range", name: "vers:deb/<3" }, "known_affected");
    expect(judged([csaf({ known_not_affected: ["libssl3"] }), range]).accepts).toBe(false);
  });

  it("in a branch that repeats the package's name, as vendors write it, means any version", () => {
    expect(accepts(branched({ category: "product_version", name: "libssl3" }, "known_not_affected"))).toBe(true);
  });

  it("in a branch means the version that its package URL has", () => {
    const name = "libssl3-3.0.11-1.amd64";
    const helper = { purl: `${PACKAGE}@${VERSION}` };
    expect(accepts(branched({ category: "product_version", name }, "fixed", helper))).toBe(true);
  });

  // Proves: vex-statement-believed-far
  it("that two entries of one vulnerability call affected and not affected is not accepted, in any order", () => {
    const reasons = { flags: [{ label: "component_not_present" }] };
    const entries = ["known_affected", "known_not_affected"].map((status) => ({
      cve: "CVE-2024-0001",
      product_status: { [status]: ["libssl3"] },
      ...reasons,
    }));
    for (const vulnerabilities of [entries, entries.toReversed()])
      expect(accepts(csaf({}, { vulnerabilities }))).toBe(false);
    expect(accepts(csaf({}, { vulnerabilities: entries.slice(1) }))).toBe(true);
  });
});

describe("a justification that its format does not have accepts nothing, and a warning says so:", () => {
  const words = "Nothing calls it.";
  const flagged = (label: string) => ({
    ...csaf({}),
    vulnerabilities: [
      { cve: "CVE-2024-0001", product_status: { known_not_affected: ["libssl3"] }, flags: [{ label }] },
    ],
  });
  // Proves: vex-statement-believed-far
  it.each<[string, Fields, Fields]>([
    ["OpenVEX", says({ justification: "trust_us" }), says({ justification: "component_not_present" })],
    [
      "OpenVEX, in other letters",
      says({ justification: "Component_Not_Present" }),
      says({ justification: "inline_mitigations_already_exist" }),
    ],
    [
      "OpenVEX, alongside an impact statement",
      says({ justification: "trust_us", impact_statement: words }),
      says({ justification: "", impact_statement: words }),
    ],
    [
      "CycloneDX",
      finds({ analysis: { state: "not_affected", justification: "trust_us", detail: words } }),
      finds({ analysis: { state: "not_affected", justification: "requires_environment" } }),
    ],
    ["CSAF", flagged("trust_us"), flagged("component_not_present")],
  ])("%s", (_, bad, good) => {
    expect(judged([good]).accepts).toBe(true);
    const { accepts, notes } = judged([bad]);
    expect(accepts).toBe(false);
    expect(notes.join()).toContain("say `not_affected` with a justification that is not on the format's list");
  });
});
