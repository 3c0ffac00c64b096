import { describe, expect, it } from "vitest";
import { readingAt } from "../../../src/enrichment/vex/document.ts";
import { createVexMatcher } from "../../../src/enrichment/vex/matcher.ts";
import { readVexDocuments } from "../../../src/enrichment/vex/read.ts";
import { GateError } from "../../../src/system/errors.ts";
import { csaf, cycloneDx, finds, openVex, says, statement, vulnerability } from "./documents.ts";

const NOW = new Date("2026-11-24T15:00:00Z");

function bytesOf(value: unknown): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
}

function read(value: unknown) {
  const [document] = readVexDocuments([{ name: "a.vex.json", bytes: bytesOf(value) }], readingAt(NOW));
  if (document === undefined) throw new Error("nothing was read");
  return document;
}

function refusal(value: unknown): GateError {
  try {
    read(value);
  } catch (error) {
    if (error instanceof GateError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

const LIBSSL = { type: "deb", namespace: "debian", name: "libssl3", qualifiers: {} };
const AT = Date.parse("2026-11-20T10:00:00Z");

describe("OpenVEX", () => {
  it("says who says what of which product, and when", () => {
    expect(read(openVex())).toEqual({
      name: "a.vex.json",
      author: "Acme Security",
      claims: [
        {
          ids: ["CVE-2024-0001"],
          status: "not_affected",
          at: AT,
          product: LIBSSL,
          justification: "vulnerable_code_not_in_execute_path",
        },
      ],
      unknownProducts: [],
    });
  });

  it("has a claim for each product and each component, by identifier or id, aliases and own time included", () => {
    const products = [
      {
        "@id": "pkg:oci/app?repository_url=ghcr.io/acme/app",
        subcomponents: [
          { "@id": "https://acme.example/x", identifiers: { purl: "pkg:deb/debian/libssl3" } },
          { "@id": "pkg:npm/qs@6.0.0" },
        ],
      },
    ];
    const vulnerability = { name: "GHSA-aaaa-bbbb-cccc", aliases: ["CVE-2024-0001"] };
    const { claims } = read(
      says({ products, vulnerability, timestamp: "2026-11-01", last_updated: "2026-11-22T00:00:00Z" }),
    );
    expect(claims).toMatchObject([
      {
        ids: ["GHSA-aaaa-bbbb-cccc", "CVE-2024-0001"],
        product: { type: "oci" },
        component: LIBSSL,
        at: Date.parse("2026-11-22"),
      },
      { component: { type: "npm", name: "qs", version: "6.0.0" } },
    ]);
  });

  it.each<[string, object, string[]]>([
    ["its id alone", { "@id": "CVE-2024-0001" }, ["CVE-2024-0001"]],
    ["its id and aliases", { "@id": "GHSA-x", aliases: ["CVE-2024-0001"] }, ["GHSA-x", "CVE-2024-0001"]],
    ["its name and id", { "@id": "GHSA-x", name: "CVE-2024-0001" }, ["CVE-2024-0001", "GHSA-x"]],
    ["its address alone", { "@id": "https://nvd.nist.gov/vuln/detail/CVE-2024-0001?a#b" }, ["CVE-2024-0001"]],
    ["its name and address", { "@id": "https://acme.example/1", name: "CVE-2024-0001" }, ["CVE-2024-0001"]],
  ])("names a vulnerability by %s", (_, vulnerability, ids) => {
    expect(read(says({ vulnerability })).claims).toMatchObject([{ ids }]);
  });

  it("is read where its context names no version", () => {
    expect(read(openVex(undefined, { "@context": "https://openvex.dev/ns" })).claims).toHaveLength(1);
  });

  it("lists products that cannot be identified", () => {
    const products = [{ "@id": "https://acme.example/app" }, { identifiers: { cpe23: "cpe:2.3:a:b:c" } }];
    expect(read(openVex([statement({ products }), statement({ products: undefined })]))).toMatchObject({
      claims: [],
      unknownProducts: [
        "https://acme.example/app",
        "a product without an id",
        "the products of a statement that lists none",
      ],
    });
  });
});

// Proves: vex-repository-reads-nothing
it("a document of a hub only counts for the hub's packages", () => {
  const bytes = bytesOf(openVex([statement(), statement({ products: [{ "@id": "pkg:npm/qs" }] })]));
  const file = { name: "a.json", hub: "hub", bytes, about: new Set(["npm/qs"]) };
  expect(readVexDocuments([file], readingAt(NOW))).toMatchObject([
    { name: "a.json", hub: "hub", claims: [{ product: { name: "qs" } }] },
  ]);
});

describe("CycloneDX", () => {
  it("says who says what of which product, and when", () => {
    expect(read(cycloneDx())).toEqual({
      name: "a.vex.json",
      author: "Acme Security",
      claims: [
        {
          ids: ["CVE-2024-0001"],
          status: "not_affected",
          at: AT,
          product: LIBSSL,
          justification: "code_not_reachable: We call no such function.",
        },
      ],
      unknownProducts: [],
    });
  });

  it.each([
    ["not_affected", "not_affected"],
    ["false_positive", "not_affected"],
    ["resolved", "fixed"],
    ["resolved_with_pedigree", "fixed"],
    ["in_triage", "under_investigation"],
    ["exploitable", "affected"],
    ["toString", "affected"],
  ])("state %s is taken for %s", (state, status) => {
    expect(read(finds({ analysis: { state } })).claims).toMatchObject([{ status }]);
  });

  it("names its own component by bom-ref, however deep, and nothing of another document", () => {
    const inner = { "bom-ref": "ssl", purl: "pkg:deb/debian/libssl3@3.0.11-1" };
    const components = [{ "bom-ref": "os", components: [inner] }];
    const affects = [{ ref: "ssl" }, { ref: "os" }, { ref: "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#ssl" }];
    const { claims, unknownProducts } = read(cycloneDx([vulnerability({ affects })], { components }));
    expect(claims).toMatchObject([{ product: { name: "libssl3", version: "3.0.11-1" } }]);
    expect(unknownProducts).toEqual(["os", "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#ssl"]);
  });

  it("is about the versions that it lists, and ranges are not understood", () => {
    const versions = [
      { version: "3.0.11-1", status: "unaffected" },
      { range: "vers:deb/<3", status: "unaffected" },
    ];
    const { claims, unknownProducts } = read(finds({ affects: [{ ref: "pkg:deb/debian/libssl3", versions }] }));
    expect(claims).toMatchObject([{ product: { version: "3.0.11-1" } }]);
    expect(unknownProducts).toEqual(["pkg:deb/debian/libssl3 in a range of versions"]);
  });

  it("without an analysis says nothing", () => {
    expect(read(finds({ analysis: undefined })).claims).toEqual([]);
  });
});

describe("CSAF", () => {
  it("says of a package in an image who says what, and when", () => {
    expect(read(csaf())).toEqual({
      name: "a.vex.json",
      author: "Acme Security",
      claims: [
        {
          ids: ["CVE-2024-0001"],
          status: "not_affected",
          at: AT,
          product: { type: "oci", name: "app", qualifiers: { repository_url: "ghcr.io/acme/app" } },
          component: LIBSSL,
          justification: "vulnerable_code_not_present: It is not built in.",
        },
      ],
      unknownProducts: [],
    });
  });

  it("tells products without a package URL, once", () => {
    const { claims, unknownProducts } = read(
      csaf({ fixed: ["libssl3", "rhel"], known_affected: ["rhel"], recommended: ["image"] }),
    );
    expect(claims).toMatchObject([{ status: "fixed", product: LIBSSL }]);
    expect(unknownProducts).toEqual(["rhel"]);
  });
});

// Proves: vex-document-says-one
it("CSAF that says of a product both that it is affected and that it is not accepts nothing in it, in any order", () => {
  for (const groups of [
    ["known_affected", "known_not_affected"],
    ["known_not_affected", "known_affected"],
  ]) {
    const { claims } = read(csaf(Object.fromEntries(groups.map((group) => [group, ["image:libssl3"]]))));
    expect(claims.map(({ status }) => status)).toEqual(["not_affected", "affected"]);
  }
});

const productOne = (name: string) => ({ product_id: "1", product_identification_helper: { purl: `pkg:npm/${name}` } });

const DEEP = `{"bomFormat":"CycloneDX","vulnerabilities":[],"components":${'[{"components":'.repeat(20_000)}[]${"}]".repeat(20_000)}}`;

describe("a document that is not understood", () => {
  // Proves: vex-document-says-one, vex-document-accepts-names
  it.each<[string, unknown, string]>([
    ["is not JSON", "not_affected: all", "is not JSON, or only a part of it"],
    ["is empty", "", "is empty"],
    ["was cut", JSON.stringify(openVex()).slice(0, -20), "is not JSON, or only a part of it"],
    ["is no UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), "is not UTF-8"],
    ["is a list", [], "is not a VEX document"],
    ["is OpenVEX and CycloneDX", { ...openVex(), ...cycloneDx() }, "has two formats at once"],
    ["is CSAF and CycloneDX", { ...csaf(), ...cycloneDx() }, "has two formats at once"],
    ["is of another kind", { spdxVersion: "SPDX-2.3" }, "has an unsupported format"],
    [
      "is OpenVEX of another version",
      openVex([], { "@context": "https://openvex.dev/ns/v0.0.1" }),
      "is OpenVEX of another version than 0.2",
    ],
    [
      "is OpenVEX with subcomponents where they were before 0.2",
      openVex([statement({ subcomponents: ["pkg:npm/qs"] })], { "@context": "https://openvex.dev/ns" }),
      "is not valid OpenVEX (at statements.0.subcomponents)",
    ],
    [
      "is OpenVEX about no vulnerability",
      says({ vulnerability: { aliases: ["CVE-2024-0001"] } }),
      "is not valid OpenVEX (at statements.0.vulnerability)",
    ],
    ["is OpenVEX with another status", says({ status: "accepted" }), "is not valid OpenVEX (at statements.0.status)"],
    ["is OpenVEX without an author", openVex([], { author: undefined }), "is not valid OpenVEX (at author)"],
    ["is OpenVEX with a date that is none", says({ timestamp: "soon" }), "has a date that cannot be read"],
    [
      "is CycloneDX without vulnerabilities",
      cycloneDx([], { vulnerabilities: undefined }),
      "is not valid CycloneDX VEX (at vulnerabilities)",
    ],
    [
      "is CSAF of another shape",
      csaf({ fixed: "all" }),
      "is not valid CSAF (at vulnerabilities.0.product_status.fixed)",
    ],
    ["is nested too deeply", DEEP, "is nested deeper than 100 levels"],
    [
      "has a key twice",
      JSON.stringify(openVex()).replace('"status":', '"status":"affected","status":'),
      "has a duplicate key in one object, at line 1",
    ],
    [
      "has a key in another case, which Trivy reads",
      says({ products: [{ "@id": "pkg:npm/express", Subcomponents: [{ "@id": "pkg:npm/qs" }] }] }),
      'has a key that only some programs read as "subcomponents"',
    ],
    ["is OpenVEX and CycloneDX", openVex([], { bomFormat: "CycloneDX" }), "has two formats at once"],
    [
      "is CycloneDX with two components of one reference",
      cycloneDx([], { components: ["a", "b"].map((name) => ({ "bom-ref": "1", purl: `pkg:npm/${name}` })) }),
      "gives two components one `bom-ref`",
    ],
    [
      "is CycloneDX with another package's URL for a reference",
      cycloneDx([], { components: [{ "bom-ref": "pkg:npm/a@1", purl: "pkg:npm/b@1" }] }),
      "gives two components one `bom-ref`",
    ],
    [
      "is CSAF with two products of one id",
      csaf({}, { product_tree: { full_product_names: ["a", "b"].map(productOne) } }),
      "gives two products one id",
    ],
  ])("is an error where it %s, and its text is not quoted", (_, value, why) => {
    const error = refusal(value);
    expect(error.code).toBe("vex-invalid");
    expect(error.what).toBe(`The VEX document "a.vex.json" ${why}`);
  });
});

const VERSIONED = "pkg:deb/debian/libssl3@3.0.11-1";
const IMAGE = "pkg:oci/app?repository_url=ghcr.io/acme/app";
const FUTURE = "are dated in the future";
const UNREASONED = "say `not_affected` without a justification or impact statement";
const UNVERSIONED = "say `fixed` without saying in which version";
const within = (image: string, part: string) => [{ "@id": image, subcomponents: [{ "@id": part }] }];

describe("a statement that would accept", () => {
  // Proves: vex-statement-gives-no
  it.each<[string, unknown, string | undefined]>([
    ["OpenVEX from tomorrow", says({ timestamp: "2026-11-25T16:00:00Z" }), FUTURE],
    ["OpenVEX last updated tomorrow", says({ last_updated: "2026-11-25T16:00:00Z" }), FUTURE],
    ["OpenVEX of a document from tomorrow", openVex(undefined, { timestamp: "2026-11-25T16:00:00Z" }), FUTURE],
    ["OpenVEX from within the hour", says({ timestamp: "2026-11-24T15:59:00Z" }), undefined],
    ["OpenVEX without a reason", says({ justification: undefined }), UNREASONED],
    ["OpenVEX with white space for a reason", says({ justification: " \u3164\u200b." }), UNREASONED],
    [
      "OpenVEX with a note that is no reason",
      says({ justification: undefined, status_notes: "Trust us." }),
      UNREASONED,
    ],
    [
      "OpenVEX with an impact statement",
      says({ justification: undefined, impact_statement: "Not built in." }),
      undefined,
    ],
    ["OpenVEX, fixed", says({ status: "fixed" }), UNVERSIONED],
    ["OpenVEX, fixed in a version", says({ status: "fixed", products: [{ "@id": VERSIONED }] }), undefined],
    ["OpenVEX, fixed in an image", says({ status: "fixed", products: [{ "@id": IMAGE }] }), UNVERSIONED],
    ["OpenVEX, fixed in a tag", says({ status: "fixed", products: [{ "@id": `${IMAGE}&tag=1.0` }] }), undefined],
    [
      "OpenVEX, fixed in a package of an image",
      says({ status: "fixed", products: within(IMAGE, "pkg:deb/debian/libssl3") }),
      UNVERSIONED,
    ],
    [
      "OpenVEX, fixed in a version of a package of an image",
      says({ status: "fixed", products: within(IMAGE, VERSIONED) }),
      undefined,
    ],
    ["CycloneDX from tomorrow", finds({ updated: "2026-11-25T16:00:00Z" }), FUTURE],
    ["CycloneDX without a reason", finds({ analysis: { state: "not_affected" } }), UNREASONED],
    ["CycloneDX, a false positive", finds({ analysis: { state: "false_positive" } }), UNREASONED],
    ["CycloneDX with a detail", finds({ analysis: { state: "false_positive", detail: "Another libssl." } }), undefined],
    ["CycloneDX, resolved", finds({ analysis: { state: "resolved" } }), UNVERSIONED],
    [
      "CycloneDX, resolved in a version",
      finds({
        analysis: { state: "resolved" },
        affects: [{ ref: "pkg:deb/debian/libssl3", versions: [{ version: "3.0.11-1", status: "unaffected" }] }],
      }),
      undefined,
    ],
    ["CSAF without a flag or threat about the product", csaf({ known_not_affected: ["libssl3"] }), UNREASONED],
    ["CSAF, fixed", csaf({ fixed: ["libssl3"] }), UNVERSIONED],
  ])("%s: accepts nothing for the reason it is given", (_, document, why) => {
    const { claims } = read(document);
    expect(claims).toHaveLength(1);
    expect(claims[0]?.refused).toBe(why);
    expect(
      createVexMatcher([{ name: "x", claims, unknownProducts: [] }])
        .notes()
        .join(),
    ).toContain(why ?? "");
  });

  it("of CSAF from tomorrow is not accepted, nor with a flag about another product; a flag about its group will do", () => {
    const document = csaf();
    const change = (more: object) => ({
      ...document,
      vulnerabilities: [{ ...(document.vulnerabilities as object[])[0], threats: [], ...more }],
    });
    const tracking = { current_release_date: "2026-11-25T16:00:00Z" };
    const tomorrow = { ...document, document: { ...(document.document as object), tracking } };
    expect(read(tomorrow).claims).toMatchObject([{ refused: FUTURE }]);
    const other = change({ flags: [{ label: "component_not_present", product_ids: ["rhel"] }] });
    expect(read(other).claims).toMatchObject([{ refused: UNREASONED }]);
    const grouped = change({ flags: [{ label: "component_not_present", group_ids: ["g"] }] });
    const groups = [{ group_id: "g", product_ids: ["rhel", "image:libssl3"] }];
    const tree = { ...(document.product_tree as object), product_groups: groups };
    expect(read({ ...grouped, product_tree: tree }).claims).toMatchObject([
      { refused: undefined, justification: "component_not_present" },
    ]);
  });
});

/** Documents of some hundred kilobytes that expand to some hundred million claims. */
describe("a document that multiplies what it says", () => {
  const many = (count: number, make: (index: number) => unknown) => Array.from({ length: count }, (_, i) => make(i));
  const purls = many(1_000, (i) => `pkg:npm/p${i}`);
  const tree = {
    full_product_names: ["a", "b"].map((id) => ({ product_id: id, product_identification_helper: { purls } })),
    relationships: many(1_000, (i) => ({
      product_reference: "a",
      relates_to_product_reference: "b",
      full_product_name: { product_id: `r${i}` },
    })),
  };
  const flag = { label: "component_not_present", group_ids: ["g"] };

  // Proves: vex-document-multiplies-costs
  it.each<[string, unknown]>([
    ["CSAF by its product tree", csaf({}, { product_tree: tree, vulnerabilities: [] })],
    [
      "CSAF by its groups",
      csaf(
        {},
        {
          product_tree: { product_groups: [{ group_id: "g", product_ids: many(20_000, String) }] },
          vulnerabilities: [{ cve: "CVE-2024-0001", flags: many(20_000, () => flag) }],
        },
      ),
    ],
    [
      "CSAF by ids that are repeated",
      csaf(
        {},
        {
          product_tree: { full_product_names: [{ product_id: "a", product_identification_helper: { purls } }] },
          vulnerabilities: [
            { ids: many(100, (i) => ({ text: `X-${i}` })), product_status: { fixed: many(1_000, () => "a") } },
          ],
        },
      ),
    ],
    [
      "OpenVEX by its aliases",
      says({
        vulnerability: { name: "CVE-2024-0001", aliases: many(10_000, (i) => `X-${i}`) },
        products: many(10_000, (i) => ({ "@id": `pkg:npm/p${i}` })),
      }),
    ],
    [
      "CycloneDX by its references",
      finds({
        references: many(10_000, (i) => ({ id: `X-${i}` })),
        affects: many(10_000, (i) => ({ ref: `pkg:npm/p${i}` })),
      }),
    ],
  ])("%s is refused at once", (_, document) => {
    const before = process.cpuUsage();
    expect(refusal(document)).toMatchObject({ code: "vex-too-large", what: expect.stringContaining('"a.vex.json"') });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(5_000);
  });

  it("is counted together with the others", () => {
    const bytes = bytesOf(says({ products: many(400_000, (i) => ({ "@id": `pkg:npm/p${i}` })) }));
    expect(readVexDocuments([{ name: "a", bytes }], readingAt(NOW))[0]?.claims).toHaveLength(400_000);
    const three = ["a", "b", "c"].map((name) => ({ name, bytes }));
    expect(() => readVexDocuments(three, readingAt(NOW))).toThrow(/vex-too-large.*"c"/);
  });
});
