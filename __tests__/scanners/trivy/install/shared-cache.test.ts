import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ensureTrivy } from "../../../../scripts/setup/tools.ts";
import { type ReleaseArchive, releaseArchive } from "../../../support/programs/releases.ts";
import { mockSigstore, type Sigstore } from "../../../support/programs/sigstore.ts";
import { type FolderCache, folderCache } from "./folder-cache.ts";
import { installStage, sha256 } from "./stage.ts";

const NAME = "trivy_0.76.0_Linux-64bit.tar.gz";
const BINARY_SHA256 = "1f889576636db0623539cb339df7d06c40ebf39e7919489eafa1160e29808f19";

const stage = installStage();
let script: ReleaseArchive;
let cache: FolderCache;
beforeAll(async () => {
  script = await releaseArchive({ program: stage.program("cached", '{"Version":"0.76.0"}') });
});
beforeEach(() => {
  cache = folderCache(join(stage.folder, "cache"));
  stage.server.add("0.76.0", script);
});

/** Simulates a fresh machine: only the shared cache remains. */
const forget = () => rmSync(join(stage.world.toolCache ?? "", "trivy"), { recursive: true, force: true });
const install = (request = {}) => stage.install({ mirror: stage.server.url, sha256: script.sha256, cache, ...request });
const key = () => `trivy-bin-0.76.0-linux-x64-${script.sha256.slice(0, 12)}`;

describe("the shared cache", () => {
  it("gets what was downloaded, and gives it to the next machine, which downloads nothing", async () => {
    expect((await install()).origin).toBe("download");
    await cache.settle();
    expect(sha256(cache.file(key(), NAME))).toBe(script.sha256);
    forget();
    const again = await install();
    expect(again.origin).toBe("shared cache");
    expect(readFileSync(again.path, "utf8")).toContain("0.76.0");
    expect(stage.asked()).toHaveLength(1);
    expect((await install()).origin).toBe("tool cache");
    expect(cache.log).toEqual([`restore ${key()}`, `save ${key()}`, `restore ${key()}`]);
  });

  it("has the program alone if its own hash is compiled in", async () => {
    const wanted = `trivy-bin-0.76.0-linux-x64-${BINARY_SHA256.slice(0, 12)}`;
    copyFileSync(await ensureTrivy(), join(stage.folder, "trivy"));
    cache.save({ key: wanted, files: ["trivy"] }, stage.folder);
    await cache.settle();
    const installed = await stage.install({ mirror: stage.server.url, cache });
    expect(installed).toMatchObject({ origin: "shared cache", sha256: BINARY_SHA256 });
    expect(installed.path.startsWith(stage.world.runFolder)).toBe(true);
    expect(stage.asked()).toEqual([]);
    expect(await stage.install({})).toMatchObject({ origin: "tool cache", sha256: BINARY_SHA256 });
  });

  // Proves: after-every-restore
  it.each<[string, (path: string) => void]>([
    ["other bytes", (path) => writeFileSync(path, "#!/bin/sh\necho evil\n")],
    ["nothing in it", (path) => writeFileSync(path, "")],
  ])("that gives %s counts as having none, and it is reported", async (_, tamper) => {
    await install();
    await cache.settle();
    forget();
    tamper(cache.file(key(), NAME));
    expect((await install()).origin).toBe("download");
    expect(stage.warnings()).toHaveLength(1);
    expect(stage.warnings()[0]).toMatch(
      /^warning: \[cache-entry-unusable\] The entry trivy-bin-.* counts as absent: its SHA-256 is/,
    );
  });

  it("is not asked if the tool cache has it, or nothing may be contacted but the mirror", async () => {
    expect((await install({ offline: true })).origin).toBe("download");
    await install();
    expect(cache.log).toEqual([]);
  });

  it("gets nothing that was not verified", async () => {
    await expect(install({ sha256: "0".repeat(64) })).rejects.toMatchObject({ code: "trivy-hash-mismatch" });
    expect(cache.log).toEqual([`restore trivy-bin-0.76.0-linux-x64-${"0".repeat(12)}`]);
  });
});

describe("the shared cache of a release that only its signature proves", () => {
  const VERSION = "0.75.0";
  const ARCHIVE = `trivy_${VERSION}_Linux-64bit.tar.gz`;
  const PREFIX = `trivy-signed-${VERSION}-linux-x64-`;
  let sigstore: Sigstore;
  let own: ReleaseArchive;
  let other: ReleaseArchive;
  beforeAll(async () => {
    sigstore = await mockSigstore();
    own = await releaseArchive({ program: stage.program("cached-own", `{"Version":"${VERSION}"}`) });
    other = await releaseArchive({ program: stage.program("cached-other", `{"Version": "${VERSION}"}`) });
  });
  beforeEach(async () => {
    const text = `${own.sha256}  ${ARCHIVE}\n`;
    stage.server.add(VERSION, own, ARCHIVE);
    stage.server.addText(VERSION, `trivy_${VERSION}_checksums.txt`, text);
    stage.server.addText(VERSION, `trivy_${VERSION}_checksums.txt.sigstore.json`, await sigstore.sign(text));
  });
  const signed = () =>
    stage.install({ version: VERSION, mirror: stage.server.url, cache }, { root: sigstore.trustedRoot });

  it("brings the proof along: no request at all on the next machine", async () => {
    await signed();
    await cache.settle();
    forget();
    stage.server.requests.length = 0;
    expect((await signed()).origin).toBe("shared cache");
    expect(stage.asked()).toEqual([]);
    expect(cache.log).toEqual([`restore ${PREFIX}`, `save ${PREFIX}${own.sha256.slice(0, 12)}`, `restore ${PREFIX}`]);
  });

  // Proves: after-every-restore
  it("cannot bring another release", async () => {
    await signed();
    await cache.settle();
    forget();
    const [entry = ""] = cache.keys();
    const text = `${other.sha256}  ${ARCHIVE}\n`;
    copyFileSync(other.path, cache.file(entry, ARCHIVE));
    const bundle = await sigstore.sign(text, { version: "0.74.0" });
    writeFileSync(cache.file(entry, "signature.json"), JSON.stringify({ checksums: text, bundle }));
    expect((await signed()).origin).toBe("download");
    expect(stage.warnings()[0]).toContain("counts as absent: The signature of");
  });
});
