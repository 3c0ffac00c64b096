import { describe, expect, test } from "vitest";
import { connector } from "../../src/forge/connect.ts";
import { detectPlatform } from "../../src/job/detect.ts";
import { terminalPlatform } from "../../src/job/terminal/platform.ts";
import { ruleSource } from "../../src/steps/rule-source.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

/** The log's text for an error. */
function written(env: Readonly<Record<string, string>>): string {
  const lines: string[] = [];
  detectPlatform(env)
    .log({ write: (text) => lines.push(text) }, { isTerminal: false })
    .error("broken");
  return lines.join("");
}

describe("where a run happens", () => {
  test.each([
    ["a job", { GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "push" }, "::error::broken\n"],
    ["a job whose runner says less", { GITHUB_EVENT_NAME: "issue_comment" }, "error: broken\n"],
  ])("%s has the triggers of its platform, and so its strangers", async (_, env, line) => {
    using folder = temporaryFolder("detect");
    const world = testWorld(folder.path, { env });
    const { change } = await detectPlatform(env).open(world);
    expect(change.trigger).toBe(env.GITHUB_EVENT_NAME);
    expect(change.privileged).toBe(env.GITHUB_EVENT_NAME === "issue_comment");
    expect(written(env)).toBe(line);
  });

  test("a shell without any of its variables is a terminal, which has a log and nothing else", async () => {
    using folder = temporaryFolder("detect");
    const platform = await detectPlatform({ HOME: "/root" }).open(testWorld(folder.path));
    expect(platform.words.lacking).toBe("this run is at a terminal");
    const { words: _, change, action, ...capabilities } = platform;
    expect(capabilities).toEqual({});
    expect(change).toMatchObject({ trigger: "", privileged: false });
    expect(action.name).toBe("Image Gate");
    expect(written({})).toBe("error: broken\n");
  });

  test("NO_COLOR is obeyed everywhere", () => {
    const painted = (env: Readonly<Record<string, string>>) => {
      const lines: string[] = [];
      detectPlatform(env)
        .log({ write: (text) => lines.push(text) }, { isTerminal: true })
        .show(({ colours }) => (colours ? "<x>" : "x"));
      return lines.join("");
    };
    expect(painted({ GITHUB_ACTIONS: "true" })).toBe("<x>\n");
    expect(painted({ GITHUB_ACTIONS: "true", NO_COLOR: "1" })).toBe("x\n");
    expect(painted({ NO_COLOR: "1" })).toBe("x\n");
  });
});

test("rules that a platform cannot read are unreadable, never absent", async () => {
  const platform = terminalPlatform();
  const source = ruleSource(
    "base",
    connector(platform, () => ({ offline: false })),
    platform,
  );
  const asked = { what: "policy", path: "policy.yml", maxBytes: 10 };
  expect(await source.read("base", asked)).toEqual({ unreadable: "this run is at a terminal" });
});

test.each([
  ["GitLab, whose jobs have no actions", { GITLAB_CI: "true" }, true],
  [
    "gitlab-ci-local",
    { GITLAB_CI: "false", CI_JOB_ID: "1", CI_PROJECT_DIR: "/builds/a", CI_API_V4_URL: "https://x.test/api/v4" },
    true,
  ],
  ["a terminal with a stray variable", { GITLAB_CI: "false" }, false],
  ["GitHub, whose jobs have the action", { GITHUB_ACTIONS: "true" }, false],
])("a command on %s has that platform only where there is no other way to start the gate", (_, env, isJob) => {
  expect(detectPlatform(env, true).runsCommands === true).toBe(isJob);
});
