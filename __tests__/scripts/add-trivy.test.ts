import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newestVersion } from "../../scripts/add-trivy/newest.ts";
import { mentionsOf, withChange } from "../../scripts/add-trivy/pages.ts";
import { readTable } from "../../scripts/add-trivy/table.ts";
import { addTrivy } from "../../scripts/add-trivy.ts";
import { fileSha256, root } from "../../scripts/setup/tools.ts";
import { DEFAULT_VERSION, releasesOf } from "../../src/scanners/trivy/install/release.ts";
import { PARTS } from "../../src/system/store/parts.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/folder.ts";
import { type ReleaseArchive, type ReleaseServer, releaseArchive, startReleaseServer } from "../support/releases.ts";
import { mockSigstore, type SigningOptions, type Sigstore } from "../support/sigstore.ts";
import { zip } from "../support/zip.ts";

const VERSION = "0.99.0";
const CHECKSUMS = `trivy_${VERSION}_checksums.txt`;
const PROGRAM = `#!/bin/sh\nprintf '%s' '{"Version":"${VERSION}"}'\n`;
const hashOf = (data: string) => createHash("sha256").update(data).digest("hex");

let sigstore: Sigstore;
let server: ReleaseServer;
const whole = temporaryFolder("add-trivy");
const archives = new Map<string, ReleaseArchive>();
beforeAll(async () => {
  [sigstore, server] = await Promise.all([mockSigstore(), startReleaseServer()]);
  const members = [{ path: "trivy", data: PROGRAM, mode: 0o755 }];
  for (const { archive } of releasesOf(VERSION)) {
    const path = join(whole.path, archive);
    if (archive.endsWith(".zip")) writeFileSync(path, zip({ "trivy.exe": PROGRAM, "README.md": "" }));
    archives.set(
      archive,
      archive.endsWith(".zip") ? { path, sha256: await fileSha256(path) } : await releaseArchive({ members }),
    );
  }
});
afterAll(async () => {
  await server.close();
  whole.remove();
});

let folder: TemporaryFolder;
let world: TestWorld;
let table: string;
let changelog: string;
beforeEach(async () => {
  folder = temporaryFolder("add-trivy");
  world = testWorld(folder.path, { platform: "linux", arch: "x64" });
  table = join(folder.path, "table.json");
  changelog = join(folder.path, "CHANGELOG.md");
  cpSync(join(root, "src/scanners/trivy/install/release-table.json"), table);
  writeFileSync(changelog, "# Changes\n\n## Unreleased\n\n- Something.\n\n## 0.1.0\n\n- First.\n");
  server.clearFaults();
  server.requests.length = 0;
  Object.assign(globalThis, { TEST_DOWNLOAD_TOOL_RETRY_MIN_SECONDS: 0, TEST_DOWNLOAD_TOOL_RETRY_MAX_SECONDS: 0 });
  await publish();
});
afterEach(() => folder.remove());

/** Puts the release on the server. */
async function publish(options: SigningOptions & { without?: string } = {}): Promise<void> {
  const listed = [...archives].filter(([name]) => name !== options.without);
  const text = listed.map(([name, { sha256 }]) => `${sha256}  ${name}\n`).join("");
  for (const [name, archive] of archives) server.add(VERSION, archive, name);
  server.addText(VERSION, CHECKSUMS, text);
  server.addText(VERSION, `${CHECKSUMS}.sigstore.json`, await sigstore.sign(text, { version: VERSION, ...options }));
}
const add = (version = VERSION) =>
  addTrivy({ version, mirror: server.url, table, changelog }, world, { root: sigstore.trustedRoot });
const unchanged = () => {
  expect(readFileSync(table, "utf8")).toBe(
    readFileSync(join(root, "src/scanners/trivy/install/release-table.json"), "utf8"),
  );
  expect(readFileSync(changelog, "utf8")).not.toContain(VERSION);
};

