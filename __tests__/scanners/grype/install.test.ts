import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GRYPE, type GrypeTable, installGrype } from "../../../src/scanners/grype/install/install.ts";
import type { ScannerWish } from "../../../src/scanners/scanner.ts";
import { writeProgram } from "../../support/programs/program.ts";
import {
  type ReleaseArchive,
  type ReleaseServer,
  releaseArchive,
  startReleaseServer,
} from "../../support/programs/releases.ts";
import { mockSigstore, type SigningOptions, type Sigstore } from "../../support/programs/sigstore.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/runs/folder.ts";
import { folderCache } from "../trivy/install/folder-cache.ts";
import { type TestWorld, testWorld } from "../trivy/world.ts";

// An archive like a release of Grype, with a script that prints a version in place of the program.

const VERSION = "0.121.3";
const SIGNER = GRYPE.signerOf(VERSION);
const NAME = `grype_${VERSION}_linux_amd64.tar.gz`;
const CHECKSUMS = `grype_${VERSION}_checksums.txt`;
const answering = (version: string) =>
  `#!/bin/sh\necho '${JSON.stringify({ application: "grype", version, supportedDbSchema: 6 })}'\n`;

let whole: TemporaryFolder;
let folder: TemporaryFolder;
let server: ReleaseServer;
let sigstore: Sigstore;
let world: TestWorld;
let good: ReleaseArchive;
let other: ReleaseArchive;

const archiveOf = (version: string) =>
  releaseArchive({ members: [{ path: "grype", data: answering(version), mode: 0o755 }], name: NAME });

beforeAll(async () => {
  whole = temporaryFolder("grype-install");
  [server, sigstore, good, other] = await Promise.all([
    startReleaseServer(),
    mockSigstore(),
    archiveOf(VERSION),
    archiveOf("0.120.0"),
  ]);
});
afterAll(async () => {
  await server.close();
  whole.remove();
});
beforeEach(async () => {
  folder = temporaryFolder("grype-install");
  world = testWorld(folder.path, { toolCache: folder.path, platform: "linux", arch: "x64" });
  server.clearFaults();
  server.requests.length = 0;
  await release(good);
});
afterEach(() => folder.remove());

/** Puts a release with signed checksums on the mirror. */
async function release(
  archive: ReleaseArchive,
  options: SigningOptions & { readonly text?: string } = {},
): Promise<void> {
  const { text = `${archive.sha256}  ${NAME}\n`, ...signing } = options;
  server.add(VERSION, archive, NAME);
  server.addText(VERSION, CHECKSUMS, text);
  server.addText(VERSION, `${CHECKSUMS}.sigstore.json`, await sigstore.sign(text, { ...SIGNER, ...signing }));
}

const install = (wish: Partial<ScannerWish> = {}, table?: GrypeTable) =>
  installGrype({ version: VERSION, mirror: server.url, timeoutMs: 20_000, ...wish }, world, {
    root: sigstore.trustedRoot,
    ...(table && { table }),
  });
const refusal = (wish: Partial<ScannerWish> = {}, table?: GrypeTable) =>
  install(wish, table).then(
    () => expect.unreachable("it was taken"),
    (error: unknown) => error as { code: string; what: string },
  );
const asked = () => server.requests.map(({ path }) => path);

