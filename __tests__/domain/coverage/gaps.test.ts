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
const GO = new Map([["gobinary", { packages: 9, files: 2 }]]);
const CONFIG = { scanners: ["misconfig"] };
const FOLDER = { scanners: ["misconfig"], kind: "files" } as const;
const LICENCES = { scanners: ["license"] };

describe("gaps", () => {
  it.each<[string, Partial<Traces>, readonly string[]]>([
    ["a whole image", {}, []],
    ["no system and packages that need one", { system: undefined, applications: NODE }, ["os-unknown"]],
    ["no system and a program that needs none", { system: undefined, applications: GO }, []],
    ["nothing at all", { system: undefined }, []],
    ["an image of Windows", { system: undefined, otherKernel: "windows" }, ["os-unknown"]],
    ["a folder without a system", { kind: "files", system: undefined, applications: NODE }, []],
    ["a system that is not matched", { matching: "no", systemPackages: 0 }, ["os-unknown"]],
    ["a folder that says it is a system", { kind: "files", systemPackages: 0 }, []],
    ["a report without packages", { systemPackages: undefined }, []],
    ["an SBOM of which all was read", listed({}), []],
    ["packages without their sources", listed({ sourceless: GENERIC }), ["sbom-packages-unmatched"]],
    ["some libraries without a package URL", listed({ nameless: NAMELESS }), []],
    ["two files", { unread: [UNREAD, { ...UNREAD, path: "b" }] }, ["packages-unreadable", "packages-unreadable"]],
    ["more of them", { unread: [UNREAD], unreadMore: 3 }, ["packages-unreadable", "packages-unreadable"]],
    ["a package.json of no package", { unread: [{ ...UNREAD, kind: "no-package" }] }, []],
    ["an end of life", { system: { ...DEBIAN, endOfLife: true } }, []],
    ["licences alone, of a whole image", { ...LICENCES, matching: "unknown", release: "not-told" }, []],
    ["licences alone, and no list of packages", { ...LICENCES, systemPackages: 0 }, ["os-packages-missing"]],
    ["licences alone, no system", { ...LICENCES, system: undefined, applications: NODE }, ["os-unknown"]],
    ["licences alone, nothing at all", { ...LICENCES, system: undefined }, []],
    ["licences alone, a lock file", { ...LICENCES, unread: [UNREAD] }, ["packages-unreadable"]],
    ["an SBOM of an image without a system", IMAGE_SBOM, ["sbom-os-missing"]],
    ["an SBOM of an image that needs none", { ...IMAGE_SBOM, applications: new Map() }, []],
    ["an SBOM of an application", { ...IMAGE_SBOM, isImageSbom: false }, []],
    ["licences alone, packages of no system", { ...LICENCES, system: "none", systemPackages: 0 }, []],
    ["licences alone, a folder", { ...LICENCES, kind: "files", systemPackages: 0 }, []],
    ["of packages, configurations", { scanners: ["vuln", "misconfig"], unreadMore: 2 }, ["packages-unreadable"]],
    ["of licences, configurations", { scanners: ["license", "misconfig"], unreadMore: 2 }, ["packages-unreadable"]],
    ["a file of packages", { scanners: ["vuln", "misconfig"], unread: [UNREAD] }, ["packages-unreadable"]],
    ["no vulnerabilities asked for", { scanners: ["secret"], system: "none", unread: [UNREAD] }, []],
    ["a Dockerfile where nobody asked", { unread: [{ ...UNREAD, kind: "config" }] }, []],
    ["Terraform twice", { ...FOLDER, terraform: ["a.tf", "b.tf"] }, ["terraform-not-read", "terraform-not-read"]],
    ["Terraform alongside others", { ...FOLDER, configFiles: 1, terraform: ["a.tf"] }, ["terraform-not-read"]],
    ["nothing to check, as far as can be told", { ...FOLDER, terraform: [] }, []],
    ["something checked, and nobody can tell", { ...FOLDER, configFiles: 2, terraform: undefined }, []],
    ["an image in which nothing was checked", { ...CONFIG, terraform: undefined }, []],
  ])("%s", (_, more, expected) => {
    expect(codes(more)).toEqual(expected);
  });

  it("name the file that they are about, so that a path can accept it", () => {
    expect(coverageOf(looked({ unread: [UNREAD] })).gaps).toMatchObject([{ path: "a.jar" }]);
    expect(coverageOf(looked({ ...FOLDER, terraform: ["x/a.tf"] })).gaps).toMatchObject([{ path: "x/a.tf" }]);
  });
});

