import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runWorkflow, usedActions } from "./act.ts";
import { startFakeGitHub } from "./fake-github.ts";
import { sharedFolder } from "./shared.ts";

const folder = sharedFolder("act");
const action = join(folder.path, "action");
const SHA = "0123456789012345678901234567890123456789";

mkdirSync(action);
writeFileSync(
  join(action, "action.yml"),
  `name: probe
description: probe
inputs:
  body: { description: text }
  token: { description: token, default: "\${{ github.token }}" }
outputs: { id: { description: id } }
runs: { using: node24, main: main.mjs }
`,
);
writeFileSync(
  join(action, "main.mjs"),
  `import { appendFileSync, readFileSync } from "node:fs";
const { env } = process;
const number = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, "utf8")).pull_request.number;
const answer = await fetch(env.GITHUB_API_URL + "/repos/" + env.GITHUB_REPOSITORY + "/issues/" + number + "/comments", {
  method: "POST", headers: { authorization: "token " + env.INPUT_TOKEN, "user-agent": "probe" },
  body: JSON.stringify({ body: env.INPUT_BODY }) });
console.log("status " + answer.status + " node " + process.versions.node.split(".")[0]);
console.log("::warning file=a.yml,line=3,title=T::careful%0Atwo lines");
appendFileSync(env.GITHUB_OUTPUT, "id<<E\\n" + (await answer.json()).id + "\\nE\\n");
appendFileSync(env.GITHUB_STEP_SUMMARY, "# Summary\\n");
process.exitCode = 1;
`,
);

const workflow = `on: pull_request
permissions: { contents: read, pull-requests: write }
jobs:
  scan:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@${SHA}
      - id: probe
        uses: acme/probe@${SHA}
        continue-on-error: true
        with: { body: "hello from \${{ github.event_name }}" }
      - run: mkdir out && echo "$(cat given.txt) \${{ steps.probe.outputs.id }}" > out/report.txt
      - uses: actions/upload-artifact@${SHA}
        with: { name: report, path: out/report.txt }
  later:
    needs: scan
    runs-on: ubuntu-latest
    steps:
      - uses: actions/download-artifact@${SHA}
        with: { name: report, path: got }
      - id: read
        run: cat got/report.txt && exit 3
`;

describe("a workflow under act", () => {
  it("runs real actions against the fake GitHub, and tells what each step did", async () => {
    await using github = await startFakeGitHub();
    const result = await runWorkflow({
      folder: join(folder.path, "run"),
      workflow,
      files: { "given.txt": "given" },
      event: { name: "pull_request", payload: { number: 7, pull_request: { number: 7 } } },
      apiUrl: github.url,
      actions: { "acme/probe": action },
    });
    const [comment] = github.comments();
    expect(comment?.body, result.everything).toBe("hello from pull_request");
    expect(result.steps.probe).toMatchObject({
      outcome: "failure",
      outputs: { id: String(comment?.id) },
      summary: "# Summary\n",
      log: "status 201 node 24\n",
    });
    expect(result.annotations).toContainEqual({
      level: "warning",
      message: "careful\ntwo lines",
      title: "T",
      file: "a.yml",
      line: 3,
    });
    expect(result.steps.read).toMatchObject({ outcome: "failure", log: `given ${comment?.id}\n` });
    expect(result.jobs).toEqual({ scan: "success", later: "failure" });
    expect(result.code).toBe(1);
    expect(github.problems).toEqual([]);
  });

  it("refuses an action that it would have to download", async () => {
    const run = runWorkflow({
      folder: join(folder.path, "unknown"),
      workflow,
      event: { name: "pull_request", payload: {} },
    });
    await expect(run).rejects.toThrow(`no stand-in for the action acme/probe@${SHA}`);
  });

  it("knows which actions a workflow uses, folders within them included", () => {
    const uses = (value: string) => usedActions(`jobs: { a: { steps: [{ uses: "${value}" }] } }`);
    expect(uses("acme/image-gate/rescan@v1")).toEqual(["acme/image-gate@v1"]);
    expect(uses("./")).toEqual([]);
  });
});
