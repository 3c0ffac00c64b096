import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clean, debian12 } from "../support/images.ts";
import { type Fleet, partsOf, reportOf } from "./parts.ts";
import { openWeeks, type Weeks } from "./weeks.ts";

// A run in parts: the committed bundle as three kinds of job start it, real Trivy, real images.

let weeks: Weeks;
let fleet: Fleet;
let list: string;
beforeAll(async () => {
  weeks = await openWeeks("rescan-parts");
  fleet = partsOf(weeks);
  const { registry } = weeks.bed;
  registry.add("fleet/app", "1.0", debian12());
  registry.add("fleet/copy", "1.0", debian12());
  registry.add("fleet/clean", "1.0", clean());
  list = ["fleet/app:1.0", "fleet/copy:1.0", "fleet/clean:1.0"].map((each) => `${registry.host}/${each}\n`).join("");
});
afterAll(() => weeks[Symbol.asyncDispose]());

const plan = (inputs = {}) =>
  fleet.plan({ discover: "file:images.txt", shards: "2", ...inputs }, { "images.txt": list });
const historyIn = (folder: string) => {
  const { files } = JSON.parse(readFileSync(join(folder, "index.json"), "utf8"));
  return Object.keys(files)
    .filter((path) => path.startsWith("images/"))
    .sort()
    .map((path) => JSON.parse(readFileSync(join(folder, path), "utf8").replaceAll(/"20\d\d-[^"]*Z"/g, '"then"')));
};
/** What `results` says, without the way by which an image was scanned. */
const answers = (results: string | undefined) =>
  JSON.parse(results ?? "[]")
    .map(({ target, verdict, counts, where }: Readonly<Record<string, unknown>>) => ({
      target,
      verdict,
      counts,
      where,
    }))
    .sort((a: { target: string }, b: { target: string }) => (a.target < b.target ? -1 : 1));

describe("plan, scan and merge", () => {
  it("say together what one job says, and leave the same history", async () => {
    const state = weeks.state("parts");
    const planned = await plan();
    expect([planned.code, planned.outputs.verdict, planned.outputs.images], planned.log).toEqual([0, "", "3"]);
    const matrix = planned.outputs.matrix ?? "";
    const { include } = JSON.parse(matrix);
    expect(include.map(({ shard }: { shard: string }) => shard)).toEqual(["1/2", "2/2"]);
    const scans = [];
    for (const entry of include) scans.push(await fleet.scan(entry, { "state-dir": state }));
    expect(scans.map(({ code, outputs }) => [code, outputs.verdict])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    // Only the merge writes.
    expect(existsSync(state)).toBe(false);
    expect([planned, ...scans].map(({ summary }) => summary)).toEqual(["", "", ""]);
    const reports = Object.assign({}, ...scans.map(reportOf));
    const merged = await fleet.merge({ expected: matrix, "state-dir": state }, reports);

    const whole = await weeks.week(
      { discover: "file:images.txt", "state-dir": weeks.state("whole") },
      { "images.txt": list },
    );
    expect(merged.outputs, merged.log).toMatchObject({
      verdict: "fail",
      images: "3",
      failing: "2",
      numbers: whole.outputs.numbers,
      state,
      matrix: "",
    });
    expect(answers(merged.outputs.results)).toEqual(answers(whole.outputs.results));
    expect(historyIn(state)).toEqual(historyIn(weeks.state("whole")));

    // A week later nothing is pulled: the merge has kept the SBOMs.
    const since = weeks.bed.registry.requests.length;
    const again = await fleet.scan(include[0], { "state-dir": state });
    expect(again.outputs.report, again.log).toMatch(/shard-1-of-2\.jsonl$/);
    expect(again.code).toBe(0);
    const layers = weeks.bed.registry.requests.slice(since).filter(({ path }) => /\/fleet\/.*\/blobs\//.test(path));
    expect(layers).toEqual([]);
  });
});
