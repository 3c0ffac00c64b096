import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Target } from "../../../../src/domain/target.ts";
import { parseRequirements, readSourceTree } from "../../../../src/scanners/trivy/scan/source-tree.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../support/runs/folder.ts";
import { cpuMs } from "../../../support/runs/patience.ts";
import { type TrivyBed, trivyBed } from "../../../support/runs/scans.ts";
import { testWorld } from "../world.ts";

const whole = temporaryFolder("source-files");
let bed: TrivyBed;
let folder: TemporaryFolder;

beforeAll(async () => {
  bed = await trivyBed(whole.path);
});
afterAll(() => whole.remove());
beforeEach(() => {
  folder = temporaryFolder("source-files");
});
afterEach(() => folder.remove());

/** Writes the files, and the links as `-> to`. */
function write(files: Readonly<Record<string, string>>, root: string): string {
  for (const [name, text] of Object.entries(files)) {
    const file = join(root, name);
    mkdirSync(dirname(file), { recursive: true });
    if (text.startsWith("-> ")) symlinkSync(text.slice(3), file);
    else writeFileSync(file, text);
  }
  return root;
}

/** The real scan of a folder with these files. */
async function scanOf(
  files: Readonly<Record<string, string>>,
  more: { scanners?: string[]; skipDirs?: string[] } = {},
) {
  const world = testWorld(folder.path);
  write(files, world.workspace);
  const javaDatabase = () => Promise.reject(new Error("no jar here"));
  const target: Target = { kind: "path", input: world.workspace, label: "." };
  const { coverage, findings } = await bed.scan(target, world, { javaDatabase, ...more });
  const { gaps = [], rows = [] } = coverage ?? {};
  return { gaps: gaps.map(({ code, path: at }) => `${code} ${at}`), what: gaps[0]?.what, rows, findings };
}

const npm = JSON.stringify({
  name: "app",
  version: "1.0.0",
  lockfileVersion: 3,
  packages: {
    "": { name: "app", dependencies: { lodash: "4.17.20" }, devDependencies: { minimist: "0.2.1" } },
    "node_modules/lodash": { version: "4.17.20" },
    "node_modules/minimist": { version: "0.2.1", dev: true },
  },
});
const TOKEN = `GITHUB_PAT=ghp_${"0123456789abcdefghijABCDEFGHIJ012345"}\n`;
const pom = (...dependencies: readonly string[]) =>
  `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>org.acme</groupId><artifactId>app</artifactId><version>1.0</version><dependencies>${dependencies.map((version) => `<dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId>${version}</dependency>`).join("")}</dependencies></project>`;

