import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EMPTY_POLICY } from "../../src/domain/policy/policy.ts";
import type { ScanResult } from "../../src/domain/target.ts";
import type { FileAtBase } from "../../src/forge/forge.ts";
import { githubPlatform } from "../../src/job/github/platform.ts";
import { loadRuleFiles } from "../../src/steps/rule-files.ts";
import type { RuleSource } from "../../src/steps/rule-source.ts";
import { makeFinding, scanned } from "../domain/make.ts";
import { openVex, statement, writeDocument } from "../enrichment/vex/documents.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

let folder: ReturnType<typeof temporaryFolder>;
let world: TestWorld;
beforeEach(() => {
  folder = temporaryFolder("hubs");
  world = testWorld(folder.path, { now: () => new Date("2026-11-24T15:00:00Z") });
});
afterEach(() => folder[Symbol.dispose]());

type Entry = readonly [id: string, location: string];

const LIBSSL = "pkg:deb/debian/libssl3";
const indexJson = (entries: readonly Entry[]) => ({
  updated_at: "2026-11-20T00:00:00Z",
  packages: entries.map(([id, location]) => ({ id, location })),
});
const write = (path: string, value: unknown) => writeDocument(world.workspace, path, value);
function writeIndex(entries: readonly Entry[], hub = "hub"): void {
  write(`${hub}/index.json`, indexJson(entries));
  write(`${hub}/.git/HEAD`, "ref: refs/heads/main");
}

function sourceOf(change: Partial<RuleSource["change"]> = {}, more: Partial<RuleSource> = {}): RuleSource {
  const { change: ofRun } = githubPlatform(world);
  const read = async (): Promise<FileAtBase> => ({ absent: true });
  return {
    from: "workspace",
    change: { ...ofRun, trigger: "push", privileged: false, ...change },
    mayRead: "Let it be read",
    changeRequest: "pull request",
    read,
    ...more,
  };
}

/** A scan of an image with these package URLs. */
function scanOf(purls: readonly string[] = [`${LIBSSL}@3.0.11-1?arch=amd64`]): ScanResult {
  const outcome = scanned([]);
  if (!("scan" in outcome)) throw new Error("not scanned");
  const packages = purls.map((purl) => ({ name: purl, version: "1", type: "debian", purl }));
  return { ...outcome.scan, packages };
}

async function read(vex: readonly string[] = ["repo:hub"], source = sourceOf(), scans = [scanOf()]) {
  const files = await loadRuleFiles({ vex, baseline: "none" }, source, EMPTY_POLICY, world);
  const found = files.readHubs?.(scans);
  return { ...found, names: found?.files.map(({ name }) => name), before: files };
}

describe("a VEX repository", () => {
  it("is read by package: only documents about packages and images of the targets", async () => {
    writeIndex([
      [LIBSSL, "pkg/deb/libssl3.json"],
      ["pkg:deb/debian/zlib1g", "gone.json"],
      ["pkg:oci/app?repository_url=ghcr.io%2Facme%2Fapp", "pkg/oci/app.json"],
      ["pkg:oci/app?repository_url=ghcr.io%2Fother%2Fapp", "gone.json"],
      ["pkg:oci/web", "gone.json"],
    ]);
    write("hub/pkg/deb/libssl3.json", openVex());
    write("hub/pkg/oci/app.json", openVex());
    const { files, changes, before } = await read();
    expect(files).toEqual([
      {
        name: "hub/pkg/deb/libssl3.json",
        hub: "hub",
        bytes: expect.any(Buffer),
        about: new Set(["deb/debian/libssl3"]),
      },
      { name: "hub/pkg/oci/app.json", hub: "hub", bytes: expect.any(Buffer), about: new Set(["oci/app"]) },
    ]);
    expect([changes, before.vex, before.notes]).toEqual([[], [], []]);
  });

  it("is read for packages that only a finding names, as in a report without packages", async () => {
    writeIndex([[LIBSSL, "a.json"]]);
    write("hub/a.json", openVex());
    const scan = { ...scanOf([]), findings: [makeFinding()] };
    expect((await read(undefined, undefined, [scan])).names).toEqual(["hub/a.json"]);
    expect((await read(undefined, undefined, [scanOf([])])).names).toEqual([]);
  });

  it("that is first has the say about a package that several list", async () => {
    for (const hub of ["a", "b"]) {
      writeIndex([[LIBSSL, "ssl.json"], ...(hub === "b" ? [["pkg:deb/debian/zlib1g", "z.json"] as const] : [])], hub);
      write(`${hub}/ssl.json`, openVex());
      write(`${hub}/z.json`, openVex());
    }
    const scans = [scanOf([`${LIBSSL}@1`, "pkg:deb/debian/zlib1g@1"])];
    expect((await read(["repo:a", "repo:./b/"], undefined, scans)).names).toEqual(["a/ssl.json", "b/z.json"]);
    expect((await read(["repo:b", "repo:a"], undefined, scans)).names).toEqual(["b/ssl.json", "b/z.json"]);
  });

  it("may have one document for several packages", async () => {
    writeIndex([
      [LIBSSL, "a.json"],
      ["pkg:deb/debian/zlib1g", "a.json"],
    ]);
    write("hub/a.json", openVex());
    const { files } = await read(undefined, undefined, [scanOf([`${LIBSSL}@1`, "pkg:deb/debian/zlib1g@1"])]);
    expect(files).toMatchObject([{ about: new Set(["deb/debian/libssl3", "deb/debian/zlib1g"]) }]);
  });

  it("tells what it lists without a package URL", async () => {
    writeIndex([
      ["cpe:/a:b", "a.json"],
      ["x", "b.json"],
    ]);
    expect((await read()).before.notes).toEqual([
      "The VEX repository hub lists packages without a package URL, which cannot be identified, and accepts nothing in them: cpe:/a:b and 1 more.",
    ]);
  });
});

