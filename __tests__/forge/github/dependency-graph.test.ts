import { describe, expect, test } from "vitest";
import { type DependencyReport, reportDependencies } from "../../../src/forge/github/dependency-graph.ts";
import { githubForge } from "../../../src/forge/github/forge.ts";
import { workflowLog } from "../../../src/job/github/log.ts";
import { dependencySnapshot } from "../../../src/render/formats/dependency-snapshot.ts";
import { target } from "../../render/build.ts";
import { FACTS } from "../../render/facts.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { type FakeGitHub, gitHubFaults } from "../../support/github/fake-github.ts";
import { atMost } from "../../support/runs/patience.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";
import { fakes } from "./fakes.ts";
import { eventAt } from "./scripted-server.ts";

const startFake = fakes();

const SHA = "a".repeat(40);
const event = eventAt("http://127.0.0.1:1", { commit: SHA });

test("workflow, job and image make the correlator", () => {
  const env = { GITHUB_WORKFLOW: "CI", GITHUB_JOB: "gate", GITHUB_RUN_ID: "1" };
  const forge = githubForge(event, "t", testWorld("/tmp", { env }));
  const of = (image: string) => ("why" in forge ? "" : (forge.packages?.jobFor(image).correlator ?? ""));
  expect(of("ghcr.io/acme/app")).toBe("CI / gate / ghcr.io/acme/app");
});

const submission = (image: string) => {
  const job = { id: "1", correlator: image };
  const ref = "refs/heads/main";
  const scannedAt = new Date("2026-11-24T15:00:00Z");
  const { snapshot } = dependencySnapshot(target(), { sha: SHA, ref, job, tool: FACTS.tool, scannedAt, image });
  return { snapshot, what: `0 packages of ${image}` };
};

async function report(prepare: (github: FakeGitHub) => void, more: Partial<DependencyReport> = {}) {
  const github = await startFake(prepare);
  const lines: string[] = [];
  await reportDependencies({
    submissions: [submission("a"), submission("b")],
    event: eventAt(github.url),
    token: FAKE_TOKEN,
    log: workflowLog({ write: (text) => lines.push(text.trimEnd()) }),
    ...more,
  });
  return { github, lines };
}

describe("sending packages", () => {
  test("what is received without being processed yet is not a trouble", async () => {
    const { lines, github } = await report(({ dependencyGraph }) =>
      dependencyGraph.answers.push({ result: "ACCEPTED", message: "The snapshot was accepted." }),
    );
    expect(lines[0]).toBe("Dependency graph: 0 packages of a sent. The snapshot was accepted.");
    expect([...github.dependencyGraph.current.keys()]).toEqual(["a Image Gate", "b Image Gate"]);
  });

  test("what is received but found invalid is a warning with GitHub's reason, and the next is sent", async () => {
    const { lines } = await report(({ dependencyGraph }) =>
      dependencyGraph.answers.push({ result: "INVALID", message: "job.correlator is\n::error::too long" }),
    );
    expect(lines[0]).toContain(
      "::warning::[dependency-snapshot-refused] GitHub did not take 0 packages of a into the dependency graph (INVALID): job.correlator is ::error::too long. The verdict is unaffected;",
    );
    expect(lines[1]).toMatch(/^Dependency graph: 0 packages of b sent\./);
  });

  test("what GitHub minds of one does not keep the others back", async () => {
    const fault = { times: 1, status: 422, message: 'Invalid request.\n\n"sha" wasn\'t supplied.' };
    const { lines, github } = await report((each) => each.fault(/snapshots/, fault));
    expect(lines[0]).toContain("::warning::[github-refused] The dependency graph could not be given 0 packages of a");
    expect(lines[0]).toContain("Invalid request.");
    expect([...github.dependencyGraph.current.keys()]).toEqual(["b Image Gate"]);
  });

  test("a passing fault is tried again, as the same snapshot replaces itself", async () => {
    const { lines, github } = await report((each) =>
      each.fault(/snapshots/, { ...gitHubFaults.serverError(502), times: 1 }),
    );
    expect(lines.filter((line) => line.includes("::warning::"))).toEqual([]);
    expect(github.dependencyGraph.sent).toHaveLength(2);
  });

  test("a server that is silent ends it within the time for reporting", async () => {
    const since = performance.now();
    const { lines } = await report((each) => each.fault(/snapshots/, gitHubFaults.hang()), {
      limits: { timeoutMs: 300, budgetMs: 1000 },
    });
    expect(performance.now() - since).toBeLessThan(atMost(5000));
    expect(lines[0]).toContain("[github-timeout]");
    expect(lines[1]).toBe("Dependency graph: 1 more not sent.");
  });
});
