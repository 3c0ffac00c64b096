import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { finish } from "../../../../scripts/setup/command.ts";
import { ensureStrace } from "../../../../scripts/setup/system.ts";
import { ensureTrivy } from "../../../../scripts/setup/tools.ts";
import { blobFetcher } from "../../../../src/images/registry/blobs.ts";
import { scanArguments } from "../../../../src/scanners/trivy/process/arguments.ts";
import { trivyEnvironment } from "../../../../src/scanners/trivy/process/environment.ts";
import { javaDatabase, vulnerabilityDatabase, writeDatabases } from "../../../support/databases/database.ts";
import { debian12 } from "../../../support/images/images.ts";
import { writeLayout } from "../../../support/images/oci.ts";
import { startBlobRegistry } from "../../../support/registry/blob-registry.ts";
import { temporaryFolder } from "../../../support/runs/folder.ts";
import { testWorld } from "../world.ts";

const folder = temporaryFolder("no-connection");
const at = (...names: readonly string[]) => join(folder.path, ...names);
const registry = await startBlobRegistry(folder.path);
const strace = await ensureStrace();
afterAll(async () => {
  await registry?.close();
  folder.remove();
});

describe.skipIf(!registry || !strace)("an image that was fetched (needs docker-registry and strace)", () => {
  // Proves: scanner-needs-no-network
  it("is scanned by a process that opens no socket, and gets no proxy", async () => {
    if (!registry || !strace) throw new Error("not here");
    const trivy = await ensureTrivy();
    const image = debian12();
    writeLayout(at("layout"), image, "1");
    const requests = [];
    for (const bytes of image.blobs.values()) {
      const digest = await registry.push("acme/app", bytes);
      const file = at("layout", "blobs", ...digest.split(":"));
      rmSync(file);
      requests.push({ digest, size: bytes.length, file });
    }
    const fetcher = blobFetcher(`${registry.host}/acme/app`, { credentials: async () => undefined });
    const { signal } = new AbortController();
    for (const request of requests) await fetcher.fetch(request, signal);

    const now = new Date();
    const databases = { vulnerability: vulnerabilityDatabase({ now }), java: javaDatabase({ now }) };
    writeDatabases(at("cache"), databases);
    mkdirSync(at("empty"));
    const args = scanArguments({
      target: { how: "image", location: at("layout") },
      scanners: ["vuln", "secret", "misconfig", "license"],
      skipDirs: [],
      skipFiles: [],
      timeoutMs: 60_000,
      cacheFolder: at("cache"),
      output: at("report.json"),
    });
    const env = trivyEnvironment(
      testWorld(folder.path, { env: { PATH: process.env.PATH, HTTPS_PROXY: `http://user:secret@${registry.host}` } }),
      "files",
    );
    const traced = ["-f", "-qq", "-e", "trace=socket,connect,execve", "-o", at("calls"), trivy, ...args];
    const { code, stderr } = await finish(strace, traced, { cwd: at("empty"), env });
    expect(code, stderr).toBe(0);
    const calls = readFileSync(at("calls"), "utf8");
    expect(calls).toContain("execve(");
    expect(calls).not.toMatch(/\b(?:socket|connect)\(/);
    expect(readFileSync(at("report.json"), "utf8")).toContain('"VulnerabilityID"');
  });
});
