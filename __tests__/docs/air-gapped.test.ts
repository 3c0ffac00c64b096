import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { finish } from "../../scripts/setup/command.ts";
import { ensureMirrorPrograms } from "../../scripts/setup/system.ts";
import { startFakeGitHub } from "../support/github/fake-github.ts";
import { python, saveImage } from "../support/images/images.ts";
import { type ActionOptions, type ActionResult, runAction } from "../support/runs/runner.ts";
import { sharedFolder } from "../support/runs/shared.ts";
import { blockOf } from "./blocks.ts";
import { type MirrorMachine, startMirrorMachine } from "./mirror-machine.ts";
import { ARCHIVE, type PublicSources, startPublicSources } from "./public-sources.ts";

// The commands of docs/air-gapped.md, and its workflows against the mirrors that they have filled.

const programs = await ensureMirrorPrograms();
const folder = sharedFolder("air-gapped");
/** The root of the mirror machine. */
const mirror = join(folder.path, "mirror");

let sources: PublicSources;
let machine: MirrorMachine;

beforeAll(async () => {
  if (programs === undefined) return;
  sources = await startPublicSources();
  machine = await startMirrorMachine(mirror, programs, sources.net);
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
      expect(statSync(join(mirror, path)).mode & 0o777, path).toBe(mode);
    const readers = readFileSync(join(mirror, "etc/nginx/mirror-readers"), "utf8");
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
    expect(readdirSync(join(mirror, "home"), { recursive: true }).join()).not.toContain("auth");
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
    expect(readFileSync(join(mirror, "registry.pid.asked"), "utf8")).toBe("stop\nstart\n");
    await machine.restartRegistry();
    expect(blob(sha256(old.body))).toBe(false);
    const kept = await mirrored("trivy-db:2", "runner");
    expect(`sha256:${sha256(kept.body)}`).toBe(fresh.descriptor.digest);
    const [layer = ""] = JSON.parse(kept.body).layers.map(({ digest }: { digest: string }) => digest);
    expect((await get(`https://registry.example.com/v2/mirror/trivy-db/blobs/${layer}`, "runner")).status).toBe(200);
  });
});

/** Fills the mirrors with the page's commands, and adds a team's own image. */
async function fillMirrors(skopeo: string): Promise<void> {
  for (const script of ["mirror-trivy-release", "mirror-trivy-databases, with skopeo"]) {
    const { code, stderr } = await machine.run(`/usr/local/sbin/${script}`);
    if (code !== 0) throw new Error(stderr);
  }
  const image = saveImage(join(folder.path, "app.tar"), python({ withNopomJar: true }));
  const to = "docker://registry.example.com/acme/app:1.4";
  const login = `mirror:${machine.passwords.mirror}`;
  const env = { PATH: process.env.PATH, HOME: folder.path, ...sources.net.env };
  const pushed = await finish(skopeo, ["copy", "--dest-creds", login, `docker-archive:${image}`, to], { env });
  if (pushed.code !== 0) throw new Error(pushed.stderr);
}

const MIRRORS = ["files.example.com:443", "registry.example.com:443"];

