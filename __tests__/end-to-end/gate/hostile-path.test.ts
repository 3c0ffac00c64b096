import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { ensureTrivy } from "../../../scripts/setup/tools.ts";
import { startFakeResults } from "../../support/github/fake-results.ts";
import { clean } from "../../support/images/images.ts";
import { releaseArchive, startReleaseServer } from "../../support/programs/releases.ts";
import { startRegistry } from "../../support/registry/registry.ts";
import { shared } from "../../support/runs/shared.ts";
import { type Inputs, openStage } from "../../support/runs/stage.ts";

// A job that activated a virtual environment, or put node_modules/.bin on the PATH: a pull request controls its
// contents.

/**
 * All programs that we, the libraries and Trivy could start. The Docker configuration names `docker-credential-bed`.
 */
const NAMES =
  "tar gtar bsdtar zstd zstdmt gzip gunzip unzip mv cp sh bash env uname node git docker podman trivy docker-credential-bed ldd id cat";
const LOGIN = { username: "robot", password: "password-of-a-registry" };

function writeProgram(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text, { mode: 0o755 });
}

const stage = await shared(openStage("hostile-path", { asBundle: true }));
const [releases, registry, service] = await Promise.all([startReleaseServer(), startRegistry(), startFakeResults()]);
registry.add("acme/private", "1.0", clean());
registry.requireLogin(/^acme\//, LOGIN);
const archive = await releaseArchive({ program: await ensureTrivy() });
releases.add("0.76.0", archive);
const trivy = {
  "trivy-binary": "",
  "trivy-mirror": releases.url,
  "trivy-sha256": archive.sha256,
  "trivy-version": "0.76.0",
};
const workspace = join(stage.folder, "checkouts", "app");
/** Each program of the workspace that ran, with its whole environment. */
const seen = join(stage.folder, "seen");
const spy = `#!/bin/sh\n{ echo "ran: $0"; /usr/bin/env; } >> '${seen}'\nexit 1\n`;
const folders = ["node_modules/.bin", "venv/bin", "../other/bin"].map((name) => join(workspace, name));
for (const folder of folders) for (const name of NAMES.split(" ")) writeProgram(folder, name, spy);
const linked = join(stage.folder, "linked");
symlinkSync(join(workspace, "venv"), linked);
const helpers = join(stage.folder, "helpers");
const said = JSON.stringify({ ServerURL: registry.host, Username: LOGIN.username, Secret: LOGIN.password });
writeProgram(helpers, "docker-credential-bed", `#!/bin/sh\ncat > /dev/null\necho '${said}'\n`);
writeFileSync(join(helpers, "config.json"), JSON.stringify({ credHelpers: { [registry.host]: "bed" } }));
const path = ["node_modules/.bin", "", ".", ...folders, join(linked, "bin"), helpers, process.env.PATH];
/** The PATH of such a job, and its own Docker configuration. */
const env = { PATH: path.join(delimiter), DOCKER_CONFIG: helpers, RUNNER_WORKSPACE: join(stage.folder, "checkouts") };
afterAll(async () => {
  await Promise.all([releases.close(), registry.close(), service.close()]);
});
beforeEach(() => {
  writeFileSync(seen, "");
});

/** A run on a fresh machine, with the cache service and every token that a job can have. */
function run(inputs: Inputs) {
  const machine = stage.nextFolder();
  mkdirSync(join(machine, "home"), { recursive: true });
  const job = {
    HOME: join(machine, "home"),
    ACTIONS_RESULTS_URL: service.url,
    ACTIONS_RUNTIME_TOKEN: service.token,
    ACTIONS_CACHE_SERVICE_V2: "true",
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "an-oidc-token",
  };
  const toolCache = join(machine, "tools");
  return stage.run(
    { ...trivy, image: `${registry.host}/acme/private:1.0`, ...inputs },
    { workspace, toolCache, env: { ...job, ...env } },
  );
}

describe("a program that a pull request has put on the PATH", () => {
  // Proves: no-program-workspace-runs
  it("never runs: not for a download, nor to keep it, nor out of the cache, nor for a login", async () => {
    const first = await run({});
    expect(readFileSync(seen, "utf8")).toBe("");
    // The machine's own programs were found after them on the PATH, the credential helper included.
    expect(first.outputs).toMatchObject({ verdict: "pass", reason: expect.stringMatching(/^pass/) });
    const kept = service.entries.filter(({ done }) => done).map(({ key }) => key);
    expect(kept.some((key) => key.startsWith("trivy-"))).toBe(true);
    releases.requests.length = 0;
    const second = await run({});
    expect(readFileSync(seen, "utf8")).toBe("");
    expect(second.outputs.verdict).toBe("pass");
    expect(releases.requests).toEqual([]);
  });

  // Proves: no-program-workspace-runs
  it("is not accepted as `trivy-binary` by its bare name", async () => {
    const others = (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "podman")));
    const result = await run({ "trivy-binary": "podman", "trivy-mirror": "", "trivy-version": "", "trivy-sha256": "" });
    expect(readFileSync(seen, "utf8")).toBe("");
    expect(result.outputs.reason).toContain(others ? "[trivy-unusable]" : "[trivy-binary-missing]");
  });
});
