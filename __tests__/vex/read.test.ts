import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GateError } from "../../src/errors.ts";
import { readVexDocuments } from "../../src/vex/read.ts";
import { temporaryFolder } from "../support/folder.ts";
import { type TestWorld, testWorld } from "../trivy/world.ts";
import { csaf, cycloneDx, openVex, statement, vulnerability, writeDocument } from "./documents.ts";

let folder: ReturnType<typeof temporaryFolder>;
let world: TestWorld;
beforeEach(() => {
  folder = temporaryFolder("vex");
  world = testWorld(folder.path);
});
afterEach(() => folder[Symbol.dispose]());

function read(value: unknown) {
  const [document] = readVexDocuments([writeDocument(world.workspace, "a.vex.json", value)], world);
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
      openVex([statement({ products, vulnerability, timestamp: "2026-11-01", last_updated: "2026-11-22T00:00:00Z" })]),
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

  it("tells products that cannot be told", () => {
    const products = [{ "@id": "https://acme.example/app" }, { identifiers: { cpe23: "cpe:2.3:a:b:c" } }];
    expect(read(openVex([statement({ products }), statement({ products: undefined })]))).toMatchObject({
      claims: [],
      unknownProducts: ["https://acme.example/app", "a product without an id", "those of a statement that names none"],
    });
  });
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
    expect(read(cycloneDx([vulnerability({ analysis: { state } })])).claims).toMatchObject([{ status }]);
  });

  it("names a component of its own by bom-ref, however deep, and nothing of another document", () => {
    const inner = { "bom-ref": "ssl", purl: "pkg:deb/debian/libssl3@3.0.11-1" };
    const components = [{ "bom-ref": "os", components: [inner] }];
    const affects = [{ ref: "ssl" }, { ref: "os" }, { ref: "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#ssl" }];
    const { claims, unknownProducts } = read(cycloneDx([vulnerability({ affects })], { components }));
    expect(claims).toMatchObject([{ product: { name: "libssl3", version: "3.0.11-1" } }]);
    expect(unknownProducts).toEqual(["os", "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#ssl"]);
  });

  it("is about the versions that it lists, and ranges are not understood", () => {
    const versions = [{ version: "3.0.11-1" }, { range: "vers:deb/<3" }];
    const { claims, unknownProducts } = read(
      cycloneDx([vulnerability({ affects: [{ ref: "pkg:deb/debian/libssl3", versions }] })]),
    );
    expect(claims).toMatchObject([{ product: { version: "3.0.11-1" } }]);
    expect(unknownProducts).toEqual(["pkg:deb/debian/libssl3 in a range of versions"]);
  });

  it("without an analysis says nothing", () => {
    expect(read(cycloneDx([vulnerability({ analysis: undefined })])).claims).toEqual([]);
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

const DEEP = `{"bomFormat":"CycloneDX","vulnerabilities":[],"components":${'[{"components":'.repeat(20_000)}[]${"}]".repeat(20_000)}}`;

describe("a document that is not understood", () => {
  it.each<[string, unknown, string]>([
    ["is no JSON", "not_affected: all", "is not JSON"],
    ["is empty", "", "is not JSON"],
    ["was cut", JSON.stringify(openVex()).slice(0, -20), "is not JSON"],
    ["is no UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), "is not JSON"],
    ["is a list", [], "is no VEX document"],
    ["is of another kind", { spdxVersion: "SPDX-2.3" }, "is of no format that is read"],
    [
      "is OpenVEX of another version",
      openVex([], { "@context": "https://openvex.dev/ns" }),
      "is OpenVEX of another version than 0.2",
    ],
    [
      "is OpenVEX with another status",
      openVex([statement({ status: "accepted" })]),
      "is not valid OpenVEX (at statements.0.status)",
    ],
    ["is OpenVEX without an author", openVex([], { author: undefined }), "is not valid OpenVEX (at author)"],
    [
      "is OpenVEX with a date that is none",
      openVex([statement({ timestamp: "soon" })]),
      "has a date that cannot be read",
    ],
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
    ["is nested too deeply", DEEP, "is nested too deeply"],
  ])("is an error where it %s, and its text is not quoted", (_, value, why) => {
    const error = refusal(value);
    expect(error.code).toBe("vex-invalid");
    expect(error.what).toBe(`The VEX document "a.vex.json" ${why}`);
  });

  it("is an error where it lies elsewhere or is missing", () => {
    symlinkSync("/etc/passwd", join(world.workspace, "link.json"));
    const code = (path: string) => {
      try {
        return readVexDocuments([path], world);
      } catch (error) {
        return (error as GateError).code;
      }
    };
    expect(code("link.json")).toBe("file-outside-workspace");
    expect(code("gone.json")).toBe("file-missing");
  });
});
