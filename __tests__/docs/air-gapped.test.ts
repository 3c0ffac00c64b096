import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { finish } from "../../scripts/setup/command.ts";
import { ensureMirrorPrograms } from "../../scripts/setup/system.ts";
import { sharedFolder } from "../support/runs/shared.ts";
import { blockOf } from "./blocks.ts";
import { type MirrorMachine, startMirrorMachine } from "./mirror-machine.ts";
import { ARCHIVE, type PublicSources, startPublicSources } from "./public-sources.ts";

const programs = await ensureMirrorPrograms();
const folder = sharedFolder("air-gapped");

let sources: PublicSources;
let machine: MirrorMachine;

beforeAll(async () => {
  if (programs === undefined) return;
  sources = await startPublicSources();
  machine = await startMirrorMachine(folder.path, programs, sources.net);
}, 600_000);
afterAll(async () => {
  await machine?.[Symbol.asyncDispose]();
  await sources?.net.close();
});
beforeEach(() => {
  for (const list of [sources.net.connections, sources.net.strangers, sources.net.requests]) list.length = 0;
});

/** The answer that a runner gets there: status and body. */
async function get(url: string, user?: "mirror" | "runner") {
  const login = user === undefined ? [] : ["--user", `${user}:${machine.passwords[user]}`];
  const accept = ["--header", "accept: application/vnd.oci.image.manifest.v1+json"];
  const args = ["--silent", "--write-out", "\n%{http_code}", ...login, ...accept, url];
  const { stdout } = await finish("curl", args, { env: { PATH: process.env.PATH, ...sources.net.env } });
  const end = stdout.lastIndexOf("\n");
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
}

const sha256 = (text: string | Buffer) => createHash("sha256").update(text).digest("hex");
const hosts = () => [...new Set(sources.net.connections.map((one) => one.replace(/:443$/, "")))].sort();
const mirrored = (database: string, user?: "mirror" | "runner") =>
  get(`https://registry.example.com/v2/mirror/${database.replace(":", "/manifests/")}`, user);

