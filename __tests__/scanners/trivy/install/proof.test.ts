import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ReleaseArchive, releaseArchive } from "../../../support/programs/releases.ts";
import {
  type MutableBundle,
  mockSigstore,
  type SigningOptions,
  type Sigstore,
} from "../../../support/programs/sigstore.ts";
import { installStage } from "./stage.ts";

// Versions whose SHA-256 is not compiled in: the signature of their release decides.

const VERSION = "0.75.0";
const NAME = `trivy_${VERSION}_Linux-64bit.tar.gz`;
const CHECKSUMS = `trivy_${VERSION}_checksums.txt`;
const BUNDLE = `${CHECKSUMS}.sigstore.json`;

const stage = installStage();
let sigstore: Sigstore;
let script: ReleaseArchive;
let other: ReleaseArchive;
beforeAll(async () => {
  sigstore = await mockSigstore();
  script = await releaseArchive({ program: stage.program("signed", `{"Version":"${VERSION}"}`) });
  other = await releaseArchive({ program: stage.program("other", `{"Version":"${VERSION}"}`) });
});

const install = (request = {}) =>
  stage.install({ version: VERSION, mirror: stage.server.url, ...request }, { root: sigstore.trustedRoot });
const checksumsOf = (archive: ReleaseArchive, name = NAME) =>
  `${"0".repeat(64)}  trivy_${VERSION}_Linux-ARM64.tar.gz\n${archive.sha256}  ${name}\n`;

/** Puts a release with signed checksums on the mirror. */
async function release(archive: ReleaseArchive, options: SigningOptions & { text?: string } = {}): Promise<void> {
  const { server } = stage;
  const text = options.text ?? checksumsOf(archive);
  server.add(VERSION, archive, NAME);
  server.addText(VERSION, CHECKSUMS, text);
  server.addText(VERSION, BUNDLE, await sigstore.sign(text, options));
}
const missing = (name: string) => stage.server.fault(new RegExp(`/${name.replaceAll(".", "\\.")}$`), { status: 404 });

