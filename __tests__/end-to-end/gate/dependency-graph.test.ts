import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Snapshot } from "../../../src/render/formats/dependency-snapshot.ts";
import { gitHubFaults } from "../../support/github/fake-github.ts";
import { debian12, hostile, node, python, saveImage } from "../../support/images/images.ts";
import { shared } from "../../support/runs/shared.ts";
import { type GateResult, messages, openStage } from "../../support/runs/stage.ts";

const stage = await shared(openStage("dependency-graph"));
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "python.tar"), python(), ["ghcr.io/acme/python:1.0"]);
saveImage(join(workspace, "python-2.tar"), python(), ["ghcr.io/acme/python:2.0"]);
saveImage(join(workspace, "node.tar"), node(), ["ghcr.io/acme/node:1.0"]);
saveImage(join(workspace, "debian.tar"), debian12(), ["ghcr.io/acme/debian:1.0"]);
saveImage(join(workspace, "hostile.tar"), hostile(), ["ghcr.io/acme/hostile:1.0"]);
afterEach(() => {
  stage.github.clearFaults();
  // Every request is checked against GitHub's own description.
  expect(stage.github.problems).toEqual([]);
});

const SEND = { "dependency-graph": "true" };
const sent = (): readonly Snapshot[] => stage.github.dependencyGraph.sent;
const last = (): Snapshot => {
  const snapshot = sent().at(-1);
  if (snapshot === undefined) throw new Error("nothing was sent");
  return snapshot;
};
const lines = ({ log }: GateResult, words: string) => log.split("\n").filter((line) => line.includes(words));

function push() {
  const sha = stage.github.commit("main");
  const payload = { ref: "refs/heads/main", repository: { full_name: "acme/widget", default_branch: "main" } };
  return { name: "push", payload, ref: "refs/heads/main", sha };
}
const onPush = () => ({ event: push(), apiUrl: stage.github.url });

describe("the packages of an image", () => {
  it("go to the graph as one snapshot, about the pull request's head, without the system's packages", async () => {
    const files = { "docker/Dockerfile": "FROM python\nRUN pip install --no-cache-dir -r requirements.txt\n" };
    const inputs = { image: "python.tar as ghcr.io/acme/python:1.0", dockerfile: "docker/Dockerfile", ...SEND };
    const result = await stage.run(inputs, { workspace, files, onPullRequest: true });
    const { scanned, metadata, ...rest } = last();
    const event = stage.github.pullRequestEvent();
    const file = { source_location: "docker/Dockerfile" };
    const of = (...urls: string[]) =>
      Object.fromEntries(urls.map((url) => [url, { package_url: url, relationship: "direct" }]));
    expect(rest).toEqual({
      version: 0,
      sha: (event.payload as { pull_request: { head: { sha: string } } }).pull_request.head.sha,
      ref: "refs/pull/7/merge",
      job: {
        id: "4242",
        correlator: "CI / scan / ghcr.io/acme/python",
        html_url: "https://github.com/acme/widget/actions/runs/4242",
      },
      detector: { name: "Image Gate", version: "0.1.0", url: "https://github.com/acme/widget" },
      manifests: {
        "ghcr.io/acme/python: jar": {
          name: "ghcr.io/acme/python: jar",
          file,
          resolved: of("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"),
        },
        "ghcr.io/acme/python: python-pkg": {
          name: "ghcr.io/acme/python: python-pkg",
          file,
          resolved: of(
            "pkg:pypi/jinja2@3.1.2",
            "pkg:pypi/requests@2.31.0",
            "pkg:pypi/setuptools@65.5.1",
            "pkg:pypi/sparkly@1.0.0",
          ),
        },
      },
    });
    expect(Math.abs(Date.now() - Date.parse(scanned))).toBeLessThan(120_000);
    expect(metadata).toMatchObject({ image: "ghcr.io/acme/python", platform: "linux/amd64" });
    expect(Object.keys(metadata).length).toBeLessThanOrEqual(8);
    expect(lines(result, "Dependency graph:")).toEqual([
      "Dependency graph: 5 packages of ghcr.io/acme/python sent. Dependency results for the repo have been successfully updated.",
    ]);
  });

  it("with hostile names are text without line breaks, and their package URLs are encoded", async () => {
    await stage.run({ image: "hostile.tar", ...SEND }, { workspace, ...onPush() });
    const { manifests } = last();
    for (const { name, resolved } of Object.values(manifests)) {
      expect(name).not.toMatch(/[\p{Cc}\u200b\u202e]/u);
      for (const url of Object.keys(resolved)) expect(url).toMatch(/^pkg:(composer|npm)\/[\w%.:~!*'()/@-]+$/);
    }
    expect(Object.keys(manifests).length).toBeGreaterThan(10);
  });
});

it("that the graph does not take are one warning for all, and the verdict is kept", async () => {
  stage.github.fault(/dependency-graph/, gitHubFaults.forbidden("contents=write"));
  const image = "node.tar as ghcr.io/acme/node:1.0\npython.tar";
  const result = await stage.run({ image, ...SEND }, { workspace, ...onPush() });
  const warnings = messages(result, "warning").filter((each) => each.includes("[github-permission-missing]"));
  expect(warnings).toEqual([expect.stringContaining("Add `contents: write`")]);
  expect(lines(result, "Dependency graph: 1 more not sent.")).toHaveLength(1);
  expect(result.outputs.verdict).toBe("fail");
});