describe("a real scan of a folder tells of", () => {
  // Proves: name-hides-no-folder
  it.each(["dev", "proc", "sys"])("a folder %s at the top, and of none below", async (name) => {
    const attacked = await scanOf({ [`${name}/a/package-lock.json`]: npm, "package-lock.json": npm });
    expect(attacked.gaps).toEqual([`folder-not-read ${name}`]);
    expect(attacked.what).toContain(`${name}/a/package-lock.json`);
  });

  it("none below, which Trivy reads, and none with nothing to look at", async () => {
    const honest = await scanOf({ "api/dev/package-lock.json": npm, "dev/readme.txt": "x" });
    expect(honest.gaps).toEqual([]);
    expect(honest.findings.length).toBeGreaterThan(0);
  });

  it("secrets and configuration in such a folder, if they are looked for", async () => {
    expect((await scanOf({ "dev/token.txt": TOKEN }, { scanners: ["secret"] })).gaps).toEqual(["folder-not-read dev"]);
    expect((await scanOf({ "dev/Dockerfile": "FROM x" }, { scanners: ["misconfig"] })).gaps).toEqual([
      "folder-not-read dev",
    ]);
  });

  it("none that the workflow leaves out", async () => {
    expect((await scanOf({ "dev/package-lock.json": npm }, { skipDirs: ["dev"] })).gaps).toEqual([]);
  });

  // Proves: name-hides-no-folder
  it("a lock file that is a link to one outside, or of another name, and of none that Trivy reads", async () => {
    write({ "package-lock.json": npm }, join(folder.path, "elsewhere"));
    const attacked = await scanOf({
      "a/package-lock.json": `-> ${join(folder.path, "elsewhere", "package-lock.json")}`,
      "b/package-lock.json": "-> ../lock.txt",
      "c/package-lock.json": "-> ../dev/package-lock.json",
      "d/package-lock.json": "-> ../e/package-lock.json",
      "e/package-lock.json": npm,
      "lock.txt": npm,
    });
    expect(attacked.gaps.sort()).toEqual(
      ["a", "b", "c"].map((name) => `packages-unaccounted ${name}/package-lock.json`),
    );
  });

  it("a link to a folder outside that has lock files, and none to one that has no lock files, or is in the target", async () => {
    write({ "service/deep/package-lock.json": npm }, join(folder.path, "elsewhere"));
    write({ "readme.txt": "", "node_modules/a/package-lock.json": npm }, join(folder.path, "harmless"));
    const attacked = await scanOf({
      "a/service": `-> ${join(folder.path, "elsewhere")}`,
      "b/service": `-> ${join(folder.path, "harmless")}`,
      "c/service": "-> ../d",
      "d/package-lock.json": npm,
      "e/node_modules": `-> ${join(folder.path, "elsewhere")}`,
    });
    expect(attacked.gaps).toEqual(["packages-unaccounted a/service"]);
  });

  it("requirements that Trivy passes over, and none if all have exact versions in one line", async () => {
    const attacked = await scanOf({
      "requirements.txt": "flask==1.0\nrequests===2.31.0\njinja2 \\\n==3.1.2\nurllib3>=1\nsix==1.*\n-r more.txt\n",
    });
    expect(attacked.gaps).toEqual(["packages-unaccounted requirements.txt"]);
    expect(attacked.what).toBe(
      "requirements.txt asks for 5 packages that were not looked at: requests===2.31.0, jinja2  ==3.1.2, urllib3>=1, six==1.*, -r more.txt",
    );
  });

  it("none if all requirements have exact versions in one line, or a lock file alongside them", async () => {
    const honest = await scanOf({
      "requirements.txt":
        "# pins\n--index-url https://example.test\nFlask==1.0 \\\n    --hash=sha256:0a \\\n    --hash=sha256:0b\nrequests[socks]==2.31.0 ; python_version > '3'\n\njinja2 == 3.1.2  # why\n-c constraints.txt\n",
      "poetry/requirements.txt": "requests>=2\n",
      "poetry/poetry.lock":
        '[[package]]\nname = "requests"\nversion = "2.31.0"\ndescription = ""\noptional = false\npython-versions = "*"\nfiles = []\n\n[metadata]\nlock-version = "2.0"\npython-versions = "*"\ncontent-hash = "x"\n',
    });
    expect(honest.gaps).toEqual([]);
    expect(honest.findings.length).toBeGreaterThan(0);
  });

  it.each<[string, string]>([
    ["the parent's", ""],
    ["a range", "<version>[2.0,2.15)</version>"],
    ["a property of nowhere", `<version>$\{log4j.version}</version>`],
  ])("a version in a pom.xml that is %s, and none that is exact", async (_, version) => {
    expect((await scanOf({ "pom.xml": pom(version) })).gaps).toEqual(["packages-unaccounted pom.xml"]);
  });

  it("no version in a pom.xml that is exact", async () => {
    const { gaps, findings } = await scanOf({ "pom.xml": pom("<version>2.14.1</version>") });
    expect(gaps).toEqual([]);
    expect(findings.length).toBeGreaterThan(0);
  });

  it("npm's dependencies for development, as left out", async () => {
    const { gaps, rows } = await scanOf({ "package-lock.json": npm });
    expect(gaps).toEqual([]);
    expect(rows).toContainEqual(
      expect.objectContaining({ subject: "Dependencies for development", status: "not-asked" }),
    );
  });

  it("Pipenv's dependencies for development, as left out, and none if there are none", async () => {
    const pipenv = (develop: object) =>
      JSON.stringify({ _meta: { sources: [] }, default: { requests: { version: "==2.31.0" } }, develop });
    const rowsOf = async (develop: object) => (await scanOf({ "Pipfile.lock": pipenv(develop) })).rows;
    const row = expect.objectContaining({ subject: "Dependencies for development", status: "not-asked" });
    expect(await rowsOf({ pytest: { version: "==7.0.0" } })).toContainEqual(row);
    expect(await rowsOf({})).not.toContainEqual(row);
  });

  it("lists of Python packages under names that Trivy does not read, so that not all was looked at", async () => {
    const { gaps, rows, findings } = await scanOf({
      "requirements.txt": "flask==1.0\n",
      "requirements-dev.txt": "jinja2==2.0\n",
      "requirements-prod.txt": "jinja2==2.0\n",
      "requirements/base.txt": "jinja2==2.0\n",
      "notes.txt": "",
    });
    expect(gaps).toEqual([]);
    expect(findings.filter((each) => each.package?.name === "jinja2")).toEqual([]);
    expect(rows).toContainEqual({
      subject: "Requirements",
      status: "not-known",
      detail:
        "the scanner does not read lists of Python packages under these names: requirements-dev.txt, requirements-prod.txt, requirements/base.txt",
    });
  });

  it("where it looks for no secrets", async () => {
    const { rows } = await scanOf({ "tests/token.txt": TOKEN }, { scanners: ["secret"] });
    expect(rows.find(({ subject }) => subject === "Secrets")?.detail).toContain("not in tests, examples");
  });
});

