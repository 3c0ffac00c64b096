import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { JudgedTarget } from "../../src/domain/verdict.ts";
import { connector } from "../../src/forge/connect.ts";
import { workflowLog } from "../../src/job/github/log.ts";
import { githubPlatform } from "../../src/job/github/platform.ts";
import { type Upload, uploadOf, uploadSarif } from "../../src/reports/upload-sarif.ts";
import type { World } from "../../src/system/world.ts";
import { eventAt } from "../forge/github/scripted-server.ts";
import { failed, finding, judged, target, view } from "../render/build.ts";
import { factsOf, many } from "../render/sarif/bed.ts";
import type { Sarif } from "../support/github/github-code-scanning.ts";
import { FAKE_TOKEN } from "../support/runs/runner.ts";

/** The log of an upload to an address at which no server listens. */
async function told(of: ReturnType<typeof view>): Promise<string[]> {
  const lines: string[] = [];
  const world = {
    env: { GITHUB_SHA: "a".repeat(40), GITHUB_REF: "refs/heads/main" },
    log: workflowLog({ write: (text) => lines.push(text.trimEnd()) }),
    workspace: "/nowhere",
    signal: new AbortController().signal,
    now: () => new Date(),
  };
  const platform = githubPlatform(world as unknown as World, eventAt("http://127.0.0.1:1"));
  await uploadSarif(of, await connector(platform, () => ({ token: FAKE_TOKEN, offline: false }))(), platform, world);
  return lines;
}

test("a server that is not there is a warning", async () => {
  const [line, second] = await told(view([target()]));
  expect(line).toContain(
    "[github-unreachable] SARIF (0 open findings of ghcr.io/acme/app:1.4.2) could not be uploaded",
  );
  expect(second).toBeUndefined();
});

test("of targets that could not be judged nothing is sent", async () => {
  expect(await told(view([failed()]))).toEqual([
    "No upload to code scanning: there is nothing to upload, as no target could be judged.",
  ]);
});

const contents = ({ gzip }: Upload): Sarif => JSON.parse(gunzipSync(gzip).toString());
const made = async (targets: readonly JudgedTarget[]) => {
  const facts = factsOf(view(targets));
  const uploads = await Promise.all(targets.map((each) => uploadOf(each, facts)));
  return { uploads, cuts: uploads.flatMap(({ cut }) => cut ?? []) };
};
const image = (index: number, findings = [judged(finding())]) => target(findings, { label: `app-${index}:1` });

describe("what is sent to code scanning", () => {
  test("is what is open; accepted and uncounted findings are not alerts", async () => {
    const all = [
      judged(finding({ id: "CVE-2024-0001" })),
      judged(finding({ id: "CVE-2024-0002" }), { outcome: "accepted" }),
      judged(finding({ id: "CVE-2024-0003" }), { outcome: "not-counted" }),
    ];
    const { uploads, cuts } = await made([image(1, all), image(2, [])]);
    const runs = uploads.flatMap((each) => contents(each).runs);
    expect(runs.map(({ results }) => results.map(({ ruleId }) => ruleId))).toEqual([["CVE-2024-0001 (HIGH)"], []]);
    expect(runs[0]?.tool.driver.rules).toHaveLength(1);
    expect(JSON.stringify(runs)).not.toContain("suppressions");
    expect(uploads.map(({ what }) => what)).toEqual(["1 open finding of app-1:1", "0 open findings of app-2:1"]);
    expect(cuts).toEqual([]);
  });

  test("is an upload for each image, every category once", async () => {
    const { uploads } = await made(many(45, () => judged()).map((_, index) => image(index)));
    const runs = uploads.map((each) => contents(each).runs);
    expect(runs.every(({ length }) => length === 1)).toBe(true);
    expect(new Set(runs.flat().map(({ automationDetails }) => automationDetails.id)).size).toBe(45);
  });

  test("of a target with many findings is the 5,000 most severe, which is reported", async () => {
    const all = [
      ...many(300, (index) => judged(finding({ id: `CVE-2023-${1000 + index}`, severity: "CRITICAL" }))),
      ...many(4_800, (index) => judged(finding({ id: `CVE-2024-${1000 + index}`, severity: "LOW" }))),
    ];
    const { uploads, cuts } = await made([image(1, all)]);
    const [run] = uploads.flatMap((each) => contents(each).runs);
    expect(run?.results).toHaveLength(5_000);
    expect(run?.results.filter(({ level }) => level === "error")).toHaveLength(300);
    expect(cuts).toEqual([
      "SARIF of app-1:1 leaves out 100 of its 5,100 findings (100 LOW), the least severe, as code scanning takes no more",
    ]);
    expect(run?.invocations[0]?.toolExecutionNotifications?.[0]?.message.text).toContain("100 of its 5,100");
  });

  test("of the most findings, which compress badly, stays within GitHub's 10 MB", { timeout: 600_000 }, async () => {
    let seed = 1;
    const noise = (length: number) => {
      let text = "";
      while (text.length < length) {
        seed = (seed * 48_271) % 2_147_483_647;
        text += seed.toString(36);
      }
      return text.slice(0, length);
    };
    const all = many(5_001, (index) =>
      judged(finding({ id: `CVE-2024-${10_000 + index}`, title: noise(290), path: `opt/${noise(200)}` })),
    );
    const { uploads, cuts } = await made([image(1, all)]);
    expect(uploads).toHaveLength(1);
    expect(uploads[0]?.gzip.length).toBeLessThanOrEqual(10_000_000);
    expect(uploads[0]?.gzip.length).toBeGreaterThan(1_000_000);
    expect(cuts).toHaveLength(1);
  });
});
