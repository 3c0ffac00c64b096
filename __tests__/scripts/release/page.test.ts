import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { GitHub } from "../../../scripts/release/github.ts";
import { settingsReport } from "../../../scripts/release/settings.ts";
import { root } from "../../../scripts/setup/tools.ts";
import { startFakeReleases } from "../../support/github/fake-releases.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const page = read("docs/release.md");
const text = read(".github/workflows/release.yml");
const workflow: { on: object; jobs: Record<string, { permissions: object; environment?: string; steps: object[] }> } =
  parse(text);

/** Packages that a script imports at its start, itself or by another file. */
function packagesOf(script: string): string[] {
  const names = [...read(script).matchAll(/^import [^;]*?from "([^"]+)";$/gms)].map(([, name = ""]) => name);
  return names.flatMap((name) =>
    name.startsWith(".") ? packagesOf(join(dirname(script), name)) : name.startsWith("node:") ? [] : [name],
  );
}

/** Cells of the page's tables, by the first one. */
const rows = new Map(
  page
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.slice(2, -2).split(" | "))
    .map(([first = "", ...others]) => [first.replaceAll("`", ""), others]),
);

it("docs/release.md names each job with the permissions and hosts that the workflow gives it", () => {
  const hosts = [...text.matchAll(/^ {4}# Egress: (.*)$/gm)].map(([, names = ""]) => names);
  const jobs = Object.entries(workflow.jobs);
  expect(hosts).toHaveLength(jobs.length);
  for (const [at, [name, { permissions }]] of jobs.entries()) {
    const granted = Object.entries(permissions).map(([scope, level]) => `\`${scope}: ${level}\``);
    expect(rows.get(name)?.slice(1)).toEqual([granted.join(", "), hosts[at]]);
  }
});

it("docs/release.md names each setting that the script reads", async () => {
  await using fake = await startFakeReleases();
  const github = new GitHub({ apiUrl: fake.url, repository: "acme/image-gate", token: FAKE_TOKEN });
  const { lines } = await settingsReport(github);
  for (const line of lines.slice(0, -1)) {
    const [, what = ""] = /^\w+ +([^.]+)/.exec(line) ?? [];
    expect(rows.has(what), what).toBe(true);
  }
});

it("a job that may write starts no code of packages, and no job has a secret or a cache", () => {
  expect(text).not.toMatch(/secrets\.|actions\/cache|npm ci|\bcache: true/);
  const writing = Object.entries(workflow.jobs).filter(([, { permissions }]) =>
    Object.values(permissions).includes("write"),
  );
  expect(writing.map(([name]) => name)).toEqual(["attest", "publish", "npm", "major"]);
  for (const [, { steps }] of writing) expect(JSON.stringify(steps)).not.toMatch(/npm run|"\.\/"/);
});

it("a job that runs code of packages hands on no file: what is signed is packed without them", () => {
  const jobs = Object.values(workflow.jobs).map(({ steps }) => JSON.stringify(steps));
  const building = jobs.filter((steps) => steps.includes("npm run"));
  expect(building).toHaveLength(1);
  for (const steps of building) expect(steps).not.toContain("upload-artifact");
  for (const script of ["scripts/pack.ts", "scripts/release.ts"]) expect(packagesOf(script), script).toEqual([]);
});

it("what cannot be undone waits for reviewers, and only tags of versions start a release", () => {
  const environments = Object.entries(workflow.jobs).flatMap(([name, { environment }]) =>
    environment ? [`${name}: ${environment}`] : [],
  );
  expect(environments).toEqual(["publish: release", "npm: npm", "major: major"]);
  expect(workflow.on).toEqual({ push: { tags: ["v[0-9]+.[0-9]+.[0-9]+"] } });
});
