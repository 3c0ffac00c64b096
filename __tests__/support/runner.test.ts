import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { FAKE_TOKEN, runAction, startAction } from "./runner.ts";
import { sharedFolder } from "./shared.ts";
import { parseEnvironmentFile, workflowCommands } from "./workflow-commands.ts";

const folder = sharedFolder("runner");
const action = join(folder.path, "action");

const program = `
import { appendFileSync, readFileSync } from "node:fs";
const { env } = process;
if (env.INPUT_WAIT) { process.on("SIGINT", () => { console.log("stopped"); process.exit(3); }); console.log("ready"); setInterval(() => {}, 1000); }
else {
  console.log("::warning file=a%2Cb.yml,line=3,title=T%3A1::one%0Atwo");
  console.log("text ::error::not a command here");
  console.error("##[error]an old command");
  appendFileSync(env.GITHUB_OUTPUT, "many<<END\\none\\ntwo\\nEND\\nseen=" + JSON.stringify({
    cwd: process.cwd(), workspace: env.GITHUB_WORKSPACE, "max-high": env["INPUT_MAX-HIGH"], plain: env["INPUT_PLAIN"],
    given: env.INPUT_GIVEN, token: env.INPUT_TOKEN, odd: env.INPUT_ODD_NAME, inherited: env.BED_INHERITED ?? null,
    event: JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, "utf8")), name: env.GITHUB_EVENT_NAME }) + "\\n");
  appendFileSync(env.GITHUB_STEP_SUMMARY, "# Summary\\n");
  const block = Buffer.alloc(200e6, 1); const until = Date.now() + 100; while (Date.now() < until) block[0]++;
  process.exitCode = 2;
}`;

mkdirSync(action);
writeFileSync(
  join(action, "action.yml"),
  `inputs:
  max-high: { default: unlimited }
  plain: {}
  given: { default: not this }
  token: { default: "\${{ github.token }}" }
runs: { using: node24, main: main.mjs }
`,
);
writeFileSync(join(action, "main.mjs"), program);
process.env.BED_INHERITED = "must not arrive";
afterAll(() => {
  delete process.env.BED_INHERITED;
});

describe("running an action", () => {
  it("gives it inputs with their defaults, its folders and its event, and nothing of our environment", async () => {
    const result = await runAction({
      action,
      folder: join(folder.path, "one"),
      inputs: { given: "value", "odd name": "kept" },
      event: { name: "pull_request", payload: { number: 7 } },
    });
    expect(result.code).toBe(2);
    expect(JSON.parse(result.outputs.seen ?? "")).toEqual({
      cwd: result.workspace,
      workspace: result.workspace,
      "max-high": "unlimited",
      plain: "",
      given: "value",
      token: FAKE_TOKEN,
      odd: "kept",
      inherited: null,
      event: { number: 7 },
      name: "pull_request",
    });
  });

  it("collects outputs, summary, annotations and what the process cost", async () => {
    const result = await runAction({ action, folder: join(folder.path, "two"), watched: true });
    expect(result.outputs.many).toBe("one\ntwo");
    expect(result.summary).toBe("# Summary\n");
    expect(result.annotations).toEqual(
      expect.arrayContaining([
        { level: "warning", message: "one\ntwo", title: "T:1", file: "a,b.yml", line: 3 },
        { level: "error", message: "an old command" },
      ]),
    );
    expect(result.annotations).toHaveLength(2);
    expect(result.figures?.peakBytes).toBeGreaterThan(200e6);
    expect(result.figures?.cpuMs).toBeGreaterThan(50);
  });

  it("lets a test cancel it", async () => {
    const running = startAction({ action, folder: join(folder.path, "three"), inputs: { wait: "yes" } });
    running.process.stdout?.once("data", () => running.process.kill("SIGINT"));
    expect(await running.result).toMatchObject({ code: 3, log: "ready\nstopped\n" });
  });

  it("ends one that hangs, and says so", async () => {
    const hanging = runAction({ action, folder: join(folder.path, "four"), inputs: { wait: "yes" }, timeoutMs: 500 });
    await expect(hanging).rejects.toThrow("still running after 500 ms");
  });
});

describe("workflow commands, as the runner reads them", () => {
  const names = (log: string) => workflowCommands(log).map((command) => command.name);

  it.each([
    ["after white space", "  \t::error::x"],
    ["after a carriage return", "progress\r::error::x"],
    ["after a zero-width space", "\u200b::error::x"],
    ["in the old form, anywhere", "name ##[error]x"],
  ])("finds a command %s", (_, log) => expect(names(log)).toEqual(["error"]));

  it.each([
    ["an unknown name", "::nothing::x"],
    ["text before it", "x ::error::y"],
    ["no end", "::error x"],
  ])("finds none with %s", (_, log) => expect(names(log)).toEqual([]));

  it("obeys stop-commands until its token", () => {
    expect(names("::stop-commands::tok\n::error::x\n::tok::\n::notice::y")).toEqual(["stop-commands", "notice"]);
  });
});

describe("environment files", () => {
  it("keeps equals signs and line breaks of values", () => {
    expect(parseEnvironmentFile("a=b=c\nd<<E\n1\n\n2\nE\n")).toEqual({ a: "b=c", d: "1\n\n2" });
  });

  it("refuses what the runner would refuse", () => {
    expect(() => parseEnvironmentFile("no value\n")).toThrow("No name in line 1");
    expect(() => parseEnvironmentFile("a<<E\n1\n")).toThrow('No line "E"');
  });
});
