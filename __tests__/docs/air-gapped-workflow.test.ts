import { mkdirSync, writeFileSync } from "node:fs";
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
import { type PublicSources, startPublicSources } from "./public-sources.ts";

// The workflows of docs/air-gapped.md against the mirrors that its commands have filled.

const programs = await ensureMirrorPrograms();
const folder = sharedFolder("air-gapped-workflow");
const MIRRORS = ["files.example.com:443", "registry.example.com:443"];

let sources: PublicSources;
let machine: MirrorMachine;

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

beforeAll(async () => {
  if (programs === undefined) return;
  sources = await startPublicSources();
  machine = await startMirrorMachine(join(folder.path, "mirror"), programs, sources.net);
  await fillMirrors(programs.skopeo);
}, 600_000);
afterAll(async () => {
  await machine?.[Symbol.asyncDispose]();
  await sources?.net.close();
});
beforeEach(() => {
  for (const list of [sources.net.connections, sources.net.strangers, sources.net.requests]) list.length = 0;
});

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
function runWorkflow(workflow: string, tools: string, more: Partial<ActionOptions> = {}): Promise<ActionResult> {
  const { login, gate } = stepsOf(workflow);
  const own = join(folder.path, `run-${++runs}`);
  logIn(login, join(own, "docker"));
  const inputs = Object.fromEntries(Object.entries(gate.with).map(([name, value]) => [name, String(value)]));
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

describe.skipIf(programs === undefined)(
  "the workflows of docs/air-gapped.md (needs skopeo, docker-registry and nginx)",
  () => {
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
      const { gate } = stepsOf(".github/workflows/gate.yml");
      const without = Object.fromEntries(
        Object.entries(gate.with)
          .filter(([key]) => key !== name && !(name === "trivy-mirror" && key === "trivy-mirror-token"))
          .map(([key, value]) => [key, String(value)]),
      );
      const own = join(folder.path, `without-${name}`);
      const result = await runAction({
        folder: own,
        apiUrl: "https://api.github.com",
        inputs: { ...without, "trivy-sha256": sources.archive.sha256 },
        env: { ...SERVICES, HOME: own, ...sources.net.env },
      });
      expect(result.outputs.verdict).toBe("error");
      expect(result.outputs.reason).toMatch(code);
      expect(result.log).toContain(`\`${name}\``);
      expect(sources.net.strangers).toEqual([]);
    });
  },
);