describe("a version that is not compiled in", () => {
  beforeEach(() => release(script));

  it("runs if the signature of its checksums is good, and again without any request", async () => {
    const first = await install();
    expect(first).toMatchObject({ version: VERSION, origin: "download" });
    expect(readFileSync(first.path, "utf8")).toContain(VERSION);
    const files = [BUNDLE, CHECKSUMS, NAME];
    expect(stage.asked()).toEqual(files.map((name) => `/v${VERSION}/${name}`));
    expect(readdirSync(stage.entry(VERSION)).sort()).toEqual(["signature.json", "trivy", NAME].sort());
    expect(await install({ offline: true, mirror: undefined })).toMatchObject({ origin: "tool cache" });
    expect(stage.asked()).toHaveLength(3);
    expect(stage.warnings()).toEqual([]);
  });

  // Proves: archive-verified-before-unpacked
  it("is not asked for where nothing is signed", async () => {
    missing(BUNDLE);
    missing(`${NAME}.sigstore.json`);
    await expect(install()).rejects.toMatchObject({
      code: "trivy-signature-missing",
      remedy: expect.stringContaining("trivy-sha256"),
    });
    expect(stage.asked()).not.toContain(`/v${VERSION}/${NAME}`);
  });

  it("needs no signature if the user vouches for the archive", async () => {
    await install({ sha256: script.sha256 });
    expect(stage.asked()).toEqual([`/v${VERSION}/${NAME}`]);
  });

  // Proves: unknown-versions-run-only
  it.each<[string, SigningOptions, string]>([
    ["by another version's tag", { version: "0.74.0" }, "not by"],
    ["with another issuer's word", { issuer: "https://gitlab.com" }, "vouched for by"],
    ["after the certificate had expired", { minutesLate: 11 }, "not valid at the time of signing"],
    [
      "without a transparency log",
      {
        change: ({ verificationMaterial }: MutableBundle) => {
          verificationMaterial.tlogEntries = [];
        },
      },
      "no entry in a transparency log",
    ],
  ])("that was signed %s is refused before it is downloaded", async (_, options, words) => {
    await release(script, options);
    await expect(install()).rejects.toMatchObject({
      code: "trivy-signature-invalid",
      what: expect.stringContaining(words),
      remedy: expect.stringContaining("trivy-sha256"),
    });
    expect(stage.asked()).not.toContain(`/v${VERSION}/${NAME}`);
    expect(existsSync(stage.entry(VERSION))).toBe(false);
  });

  it.each<[string, () => Promise<[file: string, text: string]>, string]>([
    [
      "a signature that is cut off",
      async () => [BUNDLE, (await sigstore.sign(checksumsOf(script))).slice(0, 700)],
      "cut off",
    ],
    ["checksums that were changed since", async () => [CHECKSUMS, checksumsOf(other)], "another file"],
    ["an unknown log's word", async () => [BUNDLE, await (await mockSigstore()).sign(checksumsOf(script))], ""],
  ])("with %s is refused", async (_, replaced, words) => {
    stage.server.addText(VERSION, ...(await replaced()));
    await expect(install()).rejects.toMatchObject({
      code: "trivy-signature-invalid",
      what: expect.stringContaining(words),
    });
  });

  it("whose archive is not the one in the checksums is refused, not unpacked, and not kept", async () => {
    stage.server.add(VERSION, other, NAME);
    await expect(install()).rejects.toMatchObject({ code: "trivy-hash-mismatch" });
    expect(existsSync(join(stage.world.runFolder, "private", "bin"))).toBe(false);
    expect(existsSync(stage.entry(VERSION))).toBe(false);
  });

  it.each([
    ["does not list it", () => checksumsOf(script, "trivy_0.75.0_Linux-s390x.tar.gz")],
    ["lists it twice, otherwise", () => checksumsOf(script) + checksumsOf(other)],
    ["has no digits for it", () => `none  ${NAME}\n`],
  ])("for which the checksums file %s is refused", async (_, text) => {
    await release(script, { text: text() });
    await expect(install()).rejects.toMatchObject({ code: "trivy-checksum-missing" });
  });

  it("is its own error if the signature cannot be fetched", async () => {
    stage.server.fault(/sigstore\.json$/, { status: 403 });
    await expect(install()).rejects.toMatchObject({ code: "trivy-download-denied" });
    stage.server.clearFaults();
    stage.server.fault(/sigstore\.json$/, { body: "x".repeat((1 << 20) + 1) });
    await expect(install()).rejects.toMatchObject({ code: "trivy-download-failed" });
  });

  // Proves: good-signature-makes-no
  it("that is known to be bad is refused however good its signature is", async () => {
    const text = `${script.sha256}  trivy_0.69.4_Linux-64bit.tar.gz\n`;
    stage.server.add("0.69.4", script, "trivy_0.69.4_Linux-64bit.tar.gz");
    stage.server.addText("0.69.4", "trivy_0.69.4_checksums.txt", text);
    const bundle = await sigstore.sign(text, { version: "0.69.4" });
    stage.server.addText("0.69.4", "trivy_0.69.4_checksums.txt.sigstore.json", bundle);
    await expect(install({ version: "0.69.4" })).rejects.toMatchObject({ code: "trivy-known-bad" });
    expect(stage.asked()).toEqual([]);
  });

  it("whose program says that it is a known-bad one is refused", async () => {
    const bad = await releaseArchive({ program: stage.program("signed-bad", '{"Version":"0.69.4"}') });
    await release(bad);
    await expect(install()).rejects.toMatchObject({ code: "trivy-known-bad" });
  });
});

describe("what the tool cache has of it", () => {
  const file = (name: string) => join(stage.entry(VERSION), name);
  function replaced(bundle: string): void {
    copyFileSync(other.path, file(NAME));
    writeFileSync(file("signature.json"), JSON.stringify({ checksums: checksumsOf(other), bundle }));
  }
  const proof = () => JSON.parse(readFileSync(file("signature.json"), "utf8")) as { checksums: string; bundle: string };

  beforeEach(async () => {
    await release(script);
    await install();
    stage.server.requests.length = 0;
  });

  // Proves: good-signature-makes-no
  it.each<[string, () => Promise<void> | void]>([
    ["another archive", () => copyFileSync(other.path, file(NAME))],
    ["no signature", () => rmSync(file("signature.json"))],
    ["a damaged signature", () => writeFileSync(file("signature.json"), "{")],
    ["another archive, and checksums that list it", () => replaced(proof().bundle)],
    [
      "another archive, signed by somebody else",
      async () => replaced(await sigstore.sign(checksumsOf(other), { identity: "https://github.com/evil/trivy" })),
    ],
    [
      "an older release, well signed",
      async () => replaced(await sigstore.sign(checksumsOf(other), { version: "0.74.0" })),
    ],
  ])("is reported and replaced where it is %s", async (_, tamper) => {
    await tamper();
    const installed = await install();
    expect(installed.origin).toBe("download");
    expect(stage.warnings()).toHaveLength(1);
    expect(stage.warnings()[0]).toContain("is not what it should be");
    expect((await install()).origin).toBe("tool cache");
    expect(stage.warnings()).toHaveLength(1);
    expect(existsSync(`${stage.program("other", "")}.runs`)).toBe(false);
  });
});