interface Step {
  readonly uses: string;
  readonly with: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** The steps of a workflow of the page, with the secret in its place. */
function stepsOf(workflow: string): { login: Step; gate: Step } {
  const text = blockOf("docs/air-gapped.md", workflow).replaceAll(
    "${{ secrets.MIRROR_PASSWORD }}",
    machine.passwords.runner,
  );
  const { steps } = parse(text).jobs.gate as { steps: Step[] };
  const step = (action: string): Step => {
    const found = steps.find(({ uses }) => uses.startsWith(action));
    if (!found) throw new Error(`${workflow} has no step ${action}`);
    return found;
  };
  return { login: step("docker/login-action@"), gate: step("OWNER/image-gate@") };
}

/** Writes the login that docker/login-action would leave. */
function logIn({ with: { registry, username, password } }: Step, config: string): void {
  mkdirSync(config, { recursive: true });
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  writeFileSync(join(config, "config.json"), JSON.stringify({ auths: { [String(registry)]: { auth } } }));
}

/** GitHub's services in the variables that a runner sets. Every requested host is recorded. */
const SERVICES = {
  ACTIONS_RESULTS_URL: "https://results-receiver.actions.githubusercontent.com/",
  ACTIONS_CACHE_URL: "https://artifactcache.actions.githubusercontent.com/bed/",
  ACTIONS_CACHE_SERVICE_V2: "true",
};

let runs = 0;
function runWorkflow(
  workflow: string,
  tools: string,
  more: Partial<ActionOptions> = {},
  isLeftOut: (input: string) => boolean = () => false,
): Promise<ActionResult> {
  const { login, gate } = stepsOf(workflow);
  const own = join(folder.path, `run-${++runs}`);
  logIn(login, join(own, "docker"));
  const given = Object.entries(gate.with).filter(([name]) => !isLeftOut(name));
  const inputs = Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
  // For the certificate files that the page names, the test sets its own authority in the environment.
  expect(Object.keys(gate.env ?? {}).sort()).toEqual(["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"]);
  return runAction({
    folder: own,
    apiUrl: "https://api.github.com",
    toolCache: join(folder.path, tools),
    ...more,
    inputs: { ...inputs, "trivy-sha256": sources.archive.sha256 },
    env: { ...SERVICES, DOCKER_CONFIG: join(own, "docker"), HOME: own, ...sources.net.env },
  });
}

const asked = () => [...new Set(sources.net.connections)].sort();

/** The users whom the mirrors have served since a place in the log. */
const usersSince = (start: number) =>
  [
    ...machine
      .accessLog()
      .slice(start)
      .matchAll(/^\S+ - (\S+) \[.*?\] "[^"]*" 200 /gm),
  ].map(([, user]) => user);

function expectNoPassword(result: ActionResult): void {
  const basic = Buffer.from(`runner:${machine.passwords.runner}`).toString("base64");
  for (const text of [result.log.replaceAll(/^::add-mask::.*$/gm, ""), result.summary, JSON.stringify(result.outputs)])
    for (const secret of [machine.passwords.runner, basic]) expect(text).not.toContain(secret);
}

describe.skipIf(programs === undefined)("its workflows (need skopeo, docker-registry and nginx)", () => {
  beforeAll(() => fillMirrors(programs?.skopeo ?? ""), 600_000);

  it("offline: the verdict comes from the mirrors alone, with the login that may only read; a second run asks less", async () => {
    await using github = await startFakeGitHub();
    const event = github.pullRequestEvent();
    const start = machine.accessLog().length;
    const first = await runWorkflow(".github/workflows/gate.yml", "tools", { event });
    expect(first.outputs, first.log).toMatchObject({ verdict: "fail", "trivy-version": "0.76.0", "comment-url": "" });
    expect(first.summary).toContain("CVE-2099-5001");
    expect(sources.net.strangers).toEqual([]);
    expect(sources.net.requests).toEqual([]);
    expect(asked()).toEqual(MIRRORS);
    expect(new Set(usersSince(start))).toEqual(new Set(["runner"]));
    expectNoPassword(first);

    sources.net.connections.length = 0;
    const second = await runWorkflow(".github/workflows/gate.yml", "tools", { event });
    expect(second.outputs.reason).toBe(first.outputs.reason);
    expect(asked()).toEqual(["registry.example.com:443"]);
    expect(sources.net.strangers).toEqual([]);
  });

  it("with comments, on a server within the network: that server and the mirrors, nothing else", async () => {
    await using github = await startFakeGitHub();
    const result = await runWorkflow(".github/workflows/gate-with-comment.yml", "tools-of-a-server", {
      event: github.pullRequestEvent(),
      apiUrl: github.url,
    });
    expect(result.outputs, result.log).toMatchObject({ verdict: "fail", "trivy-version": "0.76.0" });
    expect(github.comments()).toHaveLength(1);
    expect(sources.net.strangers).toEqual([]);
    expect(asked()).toEqual(MIRRORS);
    expectNoPassword(result);
  });

  it.each([
    ["trivy-mirror-token", /\[trivy-download-denied\]/],
    ["trivy-mirror", /\[trivy-offline\]/],
    ["db-repository", /\[database-[a-z]+\]/],
  ])("offline, without `%s`: an error that names it, and no other host is asked", async (name, code) => {
    const isLeftOut = (key: string) => key === name || (name === "trivy-mirror" && key === "trivy-mirror-token");
    const result = await runWorkflow(".github/workflows/gate.yml", `tools-without-${name}`, {}, isLeftOut);
    expect(result.outputs.verdict).toBe("error");
    expect(result.outputs.reason).toMatch(code);
    expect(result.log).toContain(`\`${name}\``);
    expect(sources.net.strangers).toEqual([]);
  });
});