describe("a release of Grype", () => {
  // Proves: second-scanner-held-first
  it("runs if the signed checksums name its archive, and again without any request, verified again", async () => {
    const first = await install();
    expect(first).toMatchObject({ version: VERSION, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(asked()).toEqual([`${CHECKSUMS}.sigstore.json`, CHECKSUMS, NAME].map((name) => `/v${VERSION}/${name}`));
    const entry = join(folder.path, "grype", VERSION, "x64");
    expect(readdirSync(entry).sort()).toEqual([NAME, "grype", "signature.json"].sort());
    server.requests.length = 0;
    expect((await install({ offline: true, mirror: undefined })).sha256).toBe(first.sha256);
    // A replaced program in the tool cache is not started: the archive has the right one.
    writeFileSync(join(entry, "grype"), answering("6.6.6"));
    expect(await install()).toMatchObject({ version: VERSION, sha256: first.sha256 });
    expect(asked()).toEqual([]);
    // Nor is another archive.
    rmSync(join(entry, NAME));
    copyFileSync(other.path, join(entry, NAME));
    expect((await install()).sha256).toBe(first.sha256);
    expect(world.lines.filter((line) => line.startsWith("warning"))).toEqual([
      expect.stringContaining("is not what it should be"),
    ]);
    expect(asked()).toHaveLength(3);
  });

  // Proves: scanner-without-data-no
  it("that was replaced in the tool cache has an error that says so, if no other can be had", async () => {
    await install();
    copyFileSync(other.path, join(folder.path, "grype", VERSION, "x64", NAME));
    // The program alongside it is of no use: only the archive's hash is known.
    writeFileSync(join(folder.path, "grype", VERSION, "x64", "grype"), answering("6.6.6"));
    const error = await refusal({ offline: true, mirror: undefined });
    expect(error).toMatchObject({ code: "grype-hash-mismatch", what: expect.stringContaining(other.sha256) });
    // A program from another installation only lacks the proof.
    rmSync(join(folder.path, "grype", VERSION, "x64", NAME));
    expect(await refusal({ offline: true, mirror: undefined })).toMatchObject({ code: "grype-offline" });
  });

  it("needs no signature if the user vouches for the archive", async () => {
    await install({ sha256: good.sha256 });
    expect(asked()).toEqual([`/v${VERSION}/${NAME}`]);
    expect(await refusal({ sha256: "0".repeat(64) })).toMatchObject({ code: "grype-hash-mismatch" });
  });

  // Proves: second-scanner-held-first
  it.each<[string, SigningOptions & { readonly text?: string }, string]>([
    [
      "signed at a tag",
      { identity: SIGNER.identity.replace("heads/main", `tags/v${VERSION}`) },
      "grype-signature-invalid",
    ],
    [
      "signed by another workflow",
      { identity: SIGNER.identity.replace("release.yaml", "test.yaml") },
      "grype-signature-invalid",
    ],
    ["signed by another issuer", { issuer: "https://gitlab.com" }, "grype-signature-invalid"],
    // The signer's name has no version, so the checksums of an older release are as valid as these.
    [
      "of another version, by its archive's name",
      { text: `${"1".repeat(64)}  ${NAME.replace(VERSION, "0.120.0")}\n` },
      "grype-checksum-missing",
    ],
    ["named twice", { text: `${"1".repeat(64)}  ${NAME}\n${"2".repeat(64)}  ${NAME}\n` }, "grype-checksum-missing"],
  ])("is refused if it is %s", async (_, options, code) => {
    await release(good, options);
    expect(await refusal()).toMatchObject({ code });
    expect(asked()).not.toContain(`/v${VERSION}/${NAME}`);
  });

  it("is refused if the archive is another one than was signed, or its program of another version", async () => {
    server.add(VERSION, other, NAME);
    expect(await refusal()).toMatchObject({ code: "grype-hash-mismatch" });
    await release(other);
    expect(await refusal()).toMatchObject({ code: "grype-version-invalid", what: expect.stringContaining("0.120.0") });
  });

  it.each([
    ["has no signature", /sigstore/, { status: 404 }, "grype-signature-missing"],
    ["is not there", /linux_amd64/, { status: 404 }, "grype-download-missing"],
    ["is refused", /linux_amd64/, { status: 403 }, "grype-download-denied"],
    ["is not served", /linux_amd64/, { status: 500 }, "grype-download-failed"],
    ["never comes", /linux_amd64/, { hang: true }, "grype-download-timeout"],
  ])("that %s is its own error, and nothing of it is kept", async (_, match, fault, code) => {
    server.fault(match, fault);
    expect(await refusal({ timeoutMs: "hang" in fault ? 3_000 : 60_000 })).toMatchObject({ code });
    expect(existsSync(join(folder.path, "grype", VERSION))).toBe(false);
  });

  it("without the program is refused, although its hash is right", async () => {
    await release(await releaseArchive({ members: [{ path: "README.md", data: "x" }], name: NAME }));
    expect(await refusal()).toMatchObject({ code: "grype-archive-invalid" });
  });

  it("is taken from the shared cache with its signature, without a request, even if the tool cache has none", async () => {
    const cache = folderCache(join(folder.path, "kept"));
    await install({ cache });
    await cache.settle();
    rmSync(join(folder.path, "grype"), { recursive: true });
    server.requests.length = 0;
    expect((await install({ cache })).version).toBe(VERSION);
    expect(asked()).toEqual([]);
    expect(readdirSync(join(folder.path, "grype", VERSION, "x64"))).toContain("signature.json");
  });

  it("is not asked for offline without a mirror", async () => {
    expect(await refusal({ offline: true, mirror: undefined })).toMatchObject({ code: "grype-offline" });
    expect(asked()).toEqual([]);
  });

  it("of a version that is too old or known to be bad never runs", async () => {
    expect(await refusal({ version: "0.87.0" })).toMatchObject({ code: "grype-too-old" });
    expect(await refusal({ version: "latest" })).toMatchObject({ code: "grype-version-invalid" });
    const table = {
      default: VERSION,
      archives: {},
      programs: {},
      bad: { [VERSION]: "it was replaced by malware" },
    };
    const bad = { code: "grype-known-bad", what: expect.stringContaining("malware") };
    // Refused however good its signature is, and whatever hash the user gives.
    expect(await refusal({}, table)).toMatchObject(bad);
    expect(await refusal({ sha256: good.sha256 }, table)).toMatchObject(bad);
    expect(asked()).toEqual([]);
    // Refused under another name, too, and if it is already installed.
    expect(await refusal({ version: "0.120.0", sha256: good.sha256, mirror: `${server.url}` }, table)).toMatchObject({
      code: "grype-download-missing",
    });
    server.add("0.120.0", good, NAME.replace(VERSION, "0.120.0"));
    expect(await refusal({ version: "0.120.0", sha256: good.sha256 }, table)).toMatchObject(bad);
    const path = join(folder.path, "bad-grype");
    writeProgram(path, answering(VERSION));
    expect(await refusal({ binary: path }, table)).toMatchObject(bad);
    expect((await install({}, { ...table, bad: {} })).version).toBe(VERSION);
  });

  // Proves: login-mirror-mirror
  it("with `grype-mirror-token`: the token does not follow a redirect to another host, and reaches neither Grype nor the log", async () => {
    const seen = join(folder.path, "seen");
    const spying = await releaseArchive({
      members: [{ path: "grype", data: answering(VERSION).replace("\n", `\nenv > ${seen}\n`), mode: 0o755 }],
      name: NAME,
    });
    server.add(VERSION, spying, NAME);
    const mirror = await startReleaseServer();
    mirror.fault(/linux_amd64/, { status: 302, headers: { location: `${server.url}/v${VERSION}/${NAME}` } });
    await install({ mirror: mirror.url, mirrorToken: "s3cret", sha256: spying.sha256 });
    await mirror.close();
    expect(mirror.requests.map(({ authorization }) => authorization)).toEqual(["Bearer s3cret"]);
    expect(world.lines.filter((line) => line.startsWith("warning"))).toEqual([
      expect.stringContaining("`grype-mirror-token` is sent unencrypted"),
    ]);
    expect(world.lines.filter((line) => !line.startsWith("mask: ")).join("\n")).not.toContain("s3cret");
    expect(server.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
    expect(readFileSync(seen, "utf8")).toContain("PATH=");
    expect(readFileSync(seen, "utf8")).not.toContain("s3cret");
  });
});

describe("a release whose SHA-256 are compiled in", () => {
  const SHORT = "linux_amd64.tar.gz";
  const sha256Of = (text: string) => createHash("sha256").update(text).digest("hex");
  const compiledIn = (archive: string, program = sha256Of(answering(VERSION))): GrypeTable => ({
    default: VERSION,
    archives: { [VERSION]: { [SHORT]: archive } },
    programs: { [VERSION]: { [SHORT]: { sha256: program, parts: [program, sha256Of("")] } } },
    bad: {},
  });

  it("is checked against them, and needs no signature", async () => {
    server.fault(/checksums/, { status: 404 });
    const { sha256 } = await install({}, compiledIn(good.sha256));
    expect(sha256).toBe(sha256Of(answering(VERSION)));
    expect(asked()).toEqual([`/v${VERSION}/${NAME}`]);
    expect(world.lines.filter((line) => /^(?:warning|notice)/.test(line))).toEqual([]);
  });

  it("is refused if it has others, however good its signature is", async () => {
    const held = compiledIn(other.sha256, sha256Of(answering("0.120.0")));
    expect(await refusal({}, held)).toMatchObject({ code: "grype-hash-mismatch" });
    // The signature on the mirror is valid.
    expect((await install()).version).toBe(VERSION);
    expect(await refusal({ offline: true, mirror: undefined }, held)).toMatchObject({
      code: "grype-hash-mismatch",
    });
  });

  it("is known by its program alone in the tool cache", async () => {
    await install({}, compiledIn(good.sha256));
    expect(readdirSync(join(folder.path, "grype", VERSION, "x64"))).toEqual(["grype"]);
    // The store would also recognise the program by its archive.
    rmSync(join(folder.path, "image-gate"), { recursive: true, force: true });
    server.requests.length = 0;
    await install({}, compiledIn(good.sha256));
    expect(asked()).toEqual([]);
  });
});

describe("a given Grype", () => {
  it("is checked against its SHA-256 and to its version", async () => {
    const path = join(folder.path, "own-grype");
    writeProgram(path, answering(VERSION));
    const given = await install({ binary: path });
    expect(given.version).toBe(VERSION);
    expect(await install({ binary: path, sha256: given.sha256 ?? "" })).toMatchObject({ sha256: given.sha256 });
    expect(await refusal({ binary: path, sha256: "0".repeat(64) })).toMatchObject({ code: "grype-hash-mismatch" });
    writeProgram(path, answering("0.80.0"));
    expect(await refusal({ binary: path })).toMatchObject({ code: "grype-too-old" });
    writeProgram(path, answering("[not provided]"));
    expect(await refusal({ binary: path })).toMatchObject({ code: "grype-version-invalid" });
    writeProgram(path, "echo something else\n");
    expect(await refusal({ binary: path })).toMatchObject({ code: "grype-unusable" });
    expect(await refusal({ binary: "./none" })).toMatchObject({ code: "grype-binary-missing" });
  });
});