describe("a VEX repository in the workspace", () => {
  const refused = {
    code: "vex-repository-invalid",
    what: expect.stringContaining("not its own checkout, so the judged change could change it"),
  };
  beforeEach(() => {
    write("hub/index.json", indexJson([[LIBSSL, "a.json"]]));
    write("hub/a.json", openVex());
  });

  // Proves: vex-repository-reads-nothing
  it("is refused if a pull request could bring it, whatever the trigger", async () => {
    for (const change of [{}, { hasBase: true }, { hasBase: true, privileged: true }])
      await expect(read(undefined, sourceOf(change))).rejects.toMatchObject(refused);
    // A submodule: a pull request chooses its commit.
    write("sub/.git", "gitdir: ../.git/modules/sub");
    write("sub/index.json", indexJson([]));
    await expect(read(["repo:sub"])).rejects.toMatchObject(refused);
    write(".git/HEAD", "ref: refs/heads/main");
    write("index.json", indexJson([]));
    await expect(read(["repo:."])).rejects.toMatchObject(refused);
    await expect(read(["repo:hub/.."])).rejects.toMatchObject(refused);
  });

  // Proves: vex-repository-reads-nothing
  it("is refused on a trigger that a stranger may cause, even if it is a checkout", async () => {
    write("hub/.git/HEAD", "");
    await expect(read(undefined, sourceOf({ privileged: true }))).rejects.toMatchObject({
      code: "vex-repository-invalid",
      what: expect.stringContaining("a run that a stranger may cause"),
    });
  });

  it("may be any folder at a terminal", async () => {
    expect((await read(undefined, sourceOf({ trigger: "" }))).names).toEqual(["hub/a.json"]);
  });
});

