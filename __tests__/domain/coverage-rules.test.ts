import { describe, expect, it } from "vitest";
import { isWhole } from "../../src/domain/coverage.ts";
import { coverageOf, type Looked } from "../../src/domain/coverage-rules.ts";

const DEBIAN = { family: "debian", name: "12.8", endOfLife: false };
const NODE = new Map([["node-pkg", { packages: 2, files: 1 }]]);

/** A Debian image of which all was looked at. */
const looked = (more: Partial<Looked> = {}): Looked => ({
  kind: "image",
  scanners: ["vuln"],
  system: DEBIAN,
  matching: "yes",
  release: "known",
  systemPackages: 10,
  thirdParty: 0,
  skippedPackages: 0,
  nestedComponents: 0,
  layersWithoutSecrets: 0,
  applications: new Map(),
  unmatchedTypes: new Set(["conda-pkg"]),
  hostedTypes: new Set(["node-pkg"]),
  unread: [],
  unreadMore: 0,
  unreadTold: true,
  configFiles: 0,
  terraform: [],
  said: [],
  ...more,
});
const codes = (more: Partial<Looked>) => coverageOf(looked(more)).gaps.map(({ code }) => code);
const rowsOf = (more: Partial<Looked>) =>
  coverageOf(looked(more)).rows.map(({ subject, status, detail }) => [subject, status, detail].join("|"));
const UNREAD = { path: "a.jar", kind: "packages", why: "no zip" } as const;

describe("gaps", () => {
  it.each<[string, Partial<Looked>, readonly string[]]>([
    ["a whole image", {}, []],
    ["no system and packages that need one", { system: undefined, applications: NODE }, ["os-unknown"]],
    [
      "no system and a program that needs none",
      { system: undefined, applications: new Map([["gobinary", { packages: 9, files: 1 }]]) },
      [],
    ],
    ["nothing at all", { system: undefined }, []],
    ["a folder without a system", { kind: "files", system: undefined, applications: NODE }, []],
    ["packages of no system", { system: "none" }, ["os-unknown"]],
    ["an SBOM with packages of no system", { kind: "sbom", system: "none" }, ["sbom-os-missing"]],
    ["a system that is not matched", { matching: "no", systemPackages: 0 }, ["os-unknown"]],
    ["a release that is not known", { release: "unknown" }, ["os-release-unknown"]],
    ["packages of another system", { disagreement: "it says so" }, ["os-mismatch"]],
    ["no packages of the system", { systemPackages: 0 }, ["os-packages-missing"]],
    ["a folder that says it is a system", { kind: "files", systemPackages: 0 }, []],
    ["a report without packages", { systemPackages: undefined }, []],
    ["components within others", { kind: "sbom", nestedComponents: 2 }, ["sbom-components-nested"]],
    ["an SBOM that is too large to tell", { kind: "sbom", nestedComponents: undefined }, []],
    ["packages that were left out", { skippedPackages: 1 }, ["packages-skipped"]],
    [
      "a file that could not be read",
      { unread: [UNREAD, { ...UNREAD, path: undefined }] },
      ["packages-unreadable", "packages-unreadable"],
    ],
    [
      "more of them than are listed",
      { unread: [UNREAD], unreadMore: 3 },
      ["packages-unreadable", "packages-unreadable"],
    ],
    ["a package.json of no package", { unread: [{ ...UNREAD, kind: "no-package" }] }, []],
    ["an end of life", { system: { ...DEBIAN, endOfLife: true } }, []],
    ["no vulnerabilities asked for", { scanners: ["secret"], system: "none", unread: [UNREAD] }, []],
    [
      "a Dockerfile that does not parse",
      { scanners: ["misconfig"], unread: [{ ...UNREAD, kind: "config" }] },
      ["config-unreadable"],
    ],
    ["the same where nobody asked", { unread: [{ ...UNREAD, kind: "config" }] }, []],
    [
      "Terraform",
      { scanners: ["misconfig"], kind: "files", terraform: ["a.tf", "b.tf"] },
      ["terraform-not-read", "terraform-not-read"],
    ],
    [
      "Terraform beside others",
      { scanners: ["misconfig"], kind: "files", configFiles: 1, terraform: ["a.tf"] },
      ["terraform-not-read"],
    ],
    ["nothing to check, as far as can be told", { scanners: ["misconfig"], kind: "files", terraform: [] }, []],
    [
      "nothing checked, and nobody can tell",
      { scanners: ["misconfig"], kind: "files", terraform: undefined },
      ["misconfig-nothing-read"],
    ],
    [
      "something checked, and nobody can tell",
      { scanners: ["misconfig"], kind: "files", configFiles: 2, terraform: undefined },
      [],
    ],
    ["an image in which nothing was checked", { scanners: ["misconfig"], terraform: undefined }, []],
  ])("%s", (_, more, expected) => {
    expect(codes(more)).toEqual(expected);
  });

  it("name the file that they are about, so that a path can accept it", () => {
    const { gaps } = coverageOf(looked({ unread: [UNREAD] }));
    expect(gaps).toMatchObject([{ path: "a.jar", what: "a.jar could not be read: no zip" }]);
    const terraform = coverageOf(looked({ scanners: ["misconfig"], kind: "files", terraform: ["x/a.tf"] }));
    expect(terraform.gaps).toMatchObject([{ path: "x/a.tf" }]);
  });
});

