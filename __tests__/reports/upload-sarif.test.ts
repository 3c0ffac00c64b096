import { expect, test } from "vitest";
import { workflowLog } from "../../src/platforms/github/log.ts";
import { githubPlatform } from "../../src/platforms/github/platform.ts";
import { uploadSarif } from "../../src/reports/upload-sarif.ts";
import type { World } from "../../src/system/world.ts";
import { eventAt } from "../platforms/github/scripted-server.ts";
import { failed, target, view } from "../render/build.ts";
import { FAKE_TOKEN } from "../support/runner.ts";

/** What an upload that leads nowhere says; nobody listens at its address. */
async function told(of: ReturnType<typeof view>, now: () => Date): Promise<string[]> {
  const lines: string[] = [];
  const world = {
    env: { GITHUB_SHA: "a".repeat(40), GITHUB_REF: "refs/heads/main" },
    log: workflowLog({ write: (text) => lines.push(text.trimEnd()) }),
    workspace: "/nowhere",
    signal: new AbortController().signal,
    now,
  };
  const platform = githubPlatform(world as unknown as World, eventAt("http://127.0.0.1:1"));
  await uploadSarif(of, { token: FAKE_TOKEN, offline: false }, platform, world);
  return lines;
}

test("a fault of our own is a warning, as is a server that is not there", async () => {
  const broken = () => {
    throw new Error("the clock stands still");
  };
  expect(await told(view([target()]), broken)).toEqual([
    "::warning::[sarif-not-uploaded] SARIF could not be made for code scanning: the clock stands still. The verdict stands; please report this to Image Gate.",
  ]);
  const [line, second] = await told(view([target()]), () => new Date());
  expect(line).toContain("[github-unreachable] SARIF (0 open findings of 1 target) could not be uploaded");
  expect(second).toBeUndefined();
});

test("of targets that could not be judged nothing is sent", async () => {
  expect(await told(view([failed()]), () => new Date())).toEqual([
    "No upload to code scanning: there is nothing to upload, as no target could be judged.",
  ]);
});