describe("a VEX repository is an error", () => {
  const invalid = "vex-repository-invalid";

  // Proves: vex-repository-reads-nothing
  it.each([
    ["leads upwards", "../a.json"],
    ["leads upwards from within", "pkg/../../a.json"],
    ["is absolute", "/etc/passwd"],
    ["is absolute on Windows", "C:/a.json"],
    ["leads upwards on Windows", "..\\a.json"],
    ["is empty", ""],
    ["is the folder itself", "."],
    ["has an empty part", "pkg//a.json"],
    ["has a NUL", "a\0.json"],
    ["is too long", `${"a/".repeat(600)}a.json`],
  ])("if a location %s, even one that is not needed", async (_, location) => {
    writeIndex([["pkg:npm/unneeded", location]]);
    write("a.json", openVex());
    await expect(read()).rejects.toMatchObject({ code: invalid, what: expect.stringContaining('"hub/index.json"') });
  });

  it.each([
    ["no JSON", "{", "is not JSON"],
    ["a list", [], "is not valid as an index"],
    ["without packages", {}, "(at packages)"],
    ["without an id", { packages: [{ location: "a.json" }] }, "(at packages.0.id)"],
    ["too long", { packages: Array.from({ length: 50_001 }, () => ({ id: "x", location: "a" })) }, "(at packages)"],
  ])("if its index is %s", async (_, value, what) => {
    writeIndex([]);
    write("hub/index.json", value);
    await expect(read()).rejects.toMatchObject({ code: invalid, what: expect.stringContaining(what) });
  });

  // Proves: vex-repository-reads-nothing
  it.each<[string, () => void, string]>([
    ["is missing", () => {}, "file-missing"],
    ["is a folder", () => mkdirSync(join(world.workspace, "hub/a.json")), "file-not-regular"],
    [
      "is a link out of the repository",
      () => symlinkSync(join(world.workspace, write("secret.json", openVex())), join(world.workspace, "hub/a.json")),
      invalid,
    ],
    [
      "is a link out of the workspace",
      () => symlinkSync("/etc/passwd", join(world.workspace, "hub/a.json")),
      "file-outside-workspace",
    ],
    [
      "has a gigabyte",
      () => {
        write("hub/a.json", "");
        truncateSync(join(world.workspace, "hub/a.json"), 1024 ** 3);
      },
      "file-too-large",
    ],
  ])("if a document that is needed %s", async (_, make, code) => {
    writeIndex([[LIBSSL, "a.json"]]);
    make();
    await expect(read()).rejects.toMatchObject({ code, what: expect.stringContaining('"hub/a.json"') });
    expect((await read(undefined, undefined, [scanOf(["pkg:npm/other@1"])])).names).toEqual([]);
  });

  it("if it is missing, or its index is a link out of it", async () => {
    await expect(read()).rejects.toMatchObject({ code: "file-missing" });
    write("elsewhere.json", indexJson([]));
    write("hub/.git/HEAD", "");
    symlinkSync("../elsewhere.json", join(world.workspace, "hub/index.json"));
    await expect(read()).rejects.toMatchObject({ code: invalid });
  });

  // Proves: vex-repository-reads-nothing
  it("if the documents that are needed have too many bytes", async () => {
    const purls = Array.from({ length: 3 }, (_, index) => `pkg:npm/p${index}`);
    writeIndex(purls.map((id, index): Entry => [id, `${index}.json`]));
    for (const index of [0, 1, 2]) {
      write(`hub/${index}.json`, "");
      truncateSync(join(world.workspace, `hub/${index}.json`), 30 * 1024 * 1024);
    }
    await expect(read(undefined, undefined, [scanOf(purls)])).rejects.toMatchObject({ code: "vex-too-large" });
    expect((await read(undefined, undefined, [scanOf(purls.slice(0, 2))])).names).toHaveLength(2);
  });
});

describe("a VEX repository on a pull request", () => {
  const affected = openVex([statement({ status: "affected", justification: undefined })]);

  /** The base has these files. The pull request's commit has nothing in the repository's place. */
  function pullRequest(base: Readonly<Record<string, unknown>>, from: RuleSource["from"] = "workspace") {
    const asked: string[] = [];
    const read: RuleSource["read"] = async (use, { path }) => {
      asked.push(`${use} ${path}`);
      const value = base[path];
      return value === undefined ? { absent: true } : { text: Buffer.from(JSON.stringify(value)) };
    };
    return { source: sourceOf({ hasBase: true }, { from, read }), asked };
  }
  const words = (changes: Awaited<ReturnType<typeof read>>["changes"]) =>
    changes?.map(({ what, about, loosens, file }) => `${loosens ? "loosens: " : ""}${what} ${about} ${file}`);
  const ABOUT = `CVE-2024-0001 in ${LIBSSL}`;

  // Proves: change-vex-document-shown
  it("shows that a document alongside it no longer contradicts it", async () => {
    writeIndex([[LIBSSL, "a.json"]]);
    write("hub/a.json", openVex());
    write("own.json", openVex([]));
    const { source } = pullRequest({ "own.json": affected });
    const { changes } = await read(["repo:hub", "own.json"], source);
    expect(words(changes)).toEqual([`loosens: removed ${ABOUT} own.json`]);
  });

  it("that the job checked out counts as it is, is reported once, and costs no request", async () => {
    writeIndex([[LIBSSL, "a.json"]], "job");
    write("job/a.json", openVex());
    const { source, asked } = pullRequest({}, "base");
    const { names, changes, before } = await read(["repo:job"], source);
    expect([names, changes]).toEqual([["job/a.json"], []]);
    expect(before.notes).toEqual([
      "The index of the VEX repository job/index.json is not a file of the repository: the run uses it as found, and it is unknown if a pull request changes it.",
    ]);
    expect(asked).toEqual([]);
  });

  it("outside of the workspace is read from RUNNER_TEMP, also on a trigger that a stranger may cause", async () => {
    const hub = join(world.temp, "hub");
    for (const [name, value] of [
      ["index.json", indexJson([[LIBSSL, "a.json"]])],
      ["a.json", openVex()],
    ] as const) {
      mkdirSync(dirname(join(hub, name)), { recursive: true });
      writeFileSync(join(hub, name), JSON.stringify(value));
    }
    const source = sourceOf({ privileged: true, hasBase: false }, { from: "default-branch" });
    expect((await read([`repo:${hub}`], source)).names).toEqual([join(hub, "a.json")]);
  });
});