describe("a gap says what is missing, and what to do", () => {
  const BOTH = new Map([...NODE, ["gemspec", { packages: 1, files: 1 }]]);
  const OF_BOTH = { applications: BOTH, hostedTypes: new Set(BOTH.keys()) };
  const KEEP = /Keep `\/etc\/os-release`.*`\/var\/lib\/dpkg`/;
  const NAME_IT = /component of the type `operating-system`/;
  const PUBLISHED = /Build on a published release/;
  const ONE_IMAGE = /Make the SBOM from one image/;
  const REPAIR = /Repair or remove the file/;
  const VERSIONED = /a package URL with a version/;
  it.each<[what: string, code: string, Partial<Traces>, remedy: RegExp]>([
    [
      "no operating system was recognised, though there are packages that need one (node-pkg): none of its packages was matched",
      "os-unknown",
      { system: undefined, applications: new Map([...NODE, ...GO]) },
      /Keep `\/etc\/os-release`.* build on one that it knows/,
    ],
    [
      "no operating system was recognised, though there are packages that need one (node-pkg, gemspec): none of its packages was matched",
      "os-unknown",
      { system: undefined, ...OF_BOTH },
      KEEP,
    ],
    [
      "the SBOM names no operating system, though it has packages that need one (node-pkg, gemspec)",
      "sbom-os-missing",
      { ...IMAGE_SBOM, ...OF_BOTH },
      NAME_IT,
    ],
    [
      "no operating system was recognised, though there are packages of one: none of its packages was matched",
      "os-unknown",
      { system: "none" },
      KEEP,
    ],
    [
      "the SBOM names no operating system, though it has packages of one",
      "sbom-os-missing",
      { kind: "sbom", system: "none" },
      NAME_IT,
    ],
    [
      "the scanner has no advisories for debian 12.8, so none of its packages was matched",
      "os-unknown",
      { matching: "no" },
      /Build on a distribution that the scanner knows/,
    ],
    [
      "the vulnerability database has no advisories for debian, so none of its packages was matched",
      "os-release-unknown",
      { release: "unknown", system: { ...DEBIAN, name: "" } },
      PUBLISHED,
    ],
    [
      "the vulnerability database has no advisories for debian 12.8 by its repository v3.99/main, v3.99/community, so none of its packages was matched",
      "os-release-unknown",
      { release: "unknown", repositories: ["v3.99/main", "v3.99/community"] },
      PUBLISHED,
    ],
    [
      "the packages do not belong to the named operating system: dpkg says bookworm",
      "os-mismatch",
      { disagreement: "dpkg says bookworm" },
      /Leave `\/etc\/os-release` .* as the base image has them/,
    ],
    [
      "debian 12.8 has no readable list of packages, so none of its packages was scanned",
      "os-packages-missing",
      { systemPackages: 0 },
      /Do not delete or cut `\/var\/lib\/dpkg`/,
    ],
    [
      "1 package of another operating system than debian 12.8 left out",
      "packages-skipped",
      { skippedPackages: 1 },
      ONE_IMAGE,
    ],
    [
      "2 packages of another operating system than debian 12.8 left out",
      "packages-skipped",
      { skippedPackages: 2 },
      ONE_IMAGE,
    ],
    [
      "1 package of the SBOM not read (pkg:npm/a@1): the scanner left it out",
      "sbom-packages-unread",
      listed({ unread: [LEFT_OUT] }),
      VERSIONED,
    ],
    [
      `2 packages of the SBOM not read (${"a".repeat(200)}…): it has no version`,
      "sbom-packages-unread",
      listed({ unread: [{ why: "it has no version", count: 2, examples: ["a".repeat(300)] }] }),
      VERSIONED,
    ],
    [
      "the scanner has no advisories for pkg:generic, of which the SBOM lists 2 packages (pkg:generic/a@1, pkg:generic/b@1)",
      "sbom-packages-unmatched",
      listed({ unmatched: [GENERIC] }),
      /another way/,
    ],
    [
      "1 package without a package URL (a): no scanner can look them up",
      "sbom-packages-unmatched",
      listed({ nameless: NAMELESS, read: 0 }),
      /`purl`/,
    ],
    [
      "2 packages without a package URL: no scanner can look them up",
      "sbom-packages-unmatched",
      listed({ nameless: { count: 2, examples: [] }, read: 0 }),
      /`purl`/,
    ],
    [
      "it is unknown whether all packages of the SBOM were read: it is too large",
      "sbom-packages-unread",
      { kind: "sbom", listed: { unknown: "it is too large" } },
      /128 MiB/,
    ],
    ["a.jar could not be read: no zip", "packages-unreadable", { unread: [UNREAD] }, REPAIR],
    ["a file could not be read: no zip", "packages-unreadable", { unread: [{ ...UNREAD, path: undefined }] }, REPAIR],
    ["3 more files could not be read", "packages-unreadable", { unreadMore: 3 }, REPAIR],
    ["3 more files could not be read", "config-unreadable", { ...CONFIG, unreadMore: 3 }, REPAIR],
    [
      "Dockerfile could not be read: line 3",
      "config-unreadable",
      { ...CONFIG, unread: [{ path: "Dockerfile", kind: "config", why: "line 3" }] },
      REPAIR,
    ],
    [
      "a.tf was not checked, as Terraform files are skipped",
      "terraform-not-read",
      { ...CONFIG, terraform: ["a.tf"] },
      /`terraform show -json`/,
    ],
    [
      "no file was checked for misconfigurations, and it is unknown whether there are any",
      "misconfig-nothing-read",
      { ...FOLDER, terraform: undefined },
      /leave `misconfig` out of `scanners`/,
    ],
  ])("%s: %s", (what, code, more, remedy) => {
    const { gaps, rows } = coverageOf(looked(more));
    expect(gaps).toMatchObject([{ code, what }]);
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
      { system: undefined, applications: GO },
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
    expect(rowsOf({ unread: [UNREAD] }).filter((each) => each.startsWith("Files"))).toHaveLength(1);
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