describe("add-trivy", () => {
  it("writes the SHA-256 of every archive and program of a release whose signature is good, and makes it the default", async () => {
    const before = readTable(table);
    await add();
    const after = readTable(table);
    const names = [...archives.keys()].map((name) => name.slice(`trivy_${VERSION}_`.length));
    expect(after.default).toBe(VERSION);
    expect(after.archives[VERSION]).toEqual(
      Object.fromEntries([...archives].map(([name, { sha256 }]) => [name.slice(`trivy_${VERSION}_`.length), sha256])),
    );
    expect(after.programs[VERSION]).toEqual(Object.fromEntries(names.map((name) => [name, hashOf(PROGRAM)])));
    const length = Math.ceil(PROGRAM.length / PARTS);
    const parts = PROGRAM.match(new RegExp(`[^]{1,${length}}`, "g"))?.map(hashOf);
    const program = { size: PROGRAM.length, sha256: parts };
    expect(after.parts[VERSION]).toEqual(Object.fromEntries(names.map((name) => [name, program])));
    expect(after.parts[DEFAULT_VERSION]).toEqual(before.parts[DEFAULT_VERSION]);
    expect(after.archives[DEFAULT_VERSION]).toEqual(before.archives[DEFAULT_VERSION]);
    expect(after.programs[DEFAULT_VERSION]).toEqual(before.programs[DEFAULT_VERSION]);
    expect(readFileSync(changelog, "utf8")).toContain(`- Something.\n- Trivy ${VERSION} is the default`);
  });

  it("changes nothing the second time", async () => {
    await add();
    const after = [table, changelog].map((file) => readFileSync(file, "utf8"));
    await add();
    expect([table, changelog].map((file) => readFileSync(file, "utf8"))).toEqual(after);
  });

  it("leaves out what is not released for a rare machine, but not for GitHub's runners", async () => {
    await publish({ without: `trivy_${VERSION}_Linux-s390x.tar.gz` });
    await add();
    expect(Object.keys(readTable(table).archives[VERSION] ?? {})).toHaveLength(archives.size - 1);
    cpSync(join(root, "src/scanners/trivy/install/release-table.json"), table);
    writeFileSync(changelog, "# Changes\n");
    await publish({ without: `trivy_${VERSION}_macOS-ARM64.tar.gz` });
    await expect(add()).rejects.toMatchObject({ code: "trivy-checksum-missing" });
    unchanged();
  });

  it.each<[string, SigningOptions, string]>([
    [
      "by another workflow",
      { identity: "https://github.com/evil/trivy/.github/workflows/x.yaml@refs/tags/v0.99.0" },
      "not by",
    ],
    ["at another tag", { version: "0.98.0" }, "not by"],
    ["with another issuer's word", { issuer: "https://accounts.google.com" }, "vouched for by"],
    ["after the certificate had expired", { minutesLate: 11 }, "not valid at the time of signing"],
  ])("refuses a release that was signed %s, before it downloads it", async (_, options, words) => {
    await publish(options);
    await expect(add()).rejects.toMatchObject({
      code: "trivy-signature-invalid",
      what: expect.stringContaining(words),
    });
    unchanged();
    expect(server.requests).toHaveLength(2);
  });

  it("refuses a release whose checksums are not signed, also where its archive is", async () => {
    const name = `trivy_${VERSION}_Linux-64bit.tar.gz`;
    server.fault(/checksums\.txt\.sigstore\.json$/, { status: 404 });
    server.addText(VERSION, `${name}.sigstore.json`, "{}");
    await expect(add()).rejects.toThrow("is not signed");
    unchanged();
  });

  it("refuses an archive that is not the one in the signed checksums", async () => {
    server.fault(/macOS-64bit\.tar\.gz$/, { body: "other bytes" });
    await expect(add()).rejects.toThrow(`not ${archives.get(`trivy_${VERSION}_macOS-64bit.tar.gz`)?.sha256}`);
    unchanged();
  });

  it("refuses a known-bad release however good its signature is, and one that is too old", async () => {
    await expect(add("0.69.4")).rejects.toMatchObject({ code: "trivy-known-bad" });
    await expect(add("0.62.0")).rejects.toMatchObject({ code: "trivy-too-old" });
    expect(server.requests).toEqual([]);
    unchanged();
  });

  it("refuses a release whose program says that it is another one", async () => {
    const data = `#!/bin/sh\nprintf '%s' '{"Version":"0.98.0"}'\n`;
    const other = await releaseArchive({ members: [{ path: "trivy", data, mode: 0o755 }] });
    const name = `trivy_${VERSION}_Linux-64bit.tar.gz`;
    const mine = archives.get(name);
    archives.set(name, other);
    await publish();
    await expect(add()).rejects.toThrow("says that it is Trivy 0.98.0");
    if (mine) archives.set(name, mine);
    unchanged();
  });

  it("refuses other hashes than the table has for the same release", async () => {
    const before = readTable(table);
    const wrong = { ...before, archives: { ...before.archives, [VERSION]: { "Linux-64bit.tar.gz": "0".repeat(64) } } };
    writeFileSync(table, JSON.stringify(wrong));
    await expect(add()).rejects.toThrow("but the table has");
    expect(JSON.parse(readFileSync(table, "utf8"))).toEqual(wrong);
  });

  it("does not make an older release the default", async () => {
    const before = readTable(table);
    writeFileSync(
      table,
      JSON.stringify({ ...before, default: "1.2.3", archives: { "1.2.3": {} }, programs: {}, parts: {} }),
    );
    await add();
    expect(readTable(table).default).toBe("1.2.3");
    expect(Object.keys(readTable(table).archives)).toEqual(["1.2.3", VERSION]);
    expect(readFileSync(changelog, "utf8")).not.toContain(VERSION);
  });
});

