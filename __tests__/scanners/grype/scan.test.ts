import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureGrype } from "../../../scripts/setup/go-tools.ts";
import type { ScanResult, Target } from "../../../src/domain/target.ts";
import { imageAcquirer } from "../../../src/images/acquire/acquire.ts";
import { onAcquiredImages } from "../../../src/scan/acquired.ts";
import { locateTarget } from "../../../src/scan/targets.ts";
import { grype } from "../../../src/scanners/grype/index.ts";
import type { ScannerSettings } from "../../../src/scanners/scanner.ts";
import { background } from "../../../src/system/background.ts";
import { type GrypeDatabaseOptions, grypeDatabases } from "../../support/databases/grype-database.ts";
import { hex } from "../../support/images/image-files.ts";
import { alpine, arm64, clean, debian12, python, saveImage, scratch } from "../../support/images/images.ts";
import { log4jJar } from "../../support/images/jars.ts";
import { buildImage, type Image, writeLayout } from "../../support/images/oci.ts";
import { debianBase, osRelease } from "../../support/images/packages.ts";
import { writeProgram } from "../../support/programs/program.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/runs/folder.ts";
import { atMost } from "../../support/runs/patience.ts";
import { scannerSettings } from "../../support/runs/scans.ts";
import { type TestWorld, testWorld } from "../trivy/world.ts";

// The real Grype on images that were brought in as verified bytes, as a run does it.

let folder: TemporaryFolder;
let real: string;
let world: TestWorld;
let made = 0;

beforeAll(async () => {
  folder = temporaryFolder("grype-scan");
  real = await ensureGrype();
  world = testWorld(folder.path, { toolCache: folder.path });
});
afterAll(() => folder.remove());

interface Case {
  readonly database?: GrypeDatabaseOptions;
  readonly program?: string;
  readonly target?: Partial<Target>;
  readonly world?: TestWorld;
  readonly settings?: Partial<ScannerSettings>;
}

const databaseOf = grypeDatabases(() => folder.path);

/** Scans as a run does: the scanner is installed, gets its database, and reads the image's own bytes. */
async function scan(image: Image, given: Case = {}): Promise<ScanResult & { readonly report: string }> {
  const own = given.world ?? world;
  const input = `image-${++made}.tar`;
  saveImage(join(own.workspace, input), image);
  await using work = background(own.signal);
  await using images = imageAcquirer({ imageSource: [], offline: true, timeoutMs: 60_000, isKept: false }, own);
  const installed = await grype.install({ binary: given.program ?? real, timeoutMs: 60_000 }, own);
  const settings = scannerSettings({ dbRepository: [databaseOf(given.database ?? {})], ...given.settings });
  const scanner = onAcquiredImages(await installed.ready(settings, work, own), images);
  const target: Target = { kind: "image", input, label: input, ...given.target };
  const reportFile = join(folder.path, `report-${made}.json`);
  const result = await scanner
    .session(join(folder.path, "session"))
    .scan(target, locateTarget(target, own), { reportFile }, own);
  return { ...result, report: readFileSync(reportFile, "utf8") };
}

const refusal = (image: Image, given: Case = {}) =>
  scan(image, given).then(
    () => expect.unreachable("it was judged"),
    (error: unknown) => error as { code: string; what: string },
  );

/** A program that prints the real one's version, and then does something else. `$json` is its report. */
function hostile(shell: string): string {
  const path = join(folder.path, `grype-${++made}`);
  writeProgram(
    path,
    `for each in "$@"; do
  case "$each" in json=*) json="\${each#json=}";; cyclonedx-json=*) list="\${each#cyclonedx-json=}";; version|db) exec ${real} "$@";; esac
done
${shell}`,
  );
  return path;
}