describe("rows", () => {
  it("tell what was seen, and what was not asked for", () => {
    expect(rowsOf({ applications: NODE, scanners: ["vuln", "secret"] })).toEqual([
      "Operating system|looked|debian 12.8",
      "System packages|looked|10 packages",
      "node-pkg|looked|2 packages in 1 file",
      "Misconfigurations|not-asked|",
      "Secrets|looked|",
      "Licences|not-asked|",
    ]);
  });

  it("say in how many layers nobody looked for secrets, as the image's history calls them its base's", () => {
    expect(rowsOf({ scanners: ["secret"], layersWithoutSecrets: 3 })).toContain(
      "Secrets|looked|not in 3 layers that the image's history calls the base image's",
    );
  });

  it("say what is not known, and make nothing whole of it", () => {
    const report = { scanners: undefined, release: "not-told", unreadTold: false, systemPackages: undefined } as const;
    expect(rowsOf(report)).toEqual([
      "Operating system|not-known|debian 12.8; whether the database knows this release is not told",
      "System packages|not-known|the report does not list packages",
      "Files that could not be read|not-known|the report does not tell",
      "What was looked for|not-known|the report does not tell",
    ]);
    expect(isWhole({ ...coverageOf(looked(report)), gaps: [] })).toBe(false);
    expect(isWhole({ ...coverageOf(looked()), gaps: [] })).toBe(true);
  });

  it("have third-party packages, packages without advisories, an end of life and Trivy's own words", () => {
    const rows = rowsOf({
      system: { ...DEBIAN, endOfLife: true },
      thirdParty: 1,
      applications: new Map([["conda-pkg", { packages: 1, files: 0 }]]),
      said: ["new: something"],
    });
    expect(rows).toEqual(
      expect.arrayContaining([
        "Operating system|looked|debian 12.8, past its end of life",
        "System packages|not-known|1 package from other repositories: no advisories for them",
        "conda-pkg|not-known|1 package; the scanner lists them, but has no advisories for them",
        "The scanner says|not-known|new: something",
      ]),
    );
  });

  it("name some gaps of a kind, and count the rest", () => {
    const unread = Array.from({ length: 8 }, (_, index) => ({ ...UNREAD, path: `${index}.jar` }));
    const row = rowsOf({ unread }).find((each) => each.startsWith("Files"));
    expect(row).toContain("4.jar could not be read: no zip; and 3 more");
    expect(row).not.toContain("5.jar");
  });
});
