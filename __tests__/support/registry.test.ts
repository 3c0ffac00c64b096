import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ensureTrivy } from "../../scripts/setup/tools.ts";
import {
  javaDatabase,
  javaDatabaseArtifact,
  vulnerabilityDatabase,
  vulnerabilityDatabaseArtifact,
  writeDatabases,
} from "./database.ts";
import * as images from "./images.ts";
import { startRegistry } from "./registry.ts";
import { shared, sharedFolder } from "./shared.ts";

const folder = sharedFolder("registry");
const cache = join(folder.path, "cache");

const trivy = await ensureTrivy();
const registry = await shared(startRegistry());
const now = new Date();
const databases = { vulnerability: vulnerabilityDatabase({ now }), java: javaDatabase({ now }) };
writeDatabases(cache, databases);
registry.add("db", "2", vulnerabilityDatabaseArtifact(databases.vulnerability));
registry.add("java-db", "1", javaDatabaseArtifact(databases.java));
registry.add("app/debian12", "1.0", images.debian12());
registry.add("app/multi", "1.0", images.multiArchitecture());
registry.add("private/app", "1.0", images.alpine());

interface Scan {
  readonly code: number | null;
  readonly stderr: string;
  readonly findings: number | undefined;
  readonly architecture: string | undefined;
}

function runTrivy(args: readonly string[], env: Record<string, string> = {}): Promise<Scan> {
  const all = [
    "image",
    "--skip-version-check",
    "--disable-telemetry",
    "--format",
    "json",
    "--scanners",
    "vuln",
    ...args,
  ];
  return new Promise((resolve) => {
    const child = spawn(trivy, all, { cwd: folder.path, env: { PATH: "/usr/bin:/bin", HOME: folder.path, ...env } });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    child.on("close", (code) => {
      const report = stdout ? JSON.parse(stdout) : undefined;
      const results: { Vulnerabilities?: unknown[] }[] = report?.Results ?? [];
      const findings = report && results.reduce((sum, result) => sum + (result.Vulnerabilities?.length ?? 0), 0);
      resolve({ code, stderr, findings, architecture: report?.Metadata?.ImageConfig?.architecture });
    });
  });
}

const scan = (reference: string, more: readonly string[] = [], env = {}): Promise<Scan> =>
  runTrivy(
    ["--cache-dir", cache, "--cache-backend", "memory", "--skip-db-update", "--skip-java-db-update"].concat(
      ["--image-src", "remote"],
      more,
      [`${registry.host}/${reference}`],
    ),
    env,
  );

describe("the registry, with a real Trivy as its client", () => {
  it("serves an image by tag and by digest", async () => {
    const digest = images.debian12().descriptor.digest;
    expect(await scan("app/debian12:1.0")).toMatchObject({ code: 0, findings: 16 });
    expect(await scan(`app/debian12@${digest}`)).toMatchObject({ code: 0, findings: 16 });
  });

  it("serves the platform asked for from an index", async () => {
    const report = await scan("app/multi:1.0", ["--platform", "linux/arm64"]);
    expect(report).toMatchObject({ code: 0, findings: 2, architecture: "arm64" });
  });

  it("serves both databases", async () => {
    const fresh = join(folder.path, "fresh");
    const args = ["--cache-dir", fresh, "--db-repository", `${registry.host}/db:2`];
    const java = ["--java-db-repository", `${registry.host}/java-db:1`];
    const tar = images.saveImage(join(folder.path, "python.tar"), images.python({ withNopomJar: true }));
    const report = await runTrivy([...args, ...java, "--no-progress", "--input", tar]);
    expect(report).toMatchObject({ code: 0 });
    expect(report.findings).toBeGreaterThan(6);
  });

  it("says that an unknown image is not there", async () => {
    const { code, stderr } = await scan("app/none:1.0");
    expect(code).toBe(1);
    expect(stderr).toContain("NAME_UNKNOWN");
  });

  it("plays a fault as often as it was asked to", async () => {
    registry.fault(/\/manifests\//, { status: 403, times: 1 });
    expect((await scan("app/debian12:1.0")).stderr).toContain("DENIED");
    expect(await scan("app/debian12:1.0")).toMatchObject({ code: 0 });
  });

  it("cuts a body short", async () => {
    registry.fault(/\/blobs\//, { truncate: 10 });
    expect((await scan("app/debian12:1.0")).code).toBe(1);
    registry.clearFaults();
  });

  it("keeps a private repository for those who log in, and records who sent what", async () => {
    const login = { username: "robot", password: "s3cret-of-the-registry" };
    registry.requireLogin(/^private\//, login);
    expect((await scan("private/app:1.0")).stderr).toContain("UNAUTHORIZED");
    const auth = Buffer.from(`${login.username}:${login.password}`).toString("base64");
    const docker = join(folder.path, "docker");
    mkdirSync(docker, { recursive: true });
    writeFileSync(join(docker, "config.json"), JSON.stringify({ auths: { [registry.host]: { auth } } }));
    registry.requests.length = 0;
    expect(await scan("private/app:1.0", [], { DOCKER_CONFIG: docker })).toMatchObject({ code: 0, findings: 6 });
    expect(registry.requests.some((request) => request.authorization === `Basic ${auth}`)).toBe(true);
  });

  it("still serves the public ones without a login", async () => {
    expect(await scan("app/debian12:1.0")).toMatchObject({ code: 0, findings: 16 });
  });
});