describe("a scan by Grype", () => {
  // Proves: grype-lists-nothing-archive
  it("has a gap for each archive that it does not look at", async () => {
    const jar = (path: string) => ({ path, data: log4jJar() });
    const files = ["read.jar", "app/x.JAR", ".wh.app/x.jar", "app/x.egg", "opaque/x.jar"].map(jar);
    const steps = [debianBase([["base-files", "12.4+deb12u8"]]), files, [{ path: ".wh.opaque" }, { path: "opaque/" }]];
    const image = buildImage(steps.map((each, index) => ({ createdBy: `step ${index}`, files: each })));
    const { coverage, packages } = await scan(image);
    expect(packages.filter(({ name }) => name.includes("log4j-core")).map(({ path }) => path)).toEqual([
      expect.stringContaining("read.jar"),
    ]);
    expect(new Set(coverage?.gaps.map(({ code, path }) => `${code} ${path}`))).toEqual(
      new Set(files.slice(1).map(({ path }) => `packages-unaccounted ${path}`)),
    );
    expect(coverage?.gaps.find(({ path }) => path === ".wh.app/x.jar")?.what).toContain("as a removal");
  });

  it("has the findings, their place and layer, all packages, and the image that was judged", async () => {
    const { findings, packages, artifact, coverage, provenance, layers } = await scan(python());
    expect(findings.map(({ id, aliases, package: about, path }) => [id, aliases, about?.name, path])).toEqual(
      expect.arrayContaining([
        ["CVE-2099-0001", undefined, "libssl3", undefined],
        ["CVE-2099-1001", ["GHSA-aaaa-bbbb-cccc"], "requests", expect.stringContaining("requests-2.31.0.dist-info/")],
      ]),
    );
    const python3 = findings.find(({ package: about }) => about?.name === "requests");
    expect(python3?.layer).toEqual({ diffId: layers[3], number: 4 });
    expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(["libssl3", "jinja2", "requests"]));
    expect(packages.find(({ name }) => name === "libssl3")).toMatchObject({
      system: true,
      source: { name: "openssl" },
      ecosystem: "debian",
    });
    expect(artifact).toMatchObject({
      imageId: `sha256:${hex(python().config)}`,
      platform: "linux/amd64",
      os: { family: "debian", name: "12.8" },
      packages: packages.length,
    });
    expect(coverage?.gaps).toEqual([]);
    expect(provenance).toMatchObject({ scanner: "Grype", scannerVersion: "0.121.3", scanners: ["vuln"] });
    expect(provenance.scannerSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(provenance.databaseSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("writes its report without the image's environment and without Grype's own settings", async () => {
    const { report } = await scan(debian12());
    const { source, descriptor, matches } = JSON.parse(report);
    expect(matches.length).toBeGreaterThan(0);
    expect(Object.keys(source.target)).not.toContain("config");
    expect(Object.keys(source.target)).not.toContain("manifest");
    expect(descriptor).not.toHaveProperty("configuration");
    expect(report).not.toContain(Buffer.from("PATH=/usr/local/sbin").toString("base64").slice(0, 20));
  });

  // Proves: second-scanner-held-first
  it("obeys no file of the workspace, of HOME and of the XDG folders, and no variable", async () => {
    const hide = 'ignore: [{package: {name: ".*"}}]\nexclude: ["**"]\n';
    const home = join(folder.path, "hostile-home");
    mkdirSync(join(home, ".config/grype"), { recursive: true });
    for (const path of [
      join(home, ".grype.yaml"),
      join(home, ".config/grype/config.yaml"),
      join(world.workspace, ".grype.yaml"),
    ])
      writeFileSync(path, hide);
    const env = {
      ...world.env,
      HOME: home,
      XDG_CONFIG_HOME: join(home, ".config"),
      XDG_CONFIG_DIRS: join(home, ".config"),
      GRYPE_CONFIG: join(home, ".grype.yaml"),
      GRYPE_EXCLUDE: "**",
      GRYPE_ONLY_FIXED: "true",
      GRYPE_DISTRO: "alpine:3.19",
      GRYPE_BY_CVE: "true",
      GRYPE_FAIL_ON_SEVERITY: "low",
      SYFT_EXCLUDE: "**",
    };
    const { findings, suppressed } = await scan(python(), { world: { ...world, env } });
    expect(findings).toHaveLength(3);
    expect(suppressed).toBe(0);
  });

  // Proves: scanner-without-data-no
  it("tells of a distribution that its database has no advisories for, and never passes it", async () => {
    const { findings, coverage } = await scan(alpine());
    expect(findings).toEqual([]);
    expect(coverage?.gaps).toMatchObject([
      { code: "os-release-unknown", what: expect.stringContaining("alpine 3.22.0") },
    ]);
    const older = await scan(clean(), {
      database: {
        advisories: [{ id: "CVE-1", severity: "low", ecosystem: "deb", package: "x", release: "debian:11" }],
      },
    });
    expect(older.coverage?.gaps).toMatchObject([{ code: "os-release-unknown" }]);
  });

  // Proves: scanner-without-data-no
  it("is blind to an ecosystem that its database has no advisories for, whose packages it lists", async () => {
    const advisories = [
      { id: "CVE-1", severity: "low", ecosystem: "deb", package: "x", release: "debian:12" },
    ] as const;
    const { blindTo, packages } = await scan(python(), { database: { advisories } });
    expect(packages.map(({ name }) => name)).toContain("requests");
    expect(blindTo).toEqual(["maven", "pypi"]);
    expect((await scan(python())).blindTo).toEqual(["maven"]);
  });

  // Proves: second-scanner-refutes-nothing
  it("tells of an image that names another distribution or release than its packages have", async () => {
    const database = {
      advisories: [
        { id: "CVE-1", severity: "low", ecosystem: "apk", package: "x", release: "alpine:3.22" },
        { id: "CVE-2", severity: "low", ecosystem: "deb", package: "x", release: "debian:11" },
      ],
      hoursAgo: { alpine: 1 },
    } as const;
    const alpines = await scan(clean([osRelease("alpine", "3.22.0", "Alpine")]), { database });
    expect(alpines.coverage?.gaps).toMatchObject([{ code: "os-mismatch", what: expect.stringContaining("dpkg's") }]);
    const older = clean([osRelease("debian", "11", "Debian"), { path: "etc/debian_version", data: "11.1\n" }]);
    expect((await scan(older, { database })).coverage?.gaps).toMatchObject([{ code: "os-mismatch" }]);
  });

  it("is judged by the age of the distribution's own source, and says the oldest", async () => {
    const { provenance } = await scan(debian12(), { database: { hoursAgo: { ubuntu: 500 } } });
    expect(provenance.notes).toEqual([expect.stringContaining("The oldest source of Grype's database is of")]);
    const age = Date.now() - Date.parse(provenance.databaseUpdatedAt ?? "");
    expect(age).toBeLessThan(3 * 3_600_000);
    const hours = await scan(debian12(), { database: { hoursAgo: { ubuntu: 12 } } });
    expect(hours.provenance.notes ?? []).toEqual([]);
    const old = await refusal(debian12(), { database: { hoursAgo: { debian: 100 } } });
    expect(old).toMatchObject({ code: "grype-database-stale", what: expect.stringContaining("debian") });
    // No package of an ecosystem is in it, so that GitHub's advisories may be of any age.
    expect((await scan(debian12(), { database: { hoursAgo: { github: 500 } } })).findings).toHaveLength(2);
    expect((await refusal(python(), { database: { hoursAgo: { github: 100 } } })).what).toContain("github");
  });

  it("reads an image for another processor, and an empty one", async () => {
    expect((await scan(arm64())).artifact.platform).toBe("linux/arm64/v8");
    expect((await scan(scratch())).findings).toEqual([]);
  });

  it("is refused for a kind of target that Grype is not given", async () => {
    mkdirSync(join(world.workspace, "app"), { recursive: true });
    writeFileSync(join(world.workspace, "app/package.json"), "{}");
    writeFileSync(join(world.workspace, "app.cdx.json"), '{"bomFormat":"CycloneDX","specVersion":"1.6"}');
    const targets: Partial<Target>[] = [
      { kind: "path", input: "app", label: "a folder" },
      { kind: "repository", input: "./app", label: "a repository" },
      { kind: "sbom", input: "app.cdx.json", label: "an SBOM" },
    ];
    for (const target of targets) {
      const error = await refusal(clean(), { target });
      expect(error).toMatchObject({
        code: "target-kind-unsupported",
        what: expect.stringContaining(`this is ${target.label}, for which`),
        remedy: expect.stringContaining("`scan-with: grype-match`"),
      });
    }
  });

  it("reads a tar whose entries begin with `./`, in which Grype alone finds nothing and ends well", async () => {
    const [whole, layout] = [join(folder.path, "dotted"), join(folder.path, "dotted-layout")];
    for (const path of [whole, layout]) mkdirSync(path);
    saveImage(join(folder.path, "plain.tar"), debian12());
    execFileSync("tar", ["--extract", "--file", join(folder.path, "plain.tar"), "--directory", whole]);
    writeLayout(layout, debian12(), "latest");
    for (const from of [whole, layout]) {
      execFileSync("tar", ["--create", "--file", join(world.workspace, "dotted.tar"), "--directory", from, "."]);
      const target = { input: "dotted.tar", label: "dotted" };
      expect((await scan(debian12(), { target })).findings, from).toHaveLength(2);
    }
  });

  it("reads a layout as well", async () => {
    const layout = join(world.workspace, "layout");
    mkdirSync(layout);
    writeLayout(layout, debian12(), "latest");
    expect((await scan(debian12(), { target: { input: "./layout", label: "layout" } })).findings).toHaveLength(2);
  });
});

describe("a Grype that is not what it should be", () => {
  /** The real one's report on the same image, so that it need not run for each case. */
  let told: string;
  beforeAll(async () => {
    told = join(folder.path, "told");
    mkdirSync(told);
    await scan(debian12(), { program: hostile(`${real} "$@" && cp "$json" ${told}/json && cp "$list" ${told}/list`) });
  });

  // Proves: second-scanner-held-first
  it.each([
    [
      "finds another image",
      `$SCAN && sed -i 's/"imageID":"sha256:..../"imageID":"sha256:0000/' "$json"`,
      "image-inconsistent",
    ],
    ["says twice what it found", `$SCAN && sed -i 's/}$/,"matches":[]}/' "$json"`, "report-invalid"],
    ["finds no image", `$SCAN && sed -i 's/"type":"image"/"type":"file"/' "$json"`, "image-inconsistent"],
    ["writes a warning into its report", `$SCAN && sed -i '1i [0000] WARN something' "$json"`, "report-invalid"],
    ["cuts its report off", `$SCAN && truncate -s -20 "$json"`, "report-invalid"],
    ["writes no report", "exit 0", "report-missing"],
    ["was told to hide findings", '$REAL "$@" -c "$HIDE"', "report-filtered"],
    ["cuts its list of packages off", '$SCAN && truncate -s -20 "$list"', "report-invalid"],
    ["writes no list of packages", '$SCAN && rm "$list"', "report-missing"],
    ["makes a pipe of its report", '$SCAN && rm "$json" && mkfifo "$json"', "report-missing"],
    ["makes a link of its report", '$SCAN && rm "$json" && ln -s /etc/passwd "$json"', "report-missing"],
    ["writes null", '$SCAN && echo null > "$json"', "report-invalid"],
    [
      "writes another schema",
      `$SCAN && sed -i 's/"schemaVersion":"v6/"schemaVersion":"v7/' "$json"`,
      "report-schema-unknown",
    ],
    ["calls its database damaged", `$SCAN && sed -i 's/"valid":true/"valid":false/' "$json"`, "report-invalid"],
    ["is ended", "kill -KILL $$", "out-of-memory"],
    ["is ended by something else", "kill -TERM $$", "grype-failed"],
    ["panics", 'echo "panic: runtime error" >&2; exit 2', "grype-failed"],
    ["panics after a fine report", '$SCAN; echo "panic: runtime error" >&2; exit 2', "grype-failed"],
    ["leaves children that hold its pipes", "sleep 60 & sleep 60 & exit 1", "grype-failed"],
    ["talks without an end", "timeout 1 yes noise >&2; exit 1", "grype-failed"],
    ["hangs", "sleep 60", "scan-timeout"],
    ["hangs and cannot be asked to end", "trap '' TERM INT; while :; do sleep 1; done", "scan-timeout"],
    // A regular expression of its database could cause this.
    ["computes for ever", "while :; do :; done", "scan-timeout"],
    [
      "cannot read its database",
      'echo "unable to load database: no such table: packages" >&2; exit 1',
      "grype-database-unusable",
    ],
  ])("and %s is its own error", async (_, shell, code) => {
    const hide = join(folder.path, "hide.yaml");
    writeFileSync(hide, "ignore: [{vulnerability: CVE-2099-0001}]\n");
    const again = `cp ${told}/json "$json" && cp ${told}/list "$list"`;
    const program = hostile(shell.replace("$REAL", real).replace("$SCAN", again).replace("$HIDE", hide));
    const settings = code === "scan-timeout" ? { timeout: 2_000 } : {};
    const began = performance.now();
    expect(await refusal(debian12(), { program, settings })).toMatchObject({ code });
    expect(performance.now() - began).toBeLessThan(atMost(20_000));
  });
});