describe("the newest version", () => {
  const redirect = (location: string) => async () => new Response(null, { status: 302, headers: { location } });

  it("is where GitHub redirects to", async () => {
    const base = "https://github.com/aquasecurity/trivy/releases/tag";
    expect(await newestVersion(redirect(`${base}/v0.77.1`))).toBe("0.77.1");
  });

  it.each([
    "https://github.com/aquasecurity/trivy/releases",
    "https://evil.test/aquasecurity/trivy/releases/tag/v0.77.1",
    "https://github.com/aquasecurity/trivy/releases/tag/v0.77.1-rc1",
    "https://github.com/aquasecurity/trivy/releases/tag/v0.77.1$(id)",
    "",
  ])("is not read out of %j", async (location) => {
    await expect(newestVersion(redirect(location))).rejects.toThrow();
  });
});

describe("pages", () => {
  it("the changelog gets one line, in the part of what is not released", () => {
    const line = "- Trivy 0.99.0 is the default; its SHA-256 are compiled in.";
    expect(withChange("# C\n\n## Unreleased: 1.1\n\n- A.\n", VERSION)).toBe(
      `# C\n\n## Unreleased: 1.1\n\n- A.\n${line}\n`,
    );
    expect(withChange("# C\n\n## 1.0\n\n- A.\n", VERSION)).toBe(`# C\n\n## Unreleased\n\n${line}\n\n## 1.0\n\n- A.\n`);
  });

  it("that name a version are listed with their lines", () => {
    const lines = mentionsOf(DEFAULT_VERSION, root);
    expect(lines.some((line) => /^action\.yml:\d+: /.test(line))).toBe(true);
    expect(mentionsOf("77.77.77", root)).toEqual([]);
  });
});

it("the table in the repository is written as the command writes it", () => {
  const text = readFileSync(join(root, "src/scanners/trivy/install/release-table.json"), "utf8");
  expect(
    `${JSON.stringify(readTable(join(root, "src/scanners/trivy/install/release-table.json")), undefined, 2)}\n`,
  ).toBe(text);
});

describe("the command", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "scripts/add-trivy.ts"), ...args], { encoding: "utf8" });

  it.each([[[]], [["--latest"]], [["0.77.0", "0.78.0"]], [["0.77.0", "--newest"]]])(
    "with %j tells how it is used",
    (args) => {
      const { status, stderr } = run(...args);
      expect(status).toBe(2);
      expect(stderr).toContain("npm run add-trivy -- VERSION");
    },
  );

  it("refuses in the action's words", () => {
    const { status, stderr } = run("0.69.4", `--mirror=${server.url}`);
    expect(status).toBe(1);
    expect(stderr).toContain("[trivy-known-bad]");
  });
});