describe.skipIf(programs === undefined)("docs/air-gapped.md (needs skopeo, docker-registry and nginx)", () => {
  it("makes two logins, which only root and nginx can read, and no password is at nginx", () => {
    for (const [path, mode] of [
      ["etc/trivy-mirror/mirror", 0o640],
      ["etc/nginx/mirror-readers", 0o640],
      ["etc/nginx/mirror-writers", 0o640],
    ] as const)
      expect(statSync(join(folder.path, path)).mode & 0o777, path).toBe(mode);
    const readers = readFileSync(join(folder.path, "etc/nginx/mirror-readers"), "utf8");
    expect(readers).toMatch(/^mirror:\$6\$\S+\nrunner:\$6\$\S+\n$/);
    for (const password of Object.values(machine.passwords)) {
      expect(password).toMatch(/^[0-9a-f]{48}$/);
      expect(readers).not.toContain(password);
    }
  });

  it("mirrors a release with its checksums and bundles, for who logs in", async () => {
    const { code, stdout, stderr } = await machine.run("/usr/local/sbin/mirror-trivy-release");
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`${ARCHIVE}: OK`);
    expect(hosts()).toEqual(["github.com", "release-assets.githubusercontent.com"]);
    expect(readdirSync(join(machine.filesFolder, "trivy"))).toEqual(["v0.76.0"]);
    expect(readdirSync(join(machine.filesFolder, "trivy/v0.76.0")).sort()).toEqual([
      ARCHIVE,
      `${ARCHIVE}.sigstore.json`,
      "trivy_0.76.0_Linux-ARM64.tar.gz",
      "trivy_0.76.0_Linux-ARM64.tar.gz.sigstore.json",
      "trivy_0.76.0_checksums.txt",
      "trivy_0.76.0_checksums.txt.sigstore.json",
    ]);
    const sums = "https://files.example.com/trivy/v0.76.0/trivy_0.76.0_checksums.txt";
    expect((await get(sums)).status).toBe(401);
    const { status, body } = await get(sums, "runner");
    expect(status).toBe(200);
    expect(body).toContain(sources.archive.sha256);
  });

  it("publishes nothing of a release that is not what its checksums say, and leaves what was there", async () => {
    sources.github.fault(new RegExp(`^/assets/.*${ARCHIVE.replaceAll(".", "\\.")}$`), {
      body: "something else",
      times: 1,
    });
    const before = statSync(join(machine.filesFolder, "trivy/v0.76.0")).ino;
    const { code, stdout } = await machine.run("/usr/local/sbin/mirror-trivy-release");
    expect(code).not.toBe(0);
    expect(stdout).toContain(`${ARCHIVE}: FAILED`);
    expect(readdirSync(join(machine.filesFolder, "trivy"))).toEqual(["v0.76.0"]);
    expect(statSync(join(machine.filesFolder, "trivy/v0.76.0")).ino).toBe(before);
  });

  it.each(["skopeo", "oras"])("mirrors both databases with %s, bit for bit; ghcr.io gets no login", async (tool) => {
    const database = sources.publishDatabase(tool === "skopeo" ? 29 : 28);
    const { code, stderr } = await machine.run(`/usr/local/sbin/mirror-trivy-databases, with ${tool}`);
    expect(code, stderr).toBe(0);
    expect(hosts()).toEqual(["ghcr.io", "pkg-containers.githubusercontent.com", "registry.example.com"]);
    expect(sources.net.requests.filter(({ authorization }) => authorization?.startsWith("Basic "))).toEqual([]);
    const copy = await mirrored("trivy-db:2", "runner");
    expect(`sha256:${sha256(copy.body)}`).toBe(database.descriptor.digest);
    expect((await mirrored("trivy-java-db:1", "runner")).status).toBe(200);
    expect((await mirrored("trivy-db:2")).status).toBe(401);
    expect(readdirSync(join(folder.path, "home"), { recursive: true }).join()).not.toContain("auth");
  });

  it("lets the runner's login read and not write", async () => {
    const login = `runner:${machine.passwords.runner}`;
    const place = "docker://registry.example.com/mirror";
    const args = ["copy", "--src-creds", login, "--dest-creds", login, `${place}/trivy-db:2`, `${place}/other:2`];
    const { code, stderr } = await finish(programs?.skopeo ?? "", args, {
      env: { PATH: process.env.PATH, HOME: folder.path, ...sources.net.env },
    });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/unauthorized|40[13]/i);
    expect((await mirrored("other:2", "runner")).status).toBe(404);
  });

  it("has in its crontab what it has as scripts, each run often enough for `max-db-age`", () => {
    const lines = blockOf("docs/air-gapped.md", "/etc/cron.d/mirror-trivy").trim().split("\n").slice(1);
    const scripts = lines.map((line) => /^\S+ \S+ \S+ \S+ \S+ root (\S+)$/.exec(line)?.[1] ?? line);
    expect(scripts).toEqual(["/usr/local/sbin/mirror-trivy-databases", "/usr/local/sbin/clean-registry"]);
    expect(lines[0]).toMatch(/^\d+ \*\/6 \* \* \* /);
    expect(() => blockOf("docs/air-gapped.md", "/usr/local/sbin/clean-registry")).not.toThrow();
  });

  it("refreshes the copy, and clears the registry of the ones before it while the registry is still", async () => {
    const old = await mirrored("trivy-db:2", "runner");
    const fresh = sources.publishDatabase(2);
    expect((await machine.run("/usr/local/sbin/mirror-trivy-databases, with skopeo")).code).toBe(0);
    const blob = (digest: string) =>
      existsSync(join(machine.registryFolder, `docker/registry/v2/blobs/sha256/${digest.slice(0, 2)}/${digest}`));
    expect(blob(sha256(old.body))).toBe(true);
    const { code, stderr } = await machine.run("/usr/local/sbin/clean-registry");
    expect(code, stderr).toBe(0);
    expect(readFileSync(join(folder.path, "registry.pid.asked"), "utf8")).toBe("stop\nstart\n");
    await machine.restartRegistry();
    expect(blob(sha256(old.body))).toBe(false);
    const kept = await mirrored("trivy-db:2", "runner");
    expect(`sha256:${sha256(kept.body)}`).toBe(fresh.descriptor.digest);
    const [layer = ""] = JSON.parse(kept.body).layers.map(({ digest }: { digest: string }) => digest);
    expect((await get(`https://registry.example.com/v2/mirror/trivy-db/blobs/${layer}`, "runner")).status).toBe(200);
  });
});