const WANTED = { skipDirs: [], skipFiles: [], scanners: ["vuln"] };

describe("a search", () => {
  it("needs a folder that is here", () => {
    const located = [
      { how: "repository", location: "https://example.test/a.git" },
      { how: "archive", location: "/app.tar" },
    ] as const;
    expect(located.map((each) => readSourceTree(each, WANTED))).toEqual([undefined, undefined]);
  });

  // Proves: name-hides-no-folder
  it("follows no links, and does not read what is not a file", () => {
    const root = write({ "a/requirements.txt/x": "", loop: "-> .", "requirements.txt": "-> /etc/passwd" }, folder.path);
    expect(readSourceTree({ how: "folder", location: root }, WANTED)?.files).toEqual({
      folders: [],
      links: [{ path: "requirements.txt", to: "/etc/passwd" }],
      requirements: [],
      unread: [],
      hasDevelopment: false,
      more: 0,
    });
  });

  it("finds Terraform files, but for those that Terraform itself has fetched", () => {
    const files = ["main.tf", "prod.terraform/main.tf", "a/b.terraform/c/main.tofu.json"];
    const root = write(
      Object.fromEntries([...files, ".terraform/x.tf", "a/.terraform/y.tf"].map((each) => [each, ""])),
      folder.path,
    );
    const found = readSourceTree({ how: "folder", location: root }, { ...WANTED, scanners: ["misconfig"] })?.terraform;
    expect(found).toEqual(files.toSorted());
  });

  it("reads no more than a megabyte of a file", () => {
    const root = write({ "requirements.txt": "a==1\n".repeat(300_000) }, folder.path);
    const found = readSourceTree({ how: "folder", location: root }, WANTED)?.files;
    expect(found?.requirements).toEqual([
      { path: "requirements.txt", requirements: [], unread: "it is larger than 1048576 bytes" },
    ]);
  });
});

describe("a line of requirements.txt", () => {
  it.each<[string, readonly object[]]>([
    ["a==1.0", [{ text: "a==1.0", name: "a", version: "1.0" }]],
    ["a===1.0", [{ text: "a===1.0", name: "a", version: "1.0" }]],
    [
      "a[b,c] == 1.0 ; python_version < '3'",
      [{ text: "a[b,c] == 1.0 ; python_version < '3'", name: "a", version: "1.0" }],
    ],
    ["a (==1.0)", [{ text: "a (==1.0)", name: "a", version: "1.0" }]],
    ["a==1.0 --hash=sha256:0a", [{ text: "a==1.0", name: "a", version: "1.0" }]],
    ["a>=1,<2", [{ text: "a>=1,<2", name: "a" }]],
    ["a==1.*", [{ text: "a==1.*", name: "a" }]],
    ["a", [{ text: "a", name: "a" }]],
    ["a @ https://example.test/a.whl", [{ text: "a @ https://example.test/a.whl" }]],
    ["https://example.test/a.whl", [{ text: "https://example.test/a.whl" }]],
    ["./local", [{ text: "./local" }]],
    ["-r more.txt", [{ text: "-r more.txt" }]],
    ["-rmore.txt", [{ text: "-rmore.txt" }]],
    ["-e git+https://example.test/a#egg=a", [{ text: "-e git+https://example.test/a#egg=a" }]],
    ["--requirement=more.txt", [{ text: "--requirement=more.txt" }]],
    ["--index-url https://example.test", []],
    ["-c constraints.txt", []],
    ["# a==1.0", []],
    ["a==1.0 # b", [{ text: "a==1.0", name: "a", version: "1.0" }]],
    ["", []],
    ["\uFEFFa==1.0", [{ text: "a==1.0", name: "a", version: "1.0" }]],
    [
      "a \\\n==1.0\r\nb==2",
      [
        { text: "a  ==1.0", name: "a", version: "1.0" },
        { text: "b==2", name: "b", version: "2" },
      ],
    ],
    ["a==1.0 \\", [{ text: "a==1.0", name: "a", version: "1.0" }]],
  ])("%j", (text, requirements) => {
    expect(parseRequirements(text)).toEqual(requirements);
  });

  it("takes time in proportion to its length", () => {
    for (const hostile of [
      "a-".repeat(200_000),
      "[".repeat(400_000),
      " ".repeat(400_000),
      "a\\\n".repeat(100_000),
      "-".repeat(400_000),
    ]) {
      const start = cpuMs();
      parseRequirements(hostile);
      parseRequirements(`a${hostile}`);
      expect(cpuMs() - start).toBeLessThan(1_000);
    }
  });
});
