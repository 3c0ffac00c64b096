import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type FakeGitHub, startFakeGitHub } from "../../support/github/fake-github.ts";
import { type Authority, createAuthority } from "../../support/network/tls.ts";
import { startTlsFront, type TlsFront } from "../../support/network/tls-front.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";
import { BASE, HEAD } from "./scripted-server.ts";

// Each run is a process, since Node and the toolkit read proxies and authorities once.
const run = fileURLToPath(new URL("proxied-run.ts", import.meta.url));
const folder = temporaryFolder("github-network");
const tunnels: string[] = [];
let github: FakeGitHub;
/** A GitHub Enterprise Server whose certificate is of an authority that only the runner's machine knows. */
let front: TlsFront;
let authority: Authority;

/** A proxy that leads every tunnel to the fake GitHub. */
const proxy = createServer().on("connect", (request, client) => {
  tunnels.push(request.url ?? "");
  const server = connect(Number(new URL(github.url).port), "127.0.0.1", () => {
    client.write("HTTP/1.1 200 OK\r\n\r\n");
    client.pipe(server).pipe(client);
  });
  server.on("error", () => client.destroy());
  client.on("error", () => server.destroy());
});

beforeAll(async () => {
  github = await startFakeGitHub();
  authority = await createAuthority(folder.path);
  front = await startTlsFront(github.url, await authority.issue(["127.0.0.1"]));
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const repository = { full_name: "acme/widget", default_branch: "main" };
  const [head, base] = [HEAD, BASE].map((sha) => ({ sha, ref: "main", repo: repository }));
  const payload = { repository, pull_request: { number: 7, head, base } };
  writeFileSync(join(folder.path, "event.json"), JSON.stringify(payload));
});
beforeEach(() => {
  tunnels.length = 0;
  github.requests.length = 0;
});
afterAll(async () => {
  await front.close();
  await github.close();
  proxy.close();
  folder.remove();
});

async function logOf(env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", run], {
    env: {
      GITHUB_EVENT_NAME: "pull_request",
      GITHUB_EVENT_PATH: join(folder.path, "event.json"),
      GITHUB_REPOSITORY: "acme/widget",
      INPUT_TOKEN: FAKE_TOKEN,
      ...env,
    },
  });
  expect(github.problems).toEqual([]);
  return stdout;
}

const behindProxy = () => ({
  GITHUB_API_URL: "http://api.github.test:80",
  http_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
});

test("requests go through the runner's proxy, which sees the API's address and no request", async () => {
  expect(await logOf(behindProxy())).toBe(`Comment written: ${github.comments()[0]?.html_url}\n`);
  expect(new Set(tunnels)).toEqual(new Set(["api.github.test:80"]));
});

test("an address in no_proxy is asked directly", async () => {
  expect(await logOf({ ...behindProxy(), no_proxy: "api.github.test" })).toMatch(
    /^::warning::\[github-unreachable\] .*api\.github\.test cannot be reached/,
  );
  expect(tunnels).toEqual([]);
});

test.each(["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"])("a server is asked if %s names its authority", async (name) => {
  const log = await logOf({ GITHUB_API_URL: front.url, [name]: authority.file });
  expect(log).toMatch(/^Comment (?:written|unchanged): /);
});

test("it is not asked if none does: no request gets there, and the warning says how to name it", async () => {
  const log = await logOf({ GITHUB_API_URL: front.url });
  expect(log).toMatch(/^::warning::\[github-unreachable\] .*in SSL_CERT_FILE or NODE_EXTRA_CA_CERTS/);
  expect(github.requests).toEqual([]);
});
