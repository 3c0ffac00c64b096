import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { build } from "../../scripts/build.ts";
import { artifactName, wholeReportName } from "../../src/baseline/artifact-name.ts";
import { keepFiles } from "../../src/job/github/artifacts/keep.ts";
import { githubPlatform } from "../../src/job/github/platform.ts";
import type { FilesToKeep } from "../../src/job/job.ts";
import { renderWholeMarkdown } from "../../src/render/documents.ts";
import { keepWholeReport, type WholeReportOptions } from "../../src/reports/keep-full-report.ts";
import { processesIn } from "../job/github/cache/bed.ts";
import { NAME, target, view } from "../render/build.ts";
import { whole } from "../render/facts.ts";
import { many } from "../render/samples.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { type FakeResults, SIGNATURE, startFakeResults } from "../support/github/fake-results.ts";
import { membersOf } from "../support/images/zip.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { atMost } from "../support/runs/patience.ts";

const folder = temporaryFolder("whole-report");
const program = join(folder.path, "bundle/artifact-service.js");
const VIEW = view([target(many(600))]);
let service: FakeResults;
let world: TestWorld;
beforeAll(() => build(join(folder.path, "bundle")));
afterAll(() => folder.remove());
beforeEach(async () => {
  service = await startFakeResults();
});
afterEach(async () => {
  expect(processesIn(world.runFolder)).toEqual([]);
  for (const secret of [SIGNATURE, service.token, "::"]) expect(world.lines.join("\n")).not.toContain(secret);
  await service.close();
});

interface Job extends Partial<WholeReportOptions> {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly of?: typeof VIEW;
  readonly before?: () => void;
  /** Replaces the process that uploads. */
  readonly program?: string;
}

async function keep({ env = {}, of = VIEW, before, program: used = program, ...options }: Job = {}) {
  world = testWorld(folder.path, {
    env: { PATH: process.env.PATH, ACTIONS_RESULTS_URL: service.url, ACTIONS_RUNTIME_TOKEN: service.token, ...env },
  });
  const reportFile = join(world.runFolder, "report.json");
  writeFileSync(reportFile, '{"version":1}');
  before?.();
  const platform = {
    ...githubPlatform(world),
    keepFiles: (wanted: FilesToKeep) => keepFiles(wanted, of.runUrl, world, used),
  };
  const named = { name: wholeReportName(of.name), platform };
  const answer = await keepWholeReport(of, { reportFile, offline: false, ...named, ...options }, world);
  const own = ["report.md", "report.json"].map((name) => join(world.runFolder, name));
  return { answer, files: own };
}

const OWN_NAME = new RegExp(`^${wholeReportName(NAME)}-\\w{6}$`);

describe("the whole report", () => {
  it("is one artifact with a .md and a .json, and the answer leads to its page", async () => {
    const { answer, files } = await keep();
    const [artifact] = service.artifacts;
    expect(artifact).toMatchObject({ name: expect.stringMatching(OWN_NAME), done: true });
    expect(answer).toEqual({ url: `${VIEW.runUrl}/artifacts/${artifact?.number}` });
    const members = membersOf(service.blobs.get(artifact?.id ?? "") ?? Buffer.alloc(0));
    expect(Object.keys(members).sort()).toEqual(["report.json", "report.md"]);
    expect(members["report.md"]).toBe(whole(renderWholeMarkdown(VIEW)));
    expect(members["report.json"]).toBe('{"version":1}');
    expect(world.lines).toEqual([
      expect.stringMatching(
        /^info: The comment or the summary leaves something out; all is in the artifact image-gate-report-\S+: https:/,
      ),
    ]);
    // No temporary folder of the upload is left.
    expect(readdirSync(world.runFolder).sort()).toEqual(["report.json", "report.md"]);
    for (const file of files) if (file.endsWith(".md")) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("has its own name where this run has another one: another attempt, another leg of a matrix", async () => {
    await keep();
    const { answer } = await keep();
    await keep();
    expect(service.artifacts).toHaveLength(3);
    for (const { name } of service.artifacts) expect(name).toMatch(OWN_NAME);
    expect(answer).toEqual({ url: `${VIEW.runUrl}/artifacts/2` });
    expect(new Set(service.artifacts.map((each) => each.name)).size).toBe(3);
  });

  it.each<[string, Job, string?]>([
    ["on a GitHub Enterprise Server", { env: { GITHUB_SERVER_URL: "https://github.acme.test" } }],
    ["without the service", { env: { ACTIONS_RESULTS_URL: undefined } }],
    ["without its token", { env: { ACTIONS_RUNTIME_TOKEN: undefined } }],
    ["offline", { offline: true }, "`offline` forbids keeping an artifact"],
    ["outside of a run", { of: { ...VIEW, runUrl: undefined } }],
  ])("stays in files %s, and nothing is asked", async (_, job, why = "") => {
    const { answer, files } = await keep(job);
    expect(answer).toEqual({ files });
    for (const file of files) expect(existsSync(file)).toBe(true);
    expect(service.calls).toEqual([]);
    expect(world.lines).toEqual([
      expect.stringMatching(
        /^info: The comment or the summary leaves something out; all is in \S+report\.md and \S+report\.json \(.+\)\.$/,
      ),
    ]);
    expect(world.lines[0]).toContain(why);
  });

  it.each<[string, RegExp, Parameters<FakeResults["fault"]>[1]]>([
    ["refuses", /CreateArtifact/, { status: 403, message: "no" }],
    ["never answers", /CreateArtifact/, { hang: true }],
    ["takes no file", /PUT blob/, { status: 403 }],
    ["says no at the end", /FinalizeArtifact/, { refused: "no" }],
  ])("stays in files with one warning where the service %s", async (_, call, fault) => {
    service.fault(call, fault);
    const from = performance.now();
    const { answer, files } = await keep({ deadlineMs: 3_000 });
    expect(performance.now() - from).toBeLessThan(atMost(8_000));
    expect(answer).toEqual({ files });
    expect(world.lines.filter((line) => line.startsWith("warning: "))).toEqual([
      expect.stringMatching(/^warning: \[whole-report-not-kept\] .*The verdict is unaffected/),
    ]);
  });

  it("of a cancelled run is uploaded no more", async () => {
    const { answer, files } = await keep({ before: () => world.abort() });
    expect(answer).toEqual({ files });
    expect(service.calls).toEqual([]);
  });
});

describe("its name", () => {
  it.each(["ghcr.io/acme/app", 'a"b:c<d>e|f*g?h\\i/j', "", "Ünïcödé", "x".repeat(500), "../.."])(
    "is safe: %s",
    (gate) => {
      expect(wholeReportName(gate)).toMatch(/^image-gate-report-[A-Za-z0-9._-]+$/);
      expect(wholeReportName(gate).length).toBeLessThan(120);
    },
  );

  it("is not a gate's baseline, whatever the gate is called", () => {
    expect(wholeReportName("app")).not.toBe(artifactName("report-app"));
    expect(wholeReportName("app")).not.toBe(artifactName("report of app"));
  });
});
