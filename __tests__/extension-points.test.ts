import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";
import { build } from "../scripts/build.ts";
import { finish } from "../scripts/setup/command.ts";
import { root } from "../scripts/setup/tools.ts";
import { importsOf } from "../scripts/test/source.ts";
import { mayImport } from "./support/runs/rooms.ts";
import { sharedFolder } from "./support/runs/shared.ts";

// A reader of other scanners' reports, a scanner, a platform and a command each need one folder and one entry in a
// list. The folders of `support/extension-points/` are put into a copy of the sources, which is built and started.

const folder = sharedFolder("extension-points");
const source = join(folder.path, "source");
const workspace = join(folder.path, "workspace");

/** The lists, and what is added to each. The entries alongside it do not matter, so a list may grow. */
const LISTS = [
  ["scanners/list.ts", "= [trivy, ", "= [keys, trivy, ", 'import { keys } from "./keys/index.ts";'],
  [
    "scanners/readers.ts",
    "  cycloneDxReports,\n",
    "  cycloneDxReports,\n  acme,\n",
    'import { acme } from "./acme/index.ts";',
  ],
  [
    "job/detect.ts",
    " github, terminal]",
    " woodpecker, github, terminal]",
    'import { woodpecker } from "./woodpecker/index.ts";',
  ],
  ["cli/list.ts", "CommandEntry[] = [\n", "CommandEntry[] = [\n  scan,\n", 'import { scan } from "./scan/index.ts";'],
] as const;

const HASH = `sha256:${"5a".repeat(32)}`;
/** A report of this test's scanner, with one package. */
const REPORT = {
  acme_hash: HASH,
  packages: { "1": { id: "1", name: "openssl", version: "3.0.11-1~deb12u1", kind: "binary" } },
  distributions: {},
  environments: {},
  vulnerabilities: {
    "7": {
      id: "7",
      name: "CVE-2024-5535 openssl",
      normalized_severity: "Critical",
      fixed_in_version: "3.0.14-1~deb12u1",
    },
    "8": { id: "8", name: "CVE-2024-1 openssl", normalized_severity: "Negligible", fixed_in_version: "" },
  },
  package_vulnerabilities: { "1": ["7", "8"] },
};

beforeAll(async () => {
  cpSync(join(root, "src"), join(source, "src"), { recursive: true });
  cpSync(join(import.meta.dirname, "support/extension-points"), join(source, "src"), { recursive: true });
  cpSync(join(root, "package.json"), join(source, "package.json"));
  symlinkSync(join(root, "node_modules"), join(source, "node_modules"));
  for (const [list, before, after, line] of LISTS) {
    const path = join(source, "src", list);
    const lines = readFileSync(path, "utf8");
    expect(lines.split(before), list).toHaveLength(2);
    writeFileSync(path, `${line}\n${lines.replace(before, after)}`);
  }
  mkdirSync(workspace);
  mkdirSync(join(workspace, "app"));
  writeFileSync(join(workspace, "app/key.pem"), "-----BEGIN PRIVATE KEY-----\n");
  writeFileSync(join(workspace, "acme.json"), JSON.stringify(REPORT));
  writeFileSync(join(workspace, "broken.json"), JSON.stringify({ ...REPORT, packages: 1 }));
  await build(join(folder.path, "dist"), source);
});

function start(entry: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return finish(process.execPath, [join(folder.path, "dist", entry), ...args], {
    cwd: workspace,
    env: { PATH: process.env.PATH ?? "", HOME: folder.path, ...env },
  });
}

test("the reader in docs/scanners.md is the one that is built here", () => {
  const [, code] = /```ts\n(.*?)```/s.exec(readFileSync(join(root, "docs/scanners.md"), "utf8")) ?? [];
  expect(code).toBe(readFileSync(join(import.meta.dirname, "support/extension-points/scanners/acme/index.ts"), "utf8"));
});

test("their imports are those that the table of docs/rooms.md allows", () => {
  const added = readdirSync(join(import.meta.dirname, "support/extension-points"), {
    recursive: true,
    encoding: "utf8",
  });
  const arrows = added
    .filter((name) => name.endsWith(".ts"))
    .flatMap((from) =>
      importsOf(join(source, "src", from)).flatMap(({ to = "" }) =>
        to.startsWith("/") ? [[from, relative(join(source, "src"), to)] as const] : [],
      ),
    );
  expect(arrows.length).toBeGreaterThan(10);
  expect(arrows.filter(([from, to]) => !mayImport(from, to))).toEqual([]);
});

describe("a reader of another scanner's report and a terminal command", () => {
  test("judge such a report as any other", async () => {
    const { code, stdout, stderr } = await start("image-gate.js", ["scan", "--verbose", "--scan-report=acme.json"]);
    expect(stdout, stderr).toBe(`fail: 1 CRITICAL (limit 0) in ${HASH} (acme.json); 1 fixable\n`);
    expect(code).toBe(1);
    expect(stderr).toContain("CVE-2024-5535");
    expect(stderr).toContain("3.0.14-1~deb12u1");
    const passed = await start("image-gate.js", ["scan", "--scan-report=acme.json", "--max-critical=1"]);
    expect(passed, passed.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/^pass: /) });
  });

  test("fail closed on one that is damaged", async () => {
    const { code, stdout } = await start("image-gate.js", ["scan", "--scan-report=broken.json"]);
    expect(stdout).toMatch(/^error: .*\[report-invalid\]/);
    expect(code).toBe(1);
  });
});

test("another scanner scans, and the gate judges what it found", async () => {
  const { code, stdout, stderr } = await start("image-gate.js", ["scan", "--verbose", "--path=app"]);
  expect(stdout, stderr).toMatch(/^fail: 1 CRITICAL \(limit 0\) in app/);
  expect(code).toBe(1);
  expect(stderr).toContain("key.pem");
  const image = await start("image-gate.js", ["scan", "./app.tar"]);
  expect(image.stdout).toMatch(/^error: .*\[image-missing\]/);
});

test("a platform brings inputs and shows the answer, and a run goes on without what it lacks", async () => {
  const comments: { path: string; token: string; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const { body } = JSON.parse(await text(request));
    comments.push({ path: request.url ?? "", token: String(request.headers.authorization), body });
    response.writeHead(201, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const job = {
      CI: "woodpecker",
      CI_WORKSPACE: workspace,
      CI_PIPELINE_EVENT: "pull_request",
      CI_COMMIT_PULL_REQUEST: "7",
      CI_REPO: "acme/app",
      CI_FORGE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      IMAGE_GATE_SCAN_REPORT: "acme.json",
      IMAGE_GATE_UPLOAD_SARIF: "true",
      IMAGE_GATE_TOKEN: "t-1",
      GITHUB_TOKEN: "of-a-mirror",
    };
    const { code, stdout } = await start("index.js", [], job);
    expect(code, stdout).toBe(1);
    expect(comments).toEqual([
      {
        path: "/api/v1/repos/acme/app/issues/7/comments",
        token: "token t-1",
        body: expect.stringContaining("CVE-2024-5535"),
      },
    ]);
    expect(stdout).toContain("Woodpecker has no such thing");
    const elsewhere = await start("index.js", [], { ...job, IMAGE_GATE_POLICY_FROM: "base" });
    expect(elsewhere.stdout).toMatch(/\[base-policy-unreadable\].*the scope `read:repository`; nothing is judged/);
    const wrong = await start("index.js", [], { ...job, IMAGE_GATE_MAX_HIHG: "1" });
    expect(wrong.stdout).toContain('"max-hihg" is not an input (did you mean `max-high`?)');
  } finally {
    server.close();
  }
});
