import { describe, expect, it } from "vitest";
import { coverageOf, type Traces } from "../../../src/domain/coverage/gaps.ts";
import type { ListedPackages } from "../../../src/domain/coverage/listed-gaps.ts";
import { isWhole } from "../../../src/domain/coverage.ts";

const DEBIAN = { family: "debian", name: "12.8", endOfLife: false };
const NODE = new Map([["node-pkg", { packages: 2, files: 1 }]]);

/** A Debian image that was scanned completely. */
const looked = (more: Partial<Traces> = {}): Traces => ({
  kind: "image",
  isImageSbom: false,
  scanners: ["vuln"],
  system: DEBIAN,
  matching: "yes",
  release: "known",
  systemPackages: 10,
  thirdParty: 0,
  skippedPackages: 0,
  layersWithoutSecrets: 0,
  applications: new Map(),
  unmatchedTypes: new Set(["conda-pkg"]),
  hostedTypes: new Set(["node-pkg"]),
  unread: [],
  unreadMore: 0,
  listsUnread: true,
  configFiles: 0,
  terraform: [],
  unreadVersions: [],
  otherWarnings: [],
  ...more,
});
const codes = (more: Partial<Traces>) => coverageOf(looked(more)).gaps.map(({ code }) => code);
const rowsOf = (more: Partial<Traces>) =>
  coverageOf(looked(more)).rows.map(({ subject, status, detail }) => [subject, status, detail].join("|"));
const IMAGE_SBOM = { kind: "sbom", isImageSbom: true, system: undefined, applications: NODE } as const;
/** An SBOM whose packages were all read. */
const LISTED: ListedPackages = { unread: [], unmatched: [], nameless: { count: 0, examples: [] }, read: 10 };
const listed = (more: Partial<ListedPackages>) => ({ kind: "sbom", listed: { ...LISTED, ...more } }) as const;
const LEFT_OUT = { why: "the scanner left it out", count: 1, examples: ["pkg:npm/a@1"] };
const GENERIC = { why: "pkg:generic", count: 2, examples: ["pkg:generic/a@1", "pkg:generic/b@1"] };
const NAMELESS = { count: 1, examples: ["a"] };
const UNREAD = { path: "a.jar", kind: "packages", why: "no zip" } as const;

