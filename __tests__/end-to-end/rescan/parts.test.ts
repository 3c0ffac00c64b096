import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { clean, debian12, distroless } from "../../support/images/images.ts";
import { partsOf, reportOf, shardsOf } from "../../support/runs/rescan-parts.ts";
import { shared } from "../../support/runs/shared.ts";
import { historiesIn } from "../../support/runs/stored-history.ts";
import { openWeeks } from "../../support/runs/weeks.ts";

// A run in parts: the committed bundle as three kinds of job start it, real Trivy, real images.

const weeks = await shared(openWeeks("rescan-parts"));
const fleet = await shared(partsOf(weeks));
const { registry } = weeks.bed;
registry.add("fleet/app", "1.0", debian12());
registry.add("fleet/copy", "1.0", debian12());
registry.add("fleet/clean", "1.0", clean());
const list = ["fleet/app:1.0", "fleet/copy:1.0", "fleet/clean:1.0"]
  .map((each) => `${registry.host}/${each}\n`)
  .join("");

const plan = (inputs = {}) =>
  fleet.plan({ discover: "file:images.txt", shards: "2", ...inputs }, { "images.txt": list });
const historyIn = (folder: string) =>
  historiesIn(folder).map((text) => JSON.parse(text.replaceAll(/"20\d\d-[^"]*Z"/g, '"then"')));
/** The metrics without their times. */
const metricsIn = (file: string) => {
  const lines = readFileSync(file, "utf8").split("\n");
  expect(lines.filter((line) => line.startsWith("image_gate_open_findings{"))).not.toEqual([]);
  return lines.map((line) => line.replace(/^(image_gate_(?:database_age|last_scan)_.*) \S+$/, "$1 then"));
};
/**
 * The report's statements about the images, without times. They include the parts of the advice that Trivy has proven.
 */
const judgedIn = (report: string | undefined) =>
  JSON.parse(
    readFileSync(report ?? "", "utf8")
      .replaceAll(/"20\d\d-[^"]*Z"/g, '"then"')
      .replaceAll("http://github.localhost:9/", "http://127.0.0.1:9/"),
  ).gate;
/** The answers in `results`, without the member `way`. */
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
    expect(planned.outputs.matrix).toBe('{"shard":["1/2","2/2"]}');
    expect(planned.outputs.expected).toMatch(/^[0-9a-f]{64}$/);
    expect(fleet.artifacts()).toContain(`image-gate-plan-${planned.outputs.expected}`);
    const scans = [];
    for (const at of [0, 1]) scans.push(await fleet.scan(planned, at, { "state-dir": state }));
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
    const merged = await fleet.merge(planned, { "state-dir": state, ...numbersIn("merged") }, reports);

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
      expected: "",
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
    const again = await fleet.scan(planned, 0, { "state-dir": state });
    expect(again.outputs.report, again.log).toMatch(/shard-1-of-2\.jsonl$/);
    expect(again.code).toBe(0);
    const layers = weeks.bed.registry.requests.slice(since).filter(({ path }) => /\/fleet\/.*\/blobs\//.test(path));
    expect(layers).toEqual([]);
  });
});

describe("what goes wrong in a part", () => {
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
      for (const at of shardsOf(planned).keys()) scans.push(await fleet.scan(planned, at, { "state-dir": state }));
      const reports = Object.assign({}, ...scans.map(reportOf));
      return { planned, merged: await fleet.merge(planned, { "state-dir": state }, reports) };
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
    const good = await fleet.scan(planned, 0);
    const broken = await fleet.scan(planned, 1, { "trivy-binary": "no-trivy-here" });
    const unscanned = await fleet.scan(planned, 2);
    registry.clearFaults();
    expect([good, broken, unscanned].map(({ code, outputs }) => [code, outputs.verdict])).toEqual([
      [0, ""],
      [1, "error"],
      [1, "error"],
    ]);
    expect(unscanned.outputs.reason).toContain("1 of the 1 images of shard 3/3 were not scanned");
    const reports = Object.assign({}, ...[good, broken, unscanned].map(reportOf));
    const merged = await fleet.merge(planned, { "state-dir": weeks.state("broken") }, reports);
    expect(merged.outputs.verdict, merged.log).toBe("error");
    expect(resultsOf(merged.outputs.results)).toEqual([
      ["app:1.0", "fail"],
      ["clean:1.0", expect.stringMatching(/^(?:trivy|program|file|input)-/)],
      ["app:1.0", "image-not-found"],
    ]);
  });

  it("ends the plan: there is no image, so there is no matrix, and the history stays as it was", async () => {
    const planned = await fleet.plan({ discover: "file:images.txt", shards: "3" }, { "images.txt": "# none\n" });
    const { verdict, matrix, expected } = planned.outputs;
    expect([planned.code, verdict, matrix, expected], planned.log).toEqual([1, "error", "", ""]);
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
    const scan = await fleet.scan(planned, 0);
    const inputs = { "trivy-binary": "no-trivy-here", "state-dir": weeks.state("pass") };
    const merged = await fleet.merge(planned, inputs, reportOf(scan));
    expect([merged.code, merged.outputs.verdict], merged.log).toEqual([0, "pass"]);
  });
});

describe("the plan's artifact", () => {
  const small = () =>
    fleet.plan(
      { discover: "file:images.txt", shards: "3" },
      { "images.txt": `${weeks.bed.registry.host}/fleet/clean:1.0\n` },
    );
  const WITHOUT = { ACTIONS_RESULTS_URL: "", ACTIONS_RUNTIME_TOKEN: "" };

  it("of a plan that is made again is the first one's, which says the same", async () => {
    const [first, again] = [await small(), await small()];
    expect([again.code, again.outputs.expected], again.log).toEqual([0, first.outputs.expected]);
  });

  it("that was never made, or has other bytes, is an error of the shard and of the merge", async () => {
    const planned = await small();
    const none = await fleet.scan(planned, 0, { expected: "0".repeat(64) });
    expect(none.outputs.reason, none.log).toContain("[fleet-plan-not-fetched]");
    expect(none.outputs.reason).toContain("Artifact not found");
    const other = await fleet.plan(
      { discover: "file:images.txt", shards: "2" },
      { "images.txt": `${weeks.bed.registry.host}/fleet/copy:1.0\n` },
    );
    fleet.replace(planned, other);
    const state = { "state-dir": weeks.state("forged") };
    const scan = await fleet.scan(planned, 0, state);
    const merged = await fleet.merge(planned, state, {});
    for (const { code, outputs, log } of [scan, merged]) {
      expect([code, outputs.verdict], log).toEqual([1, "error"]);
      expect(outputs.reason).toContain("[fleet-plan-invalid]");
    }
    expect(existsSync(weeks.state("forged"))).toBe(false);
  });

  it("cannot be made where there is no artifact service: each part says so", async () => {
    const planned = await small();
    await using nowhere = await partsOf(weeks, WITHOUT);
    const files = { "images.txt": `${weeks.bed.registry.host}/fleet/clean:1.0\n` };
    const parts = [
      await nowhere.plan({ discover: "file:images.txt", shards: "2" }, files),
      await nowhere.scan(planned, 0),
      await nowhere.merge(planned, { "state-dir": weeks.state("nowhere") }, {}),
    ];
    for (const { code, outputs, log } of parts) {
      expect([code, outputs.verdict, outputs.matrix], log).toEqual([1, "error", ""]);
      expect(outputs.reason).toContain("[fleet-no-artifacts]");
      expect(outputs.reason).toContain("this job has no artifact service");
    }
  });
});
