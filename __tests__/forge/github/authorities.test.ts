import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FakeGitHub, startFakeGitHub } from "../../support/github/fake-github.ts";
import { type Authority, createAuthority } from "../../support/network/tls.ts";
import { startTlsFront, type TlsFront } from "../../support/network/tls-front.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";
import { BASE, HEAD } from "./scripted-server.ts";

// A GitHub Enterprise Server whose certificate is of an authority that only the runner's machine knows.
const run = fileURLToPath(new URL("proxied-run.ts", import.meta.url));
const folder = temporaryFolder("github-authorities");
let github: FakeGitHub;
let front: TlsFront;
let authority: Authority;
beforeAll(async () => {
  github = await startFakeGitHub();
  authority = await createAuthority(folder.path);
  front = await startTlsFront(github.url, await authority.issue(["127.0.0.1"]));
  const repository = { full_name: "acme/widget", default_branch: "main" };
  const pull_request = {
    number: 7,
    head: { sha: HEAD, repo: repository },
    base: { sha: BASE, ref: "main", repo: repository },
  };
  writeFileSync(join(folder.path, "event.json"), JSON.stringify({ repository, pull_request }));
});
afterAll(async () => {
  await front.close();
  await github.close();
  folder.remove();
});

/** The log of a separate process, since Node reads authorities once. */
async function logOf(env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", run], {
    env: {
      GITHUB_EVENT_NAME: "pull_request",
      GITHUB_EVENT_PATH: join(folder.path, "event.json"),
      GITHUB_REPOSITORY: "acme/widget",
      INPUT_TOKEN: FAKE_TOKEN,
      GITHUB_API_URL: front.url,
      GITHUB_SERVER_URL: front.url,
      ...env,
    },
  });
  return stdout;
}

describe("GitHub's API with a certificate of a private authority", () => {
  it.each(["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"])("is asked if %s names that authority", async (name) => {
    expect(await logOf({ [name]: authority.file })).toMatch(/^Comment (?:written|unchanged): /);
    expect(github.problems).toEqual([]);
  });

  it("is not asked if it is not named: no request gets there, and the warning says how to name it", async () => {
    const before = github.requests.length;
    expect(await logOf({})).toMatch(/^::warning::\[github-unreachable\] .*in SSL_CERT_FILE or NODE_EXTRA_CA_CERTS/);
    expect(github.requests).toHaveLength(before);
  });
});
