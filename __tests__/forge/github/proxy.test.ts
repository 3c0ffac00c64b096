import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FakeGitHub, startFakeGitHub } from "../../support/github/fake-github.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";
import { BASE, HEAD } from "./scripted-server.ts";

const run = fileURLToPath(new URL("proxied-run.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "github-proxy-"));
const tunnels: string[] = [];
let github: FakeGitHub;
let proxyUrl: string;

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
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const repository = { full_name: "acme/widget", default_branch: "main" };
  const pull_request = {
    number: 7,
    head: { sha: HEAD, repo: repository },
    base: { sha: BASE, ref: "main", repo: repository },
  };
  writeFileSync(join(folder, "event.json"), JSON.stringify({ repository, pull_request }));
});
afterAll(async () => {
  await github.close();
  proxy.close();
  rmSync(folder, { recursive: true });
});

async function logOf(env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", run], {
    env: {
      GITHUB_EVENT_NAME: "pull_request",
      GITHUB_EVENT_PATH: join(folder, "event.json"),
      GITHUB_REPOSITORY: "acme/widget",
      INPUT_TOKEN: FAKE_TOKEN,
      GITHUB_API_URL: "http://api.github.test:80",
      http_proxy: proxyUrl,
      ...env,
    },
  });
  return stdout;
}

test("requests go through the runner's proxy, which sees the API's address and no request", async () => {
  expect(await logOf({})).toBe(`Comment written: ${github.comments()[0]?.html_url}\n`);
  expect(github.problems).toEqual([]);
  expect(new Set(tunnels)).toEqual(new Set(["api.github.test:80"]));
});

test("an address in no_proxy is asked directly", async () => {
  tunnels.length = 0;
  expect(await logOf({ no_proxy: "api.github.test" })).toMatch(
    /^::warning::\[github-unreachable\] .*api\.github\.test cannot be reached/,
  );
  expect(tunnels).toEqual([]);
});
