import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { wholeReportName } from "../../../src/baseline/artifact-name.ts";
import { type FakeResults, startFakeResults } from "../../support/github/fake-results.ts";
import { membersOf } from "../../support/images/zip.ts";
import { shared } from "../../support/runs/shared.ts";
import { messages, openStage, type RunOptions } from "../../support/runs/stage.ts";
import { row, trivyReport } from "../../support/runs/trivy-report.ts";

let service: FakeResults;
let pull = 200;
const stage = await shared(openStage("whole-report", { asBundle: true }));
afterAll(() => expect(stage.github.problems).toEqual([]));
beforeEach(async () => {
  service = await startFakeResults();
  stage.github.addPullRequest({ number: ++pull });
  return () => service.close();
});

/** LOW ones, each in its own package: the comment shows 250, the summary 1,000. */
const low = (count: number) =>
  trivyReport(Array.from({ length: count }, (_, index) => row(index, { Severity: "LOW", Title: "A title" })));

/** One run on its own pull request, with the artifact service of GitHub's runners. */
async function run(findings: number, inputs: Record<string, string> = {}, options: RunOptions = {}) {
  const result = await stage.run(
    { "trivy-report": "trivy.json", ...inputs },
    {
      files: { "trivy.json": low(findings) },
      event: stage.github.pullRequestEvent(pull),
      apiUrl: stage.github.url,
      ...options,
      env: { ACTIONS_RESULTS_URL: service.url, ACTIONS_RUNTIME_TOKEN: service.token, ...options.env },
    },
  );
  const comment = stage.github.comments(pull).at(-1)?.body ?? "";
  return { ...result, comment };
}

const LINK = /\[the whole report\]\(https:\/\/github\.com\/acme\/widget\/actions\/runs\/\d+\/artifacts\/1\)/;

describe("what has no room", () => {
  it("in comment and summary is in one artifact that both lead to", async () => {
    const { comment, summary, outputs, log } = await run(1_200);
    for (const text of [comment, summary]) {
      expect(text).toMatch(LINK);
      expect(text).toMatch(/rows left out here \([\d,]+ LOW\)\./);
    }
    expect(service.artifacts).toMatchObject([
      { name: expect.stringContaining(wholeReportName("trivy.json")), done: true },
    ]);
    const members = membersOf(service.blobs.get(service.artifacts[0]?.id ?? "") ?? Buffer.alloc(0));
    expect(members["report.json"]).toBe(readFileSync(outputs.report ?? "", "utf8"));
    for (let index = 0; index < 1_200; index++) expect(members["report.md"]).toContain(`CVE-2024-${1000 + index}`);
    expect(log).toContain("all is in the artifact image-gate-report-");
  });

  it("is missing if everything had room, or no comment was written: no upload, and no file is left", async () => {
    const short = await run(40);
    const untold = await run(1_200, { comment: "never", summary: "false" });
    for (const { comment, summary, outputs } of [short, untold]) {
      for (const text of [comment, summary]) expect(text).not.toContain("whole report");
      expect(existsSync((outputs.report ?? "").replace(/json$/, "md"))).toBe(false);
    }
    expect(service.calls).toEqual([]);
  });
});

describe("where there can be no artifact, the files on the runner are reported:", () => {
  it.each<[string, Record<string, string>, Record<string, string | undefined>]>([
    ["a runner without the service", {}, { ACTIONS_RESULTS_URL: undefined }],
    ["offline", { offline: "true" }, {}],
  ])("%s", async (_, inputs, env) => {
    const { summary, comment, outputs, log } = await run(1_200, inputs, { env });
    const markdown = (outputs.report ?? "").replace(/json$/, "md");
    expect(summary).toContain(`On the runner, \`${markdown}\` and \`${outputs.report}\` have it all.`);
    if (inputs.offline === undefined) expect(comment).toContain(markdown);
    expect(log).toContain(`all is in ${markdown} and ${outputs.report}`);
    expect(readFileSync(markdown, "utf8")).toContain("CVE-2024-1399");
    expect(service.calls).toEqual([]);
  });

  it("a service that refuses, with one warning, and the verdict is kept", async () => {
    service.fault(/CreateArtifact/, { status: 403, message: "no" });
    const result = await run(1_200);
    expect(result.outputs.verdict).toBe("pass");
    expect(result.summary).toContain("On the runner, `");
    expect(messages(result, "warning")).toEqual([expect.stringMatching(/^\[whole-report-not-kept\] /)]);
  });
});
