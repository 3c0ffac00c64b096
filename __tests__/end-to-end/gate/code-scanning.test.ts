import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Sarif, UploadedSarif } from "../../support/github/github-code-scanning.ts";
import { hostile, python, saveImage, secret } from "../../support/images/images.ts";
import { validateSarif } from "../../support/programs/sarif-multitool.ts";
import { shared } from "../../support/runs/shared.ts";
import { day, type GateResult, openStage } from "../../support/runs/stage.ts";

const stage = await shared(openStage("code-scanning"));
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "python.tar"), python(), ["ghcr.io/acme/python:1.0"]);
saveImage(join(workspace, "hostile.tar"), hostile(), ["ghcr.io/acme/hostile:1.0"]);
saveImage(join(workspace, "secret.tar"), secret(), ["ghcr.io/acme/secret:1.0"]);
afterEach(() => {
  stage.github.clearFaults();
  expect(stage.github.problems).toEqual([]);
});

const WORKFLOW = { GITHUB_WORKFLOW_REF: "acme/widget/.github/workflows/ci.yml@refs/heads/main" };
const FILE = { reports: "sarif: out/findings.sarif", "upload-sarif": "true" };
const writes = ["out/findings.sarif"];

const sarifOf = (folder: string): Sarif => JSON.parse(readFileSync(join(folder, "out/findings.sarif"), "utf8"));
const uploads = (): readonly UploadedSarif[] => stage.github.codeScanning.uploads;
const upload = (): UploadedSarif => {
  const last = uploads().at(-1);
  if (last === undefined) throw new Error("nothing was uploaded");
  return last;
};

function push() {
  const sha = stage.github.commit("main");
  const payload = { ref: "refs/heads/main", repository: { full_name: "acme/widget", default_branch: "main" } };
  return { name: "push", payload, ref: "refs/heads/main", sha };
}

const onPush = () => ({ event: push(), apiUrl: stage.github.url, env: WORKFLOW });
const lines = ({ log }: GateResult, words: string) => log.split("\n").filter((line) => line.includes(words));

describe("on a pull request", () => {
  it("the file holds every finding, valid for Microsoft's validator, and code scanning gets what is open", async () => {
    const policy = `version: 1
ignore-unfixed: true
exceptions:
  - {id: CVE-2021-44228, reason: Tested., owner: "@acme/web", expires: ${day(30)}}
`;
    const dockerfile =
      "FROM python\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\nCOPY . .\n";
    const files = { ".github/image-gate.yml": policy, "docker/Dockerfile": dockerfile };
    const inputs = { image: "python.tar as ghcr.io/acme/python:1.0", dockerfile: "docker/Dockerfile", ...FILE };
    const result = await stage.run(inputs, { workspace, files, writes, onPullRequest: true, env: WORKFLOW });
    expect(result.outputs.verdict).toBe("fail");
    expect(validateSarif(join(workspace, "out/findings.sarif"))).toEqual([]);

    const [run] = sarifOf(workspace).runs;
    expect(run?.automationDetails.id).toBe("image-gate/ghcr.io/acme/python/");
    expect(run?.results.map(({ ruleId }) => ruleId)).toEqual(
      result.report.findings.map(({ id, severity }) => `${id} (${severity})`),
    );
    expect(new Set(run?.results.map(({ suppressions }) => suppressions?.[0]?.justification.split(";")[0]))).toEqual(
      new Set([undefined, "Tested", "not counted: without a fix"]),
    );
    const places = run?.results.map(({ locations: [at] }) => {
      const { artifactLocation, region } = at?.physicalLocation ?? {};
      return `${artifactLocation?.uri}:${region?.startLine}`;
    });
    expect(new Set(places)).toEqual(new Set(["docker/Dockerfile:1", "docker/Dockerfile:3"]));
    const log4j = run?.tool.driver.rules.find(({ id }) => id === "CVE-2021-45046 (CRITICAL)");
    expect(log4j?.help.markdown).toContain("**[`CVE-2021-45046`](");
    expect(log4j?.fullDescription.text).not.toBe(log4j?.shortDescription.text);

    const { commit, ref, tool, sarif } = upload();
    const { sha } = stage.github.pullRequestEvent();
    expect({ commit, ref, tool }).toEqual({ commit: sha, ref: "refs/pull/7/merge", tool: "Image Gate" });
    const open = run?.results.filter(({ properties }) => properties.status === "open") ?? [];
    expect(sarif.runs.flatMap(({ results }) => results.map((each) => each.partialFingerprints))).toEqual(
      open.map((each) => each.partialFingerprints),
    );
    expect(lines(result, "Code scanning:")).toEqual([
      `Code scanning: ${open.length} open findings of ghcr.io/acme/python:1.0 (python.tar) uploaded: https://github.com/acme/widget/security/code-scanning?query=is%3Aopen%20tool%3A%22Image%20Gate%22%20pr%3A7`,
    ]);
  });
});

describe("on a push", () => {
  it("two images, one of them hostile, are a run each, and one that is missing closes no alerts", async () => {
    const inputs = {
      image: "python.tar as ghcr.io/acme/python:1.0\nhostile.tar\nmissing.tar",
      "image-source": "remote",
      scanners: "vuln,secret",
      ...FILE,
    };
    const before = uploads().length;
    const result = await stage.run(inputs, { workspace, writes, ...onPush() });
    const sent = uploads().slice(before);
    expect(result.outputs.verdict).toBe("error");
    expect(validateSarif(join(workspace, "out/findings.sarif"))).toEqual([]);
    const categories = ["image-gate/ghcr.io/acme/python/", "image-gate/image/hostile.tar (ghcr.io/acme/hostile)/"];
    const uploaded = sent.flatMap(({ sarif }) => sarif.runs);
    for (const runs of [sarifOf(workspace).runs, uploaded])
      expect(runs.map(({ automationDetails }) => automationDetails.id)).toEqual(categories);
    expect(sent.map(({ ref }) => ref)).toEqual(["refs/heads/main", "refs/heads/main"]);
    const all = uploaded.flatMap(({ results }) => results);
    expect(new Set(all.map((each) => each.partialFingerprints.primaryLocationLineHash)).size).toBe(all.length);
    for (const { message } of all) expect(message.text).not.toMatch(/\]\(|\n|[\u0000-\u001f\u202e]/);
  });

  it("a rebuild under another tag has the same alerts, and works without a line of `reports`", async () => {
    const inputs = { image: "secret.tar as ghcr.io/acme/secret:1.0", scanners: "vuln,secret", "upload-sarif": "true" };
    await stage.run(inputs, { workspace, ...onPush() });
    const before = upload().sarif.runs[0]?.results.map((each) => each.partialFingerprints);
    saveImage(join(workspace, "rebuilt.tar"), secret(), ["ghcr.io/acme/secret:2.0"]);
    await stage.run({ ...inputs, image: "rebuilt.tar as ghcr.io/acme/secret:2.0" }, { workspace, ...onPush() });
    expect(before?.length).toBeGreaterThan(0);
    expect(upload().sarif.runs[0]?.results.map((each) => each.partialFingerprints)).toEqual(before);
  });
});