describe("gaps", () => {
  it.each<[string, Partial<Traces>, readonly string[]]>([
    ["a whole image", {}, []],
    ["no system and packages that need one", { system: undefined, applications: NODE }, ["os-unknown"]],
    [
      "no system and a program that needs none",
      { system: undefined, applications: new Map([["gobinary", { packages: 9, files: 1 }]]) },
      [],
    ],
    ["nothing at all", { system: undefined }, []],
    ["an image of Windows", { system: undefined, otherKernel: "windows" }, ["os-unknown"]],
    ["a folder without a system", { kind: "files", system: undefined, applications: NODE }, []],
    ["packages of no system", { system: "none" }, ["os-unknown"]],
    ["an SBOM with packages of no system", { kind: "sbom", system: "none" }, ["sbom-os-missing"]],
    ["a system that is not matched", { matching: "no", systemPackages: 0 }, ["os-unknown"]],
    ["a release that is not known", { release: "unknown" }, ["os-release-unknown"]],
    ["packages of another system", { disagreement: "it says so" }, ["os-mismatch"]],
    ["no packages of the system", { systemPackages: 0 }, ["os-packages-missing"]],
    ["a folder that says it is a system", { kind: "files", systemPackages: 0 }, []],
    ["a report without packages", { systemPackages: undefined }, []],
    ["an SBOM of which all was read", listed({}), []],
    ["packages of an SBOM that were not read", listed({ unread: [LEFT_OUT] }), ["sbom-packages-unread"]],
    ["packages that no scanner matches", listed({ unmatched: [GENERIC] }), ["sbom-packages-unmatched"]],
    ["packages without their sources", listed({ sourceless: GENERIC }), ["sbom-packages-unmatched"]],
    ["some libraries without a package URL", listed({ nameless: NAMELESS }), []],
    [
      "an SBOM of libraries without a package URL",
      listed({ nameless: NAMELESS, read: 0 }),
      ["sbom-packages-unmatched"],
    ],
    ["an SBOM that is too large to tell", { kind: "sbom", listed: { unknown: "too large" } }, ["sbom-packages-unread"]],
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
    ["licences alone, of a whole image", { scanners: ["license"], matching: "unknown", release: "not-told" }, []],
    ["licences alone, and no list of packages", { scanners: ["license"], systemPackages: 0 }, ["os-packages-missing"]],
    ["licences alone, no system", { scanners: ["license"], system: undefined, applications: NODE }, ["os-unknown"]],
    ["licences alone, nothing at all", { scanners: ["license"], system: undefined }, []],
    ["licences alone, a lock file", { scanners: ["license"], unread: [UNREAD] }, ["packages-unreadable"]],
    ["an SBOM of an image without a system", IMAGE_SBOM, ["sbom-os-missing"]],
    ["an SBOM of an image that needs none", { ...IMAGE_SBOM, applications: new Map() }, []],
    ["an SBOM of an application", { ...IMAGE_SBOM, isImageSbom: false }, []],
    [
      "more Dockerfiles that do not parse than are listed",
      { scanners: ["misconfig"], unreadMore: 2 },
      ["config-unreadable"],
    ],
    ["licences alone, packages of no system", { scanners: ["license"], system: "none", systemPackages: 0 }, []],
    ["licences alone, a folder", { scanners: ["license"], kind: "files", systemPackages: 0 }, []],
    [
      "more files of packages and Dockerfiles",
      { scanners: ["vuln", "misconfig"], unreadMore: 2 },
      ["packages-unreadable"],
    ],
    [
      "more files of licences and Dockerfiles",
      { scanners: ["license", "misconfig"], unreadMore: 2 },
      ["packages-unreadable"],
    ],
    [
      "a file of packages alongside Dockerfiles",
      { scanners: ["vuln", "misconfig"], unread: [UNREAD] },
      ["packages-unreadable"],
    ],
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
      "Terraform alongside others",
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

describe("a gap says what is missing, and what to do", () => {
  const BOTH = new Map([...NODE, ["gemspec", { packages: 1, files: 1 }]]);
  const KEEP = /Keep `\/etc\/os-release`.*`\/var\/lib\/dpkg`/;
  it.each<[string, Partial<Traces>, string, RegExp]>([
    [
      "an image of a distribution that is not recognised",
      { system: undefined, applications: new Map([...NODE, ["gobinary", { packages: 9, files: 1 }]]) },
      "no operating system was recognised, though there are packages that need one (node-pkg): none of its packages was matched",
      /Keep `\/etc\/os-release`.* build on one that it knows/,
    ],
    [
      "an image whose packages of several kinds need a system",
      { system: undefined, applications: BOTH, hostedTypes: new Set(BOTH.keys()) },
      "no operating system was recognised, though there are packages that need one (node-pkg, gemspec): none of its packages was matched",
      KEEP,
    ],
    [
      "the SBOM of such an image",
      { ...IMAGE_SBOM, applications: BOTH, hostedTypes: new Set(BOTH.keys()) },
      "the SBOM names no operating system, though it has packages that need one (node-pkg, gemspec)",
      /component of the type `operating-system`/,
    ],
    [
      "packages of nobody",
      { system: "none" },
      "no operating system was recognised, though there are packages of one: none of its packages was matched",
      KEEP,
    ],
    [
      "packages of nobody in an SBOM",
      { kind: "sbom", system: "none" },
      "the SBOM names no operating system, though it has packages of one",
      /component of the type `operating-system`/,
    ],
    [
      "a system without advisories",
      { matching: "no" },
      "the scanner has no advisories for debian 12.8, so none of its packages was matched",
      /Build on a distribution that the scanner knows/,
    ],
    [
      "a release without advisories",
      { release: "unknown", system: { ...DEBIAN, name: "" } },
      "the vulnerability database has no advisories for debian, so none of its packages was matched",
      /Build on a published release/,
    ],
    [
      "a release without advisories, by its repositories",
      { release: "unknown", repositories: ["v3.99/main", "v3.99/community"] },
      "the vulnerability database has no advisories for debian 12.8 by its repository v3.99/main, v3.99/community, so none of its packages was matched",
      /Build on a published release/,
    ],
    [
      "a system that is none of its packages",
      { disagreement: "dpkg says bookworm" },
      "the packages do not belong to the named operating system: dpkg says bookworm",
      /Leave `\/etc\/os-release` .* as the base image has them/,
    ],
    [
      "a system without its list of packages",
      { systemPackages: 0 },
      "debian 12.8 has no readable list of packages, so none of its packages was scanned",
      /Do not delete or cut `\/var\/lib\/dpkg`/,
    ],
    [
      "one package of another system",
      { skippedPackages: 1 },
      "1 package of another operating system than debian 12.8 left out",
      /Make the SBOM from one image/,
    ],
    [
      "packages of another system",
      { skippedPackages: 2 },
      "2 packages of another operating system than debian 12.8 left out",
      /Make the SBOM from one image/,
    ],
    [
      "a package of an SBOM that was not read",
      listed({ unread: [LEFT_OUT] }),
      "1 package of the SBOM not read (pkg:npm/a@1): the scanner left it out",
      /a package URL with a version/,
    ],
    [
      "packages with long package URLs",
      listed({ unread: [{ why: "it has no version", count: 2, examples: ["a".repeat(300)] }] }),
      `2 packages of the SBOM not read (${"a".repeat(200)}…): it has no version`,
      /a package URL with a version/,
    ],
    [
      "packages that no scanner matches",
      listed({ unmatched: [GENERIC] }),
      "the scanner has no advisories for pkg:generic, of which the SBOM lists 2 packages (pkg:generic/a@1, pkg:generic/b@1)",
      /another way/,
    ],
    [
      "a library without a package URL",
      listed({ nameless: NAMELESS, read: 0 }),
      "1 package without a package URL (a): no scanner can look them up",
      /`purl`/,
    ],
    [
      "libraries without names",
      listed({ nameless: { count: 2, examples: [] }, read: 0 }),
      "2 packages without a package URL: no scanner can look them up",
      /`purl`/,
    ],
    [
      "an SBOM that nobody could compare",
      { kind: "sbom", listed: { unknown: "it is too large" } },
      "it is unknown whether all packages of the SBOM were read: it is too large",
      /128 MiB/,
    ],
    [
      "a file without a name",
      { unread: [{ ...UNREAD, path: undefined }] },
      "a file could not be read: no zip",
      /Repair or remove the file/,
    ],
    ["files that are not listed", { unreadMore: 3 }, "3 more files could not be read", /Repair or remove the file/],
    [
      "a Dockerfile that does not parse",
      { scanners: ["misconfig"], unread: [{ path: "Dockerfile", kind: "config", why: "line 3" }] },
      "Dockerfile could not be read: line 3",
      /Repair or remove the file/,
    ],
    [
      "Dockerfiles that are not listed",
      { scanners: ["misconfig"], unreadMore: 3 },
      "3 more files could not be read",
      /Repair or remove the file/,
    ],
    [
      "Terraform",
      { scanners: ["misconfig"], terraform: ["a.tf"] },
      "a.tf was not checked, as Terraform files are skipped",
      /`terraform show -json`/,
    ],
    [
      "nothing that was checked",
      { scanners: ["misconfig"], kind: "files", terraform: undefined },
      "no file was checked for misconfigurations, and it is unknown whether there are any",
      /leave `misconfig` out of `scanners`/,
    ],
  ])("%s", (_, more, what, remedy) => {
    const { gaps, rows } = coverageOf(looked(more));
    expect(gaps).toMatchObject([{ what }]);
    expect(gaps[0]?.remedy).toMatch(remedy);
    expect(rows.filter(({ status }) => status === "gap").map(({ detail }) => detail)).toEqual([what]);
  });
});

describe("rows", () => {
  const ASKED = ["Misconfigurations|not-asked|", "Secrets|not-asked|", "Licences|not-asked|"];

  it.each<[string, Partial<Traces>, readonly string[]]>([
    ["an image with nothing in it", { system: undefined }, ["Operating system|nothing-there|none found"]],
    [
      "a program that needs no system",
      { system: undefined, applications: new Map([["gobinary", { packages: 9, files: 2 }]]) },
      ["Operating system|nothing-there|none found", "gobinary|looked|9 packages in 2 files"],
    ],
    [
      "a folder without a system",
      { kind: "files", system: undefined, applications: NODE },
      ["Operating system|nothing-there|none found", "node-pkg|looked|2 packages in 1 file"],
    ],
    [
      "a folder that says it is a system",
      { kind: "files", systemPackages: 0 },
      ["Operating system|nothing-there|files of debian 12.8, but no packages of it"],
    ],
    [
      "a folder that is a whole system",
      { kind: "files", systemPackages: 1 },
      ["Operating system|looked|debian 12.8", "System packages|looked|1 package"],
    ],
    [
      "an unknown matching",
      { matching: "unknown" },
      ["Operating system|not-known|debian 12.8", "System packages|looked|10 packages"],
    ],
    [
      "an SBOM of some libraries without a package URL",
      listed({ nameless: NAMELESS }),
      [
        "Operating system|looked|debian 12.8",
        "System packages|looked|10 packages",
        "Packages that the SBOM lists|not-known|1 package without a package URL (a)",
      ],
    ],
  ])("of %s", (_, more, expected) => {
    expect(rowsOf(more)).toEqual([...expected, ...ASKED]);
  });

  it("claim nothing of packages that were not matched", () => {
    for (const systemPackages of [0, 10]) {
      const subjects = coverageOf(looked({ matching: "no", systemPackages })).rows.map(({ subject }) => subject);
      expect(subjects).not.toContain("System packages");
    }
  });

  it("are once for each kind of what is not whole", () => {
    const subjects = (more: Partial<Traces>) =>
      coverageOf(looked(more))
        .rows.filter(({ status }) => status === "gap")
        .map(({ subject }) => subject);
    expect(subjects({ system: "none" })).toEqual(["Operating system"]);
    expect(subjects({ systemPackages: 0, skippedPackages: 1 })).toEqual(["System packages", "System packages"]);
    expect(subjects(listed({ unread: [LEFT_OUT], unmatched: [GENERIC] }))).toEqual(["Packages that the SBOM lists"]);
    expect(subjects({ unread: [UNREAD, UNREAD], unreadMore: 1 })).toEqual(["Files that could not be read"]);
    expect(subjects({ scanners: ["misconfig"], terraform: ["a.tf", "b.tf"] })).toEqual(["Misconfigurations"]);
  });

  it.each<[string, Partial<Traces>, readonly string[]]>([
    ["no file to check", {}, ["nothing-there|no file to check"]],
    ["a folder in which none was found", { kind: "files" }, ["nothing-there|no file to check"]],
    ["one file", { configFiles: 1 }, ["looked|1 file"]],
    [
      "a file that was read alongside one that was not",
      { configFiles: 2, unread: [{ path: "k.yaml", kind: "config", why: "tabs" }] },
      ["gap|k.yaml could not be read: tabs", "looked|2 files"],
    ],
    [
      "nothing but a file that was not read",
      { kind: "files", terraform: undefined, unread: [{ path: "k.yaml", kind: "config", why: "tabs" }] },
      ["gap|k.yaml could not be read: tabs"],
    ],
    ["an image of which nobody can tell", { terraform: undefined }, ["nothing-there|no file to check"]],
    [
      "Terraform alongside what was read",
      { configFiles: 3, terraform: ["a.tf"] },
      ["gap|a.tf was not checked, as Terraform files are skipped", "looked|3 files"],
    ],
  ])("of misconfigurations: %s", (_, more, expected) => {
    const rows = rowsOf({ scanners: ["misconfig"], ...more }).filter((each) => each.startsWith("Misconfigurations|"));
    expect(rows).toEqual(expected.map((each) => `Misconfigurations|${each}`));
  });

  it("of licences alone have no packages: they were not matched", () => {
    const unasked = ["Vulnerabilities|not-asked|", "Misconfigurations|not-asked|", "Secrets|not-asked|"];
    for (const counted of [
      { kind: "files", systemPackages: 0 },
      { kind: "files", systemPackages: 10 },
      { kind: "image", systemPackages: 10 },
    ] as const)
      expect(rowsOf({ scanners: ["license"], ...counted })).toEqual([...unasked, "Licences|looked|"]);
  });

  it("of a file that could not be read call it no package.json", () => {
    expect(rowsOf({ unread: [UNREAD] }).filter((each) => each.startsWith("Files"))).toEqual([
      "Files that could not be read|gap|a.jar could not be read: no zip",
    ]);
  });

  it("of a package.json that is not a package name some, and count all", () => {
    const broken = (count: number) =>
      rowsOf({
        unread: Array.from({ length: count }, (_, index) => ({
          kind: "no-package" as const,
          why: "no name",
          path: index === 0 ? undefined : `${index}/package.json`,
        })),
      }).filter((each) => each.startsWith("Files"));
    expect(broken(0)).toEqual([]);
    expect(broken(1)).toEqual(["Files that could not be read|nothing-there|1 package.json without an npm package: ?"]);
    expect(broken(3)).toEqual([
      "Files that could not be read|nothing-there|3 package.json without an npm package: ?, 1/package.json, 2/package.json",
    ]);
    expect(broken(4)[0]).toMatch(/\|4 package\.json .*, 3\/package\.json$/);
  });

  it("say of each scanner whether it was asked for", () => {
    const asked = (...scanners: string[]) => rowsOf({ scanners, system: undefined });
    expect(asked()).toEqual(["Vulnerabilities|not-asked|", ...ASKED]);
    expect(asked("license", "misconfig")).toEqual([
      "Operating system|nothing-there|none found",
      "Misconfigurations|nothing-there|no file to check",
      "Vulnerabilities|not-asked|",
      "Secrets|not-asked|",
      "Licences|looked|",
    ]);
  });

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

  it("say what the workflow leaves out, and nothing of an input that leaves out nothing", () => {
    const leftOut = new Map([
      ["skip-dirs", ["app/**", "b"]],
      ["skip-files", []],
    ]);
    expect(rowsOf({ leftOut })).toContain("Left out by skip-dirs|not-asked|app/**, b");
    expect(rowsOf({ leftOut }).join()).not.toContain("skip-files");
  });

  it("say in how many layers secrets were not looked for, as the image's history calls them its base's", () => {
    expect(rowsOf({ scanners: ["secret"], layersWithoutSecrets: 3 })).toContain(
      "Secrets|looked|not in 3 layers of the base image, according to its history",
    );
  });

  it("say what is not known, and make nothing whole of it", () => {
    const report = { scanners: undefined, release: "not-told", listsUnread: false, systemPackages: undefined } as const;
    expect(rowsOf(report)).toEqual([
      "Operating system|not-known|debian 12.8; it is unknown whether the database covers this release",
      "System packages|not-known|the report does not list them",
      "Files that could not be read|not-known|the report does not say",
      "Requested scanners|not-known|the report does not say",
    ]);
    expect(isWhole({ ...coverageOf(looked(report)), gaps: [] })).toBe(false);
    expect(isWhole({ ...coverageOf(looked()), gaps: [] })).toBe(true);
  });

  it("call no packages looked at that the report does not list", () => {
    const unlisted = { systemPackages: undefined, applications: NODE };
    expect(rowsOf(unlisted)).toContain("node-pkg|not-known|the report does not list them");
    expect(rowsOf({ ...unlisted, kind: "files", system: undefined })).toEqual(
      expect.arrayContaining(["Packages|not-known|the report does not list them"]),
    );
    expect(rowsOf({ system: undefined }).join()).not.toContain("does not list");
  });

  it("have third-party packages, packages without advisories, an end of life and Trivy's own words", () => {
    const rows = rowsOf({
      system: { ...DEBIAN, endOfLife: true },
      thirdParty: 1,
      applications: new Map([["conda-pkg", { packages: 1, files: 0 }]]),
      otherWarnings: ["new: something"],
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
    expect(row).toContain("3.jar could not be read: no zip; 4.jar could not be read: no zip; and 3 more");
    expect(row).not.toContain("5.jar");
    expect(rowsOf({ unread: unread.slice(0, 5) }).find((each) => each.startsWith("Files"))).toMatch(/4\.jar.*no zip$/);
  });
});
