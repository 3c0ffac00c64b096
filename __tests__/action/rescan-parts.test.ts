import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clean, debian12, distroless } from "../support/images.ts";
import { historiesIn } from "../support/stored-history.ts";
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
const historyIn = (folder: string) =>
  historiesIn(folder).map((text) => JSON.parse(text.replaceAll(/"20\d\d-[^"]*Z"/g, '"then"')));
/** The metrics apart from when. */
const metricsIn = (file: string) => {
  const lines = readFileSync(file, "utf8").split("\n");
  expect(lines.filter((line) => line.startsWith("image_gate_open_findings{"))).not.toEqual([]);
  return lines.map((line) => line.replace(/^(image_gate_(?:database_age|last_scan)_.*) \S+$/, "$1 then"));
};
/** Everything that the report says of the images, what Trivy has proven of the advice included, apart from when. */
const judgedIn = (report: string | undefined) =>
  JSON.parse(readFileSync(report ?? "", "utf8").replaceAll(/"20\d\d-[^"]*Z"/g, '"then"')).gate;
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
    const numbersIn = (name: string) => ({
      metrics: join(dirname(state), `${name}.prom`),
      page: join(dirname(state), `${name}.html`),
    });
    const merged = await fleet.merge({ expected: matrix, "state-dir": state, ...numbersIn("merged") }, reports);

    const whole = await weeks.week(
      { discover: "file:images.txt", "state-dir": weeks.state("whole"), ...numbersIn("whole") },
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
    expect(metricsIn(numbersIn("merged").metrics)).toEqual(metricsIn(numbersIn("whole").metrics));
    expect(readFileSync(numbersIn("merged").page, "utf8")).toContain("</html>");
    // The list has the images in the plan's order.
    expect(judgedIn(merged.outputs.report)).toEqual(judgedIn(whole.outputs.report));
    expect(judgedIn(merged.outputs.report).plan.length).toBeGreaterThan(0);

    // A week later nothing is pulled: the merge has kept the SBOMs.
    const since = weeks.bed.registry.requests.length;
    const again = await fleet.scan(include[0], { "state-dir": state });
    expect(again.outputs.report, again.log).toMatch(/shard-1-of-2\.jsonl$/);
    expect(again.code).toBe(0);
    const layers = weeks.bed.registry.requests.slice(since).filter(({ path }) => /\/fleet\/.*\/blobs\//.test(path));
    expect(layers).toEqual([]);
  });
});

describe("what goes wrong in a part", () => {
  const entriesOf = (matrix: string | undefined) => JSON.parse(matrix ?? "").include as Record<string, string>[];
  const resultsOf = (results: string | undefined) =>
    JSON.parse(results ?? "[]").map(({ target, verdict, code }: Record<string, string>) => [
      target?.split("/").at(-1),
      code ?? verdict,
    ]);

  it("is known to the merge: a source that could not be read, of which then nothing is gone", async () => {
    const { host } = weeks.bed.registry;
    const state = weeks.state("unread");
    const both = { discover: "file:images.txt\nkubernetes:pod.yaml", shards: "8" };
    const containers = `[{ name: c, image: "${host}/fleet/copy:1.0" }]`;
    const pod = `apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: ${containers} }\n`;
    const whole = async (files: Record<string, string>) => {
      const planned = await fleet.plan(both, files);
      const scans = [];
      for (const entry of entriesOf(planned.outputs.matrix))
        scans.push(await fleet.scan(entry, { "state-dir": state }));
      const inputs = { expected: planned.outputs.matrix ?? "", "state-dir": state };
      return { planned, merged: await fleet.merge(inputs, Object.assign({}, ...scans.map(reportOf))) };
    };
    const list = { "images.txt": `${host}/fleet/clean:1.0\n` };
    await whole({ ...list, "pod.yaml": pod });
    const before = historyIn(state);
    const { planned, merged } = await whole({ ...list, "pod.yaml": "kind: [" });
    expect([planned.code, planned.outputs.verdict, planned.outputs.reason]).toEqual([
      1,
      "error",
      "error: kubernetes:pod.yaml could not be read",
    ]);
    expect(merged.outputs, merged.log).toMatchObject({ verdict: "error", images: "1", state });
    expect(merged.log).toContain("kubernetes:pod.yaml");
    expect(historyIn(state)).toEqual(before);
  });

  it("is known to the merge: an image that could not be scanned, and a shard that broke off", async () => {
    const { registry } = weeks.bed;
    registry.add("gone/app", "1.0", distroless());
    const planned = await fleet.plan(
      { discover: "file:images.txt", shards: "3" },
      {
        "images.txt": ["fleet/app", "gone/app", "fleet/clean"].map((each) => `${registry.host}/${each}:1.0\n`).join(""),
      },
    );
    registry.fault(/^\/v2\/gone\//, { status: 404 });
    const [app, pure, gone] = entriesOf(planned.outputs.matrix) as [
      Record<string, string>,
      ...Record<string, string>[],
    ];
    const good = await fleet.scan(app);
    const broken = await fleet.scan(pure ?? {}, { "trivy-binary": "no-trivy-here" });
    const unscanned = await fleet.scan(gone ?? {});
    registry.clearFaults();
    expect([good, broken, unscanned].map(({ code, outputs }) => [code, outputs.verdict])).toEqual([
      [0, ""],
      [1, "error"],
      [1, "error"],
    ]);
    expect(unscanned.outputs.reason).toContain("1 of the 1 images of shard 3/3 were not scanned");
    const reports = Object.assign({}, ...[good, broken, unscanned].map(reportOf));
    const merged = await fleet.merge(
      { expected: planned.outputs.matrix ?? "", "state-dir": weeks.state("broken") },
      reports,
    );
    expect(merged.outputs.verdict, merged.log).toBe("error");
    expect(resultsOf(merged.outputs.results)).toEqual([
      ["app:1.0", "fail"],
      ["clean:1.0", expect.stringMatching(/^(?:trivy|program|file|input)-/)],
      ["app:1.0", "image-not-found"],
    ]);
  });

  it("ends the plan: there is no image, so there is no matrix, and the history stays as it was", async () => {
    const planned = await fleet.plan({ discover: "file:images.txt", shards: "3" }, { "images.txt": "# none\n" });
    expect([planned.code, planned.outputs.verdict, planned.outputs.matrix], planned.log).toEqual([1, "error", ""]);
    expect(planned.outputs.reason).toContain("[discovery-no-image]");
    const wrong = await fleet.plan({ discover: "file:images.txt", shards: "3", issues: "true" });
    expect(wrong.outputs.reason).toContain("[input-invalid]");
  });
});

describe("a merge", () => {
  it("needs no scanner if nothing fails", async () => {
    const planned = await fleet.plan(
      { discover: "file:images.txt", shards: "3" },
      { "images.txt": `${weeks.bed.registry.host}/fleet/clean:1.0\n` },
    );
    const [entry] = JSON.parse(planned.outputs.matrix ?? "").include;
    const scan = await fleet.scan(entry);
    const merged = await fleet.merge(
      { expected: planned.outputs.matrix ?? "", "trivy-binary": "no-trivy-here", "state-dir": weeks.state("pass") },
      reportOf(scan),
    );
    expect([merged.code, merged.outputs.verdict], merged.log).toEqual([0, "pass"]);
  });
});
