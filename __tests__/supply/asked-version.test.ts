import { expect, it } from "vitest";
import { TRIVY_VERSION } from "../../src/scanners/trivy/install/install.ts";
import { askVersion } from "../../src/supply/installed.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { sharedFolder } from "../support/runs/shared.ts";

const folder = sharedFolder("asked-version");

it("a program that says no version in 30 s is ended, and is unusable", async () => {
  let limit = 0;
  const answer = { code: null, signal: "SIGKILL", stdout: "", stderr: "", timedOut: true, aborted: false } as const;
  const run: typeof TRIVY_VERSION.run = async (_, __, milliseconds) => {
    limit = milliseconds;
    return answer;
  };
  const asked = askVersion("/opt/trivy", { ...TRIVY_VERSION, run }, testWorld(folder.path));
  await expect(asked).rejects.toMatchObject({
    code: "trivy-unusable",
    what: expect.stringContaining("gave no answer within 30 s"),
  });
  expect(limit).toBe(30_000);
});
