import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { annotationsOf } from "../../../src/render/annotations.ts";
import { width as columns } from "../../../src/render/print/text.ts";
import { renderRescanReport } from "../../../src/render/rescan/report.ts";
import { rescanResults } from "../../../src/render/rescan/results.ts";
import { renderRescanAnswer, renderRescanLog, renderSummary } from "../../../src/render/rescan/summary.ts";
import type { RescanView } from "../../../src/render/rescan/view.ts";
import { failed, target } from "../build.ts";
import { whole } from "../facts.ts";
import { HOSTILE } from "../hostile.ts";
import { closedRecord, FINDINGS, fleet, image, place, rescan, UNREAD } from "./build.ts";
import { hostileRescan } from "./hostile.ts";

const { OPENSSL, EXPAT } = FINDINGS;
const NAME = "ghcr.io/acme/app";
const one = (over: Partial<Parameters<typeof image>[0]> = {}) =>
  image({ name: NAME, targets: [target([OPENSSL], { label: `${NAME}:1.4.2` })], ...over });

describe("the log of running images", () => {
  it.each([
    ["fleet", () => fleet(50, 8)],
    ["first-scan", () => rescan([one({ before: false, fresh: [OPENSSL] })])],
    ["nothing-found", () => rescan([], { sources: [UNREAD] })],
  ] as const)("%s is as we have read it", async (name, make) => {
    await expect(`${renderRescanLog(make())}\n`).toMatchFileSnapshot(`../golden/rescan-log-${name}.txt`);
  });

  it("fits its limit with 1,000 images and says how many are left out", () => {
    const shown = renderRescanLog(fleet(1_000, 400));
    expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(54_000);
    expect(shown).toMatch(/^\d+ more images left out here: the report has all\.$/m);
    expect(shown.split("\n").at(-1)).toMatch(/^error: /);
  });

  it("says why a history was not kept, and what to do about it", () => {
    const shown = renderRescanLog(rescan([one()], { state: { notWritten: "the branch is protected", isError: true } }));
    expect(shown).toContain(
      "the history: [state-not-written] The branch is protected. What to do: Let the workflow write it. See docs/errors.md#state-not-written of Image Gate.\n",
    );
  });

  it("never says that nothing was found where it was not looked", () => {
    for (const made of [rescan([]), rescan([one({ targets: [failed({}, `${NAME}:1`)] })])])
      expect(renderRescanLog(made)).not.toMatch(/\b0 (?:new|failing|fixed)|\bpass\b|\bnone\b/);
  });
});

describe("the answer about running images at a terminal", () => {
  it.each([80, 120])("has the verdict first, and at most %i columns", async (width) => {
    const shown = renderRescanAnswer(fleet(50, 8), { columns: width }, "rescan docker");
    await expect(`${shown}\n`).toMatchFileSnapshot(`../golden/rescan-terminal-${width}.txt`);
    expect(shown).toMatch(/^error: /);
    for (const line of shown.split("\n")) expect(columns(line), line).toBeLessThanOrEqual(width);
    // No row is broken into two lines.
    expect(shown.match(/^ {2}(?:error|fail|ending|pass) /gm)).toHaveLength(50);
    expect(shown).not.toMatch(/^ {2}(?:error|fail|ending|pass) .*\n {3,}/m);
  });

  it("says of mode warn what it does, without a step, since no step is there", () => {
    const made = rescan([one({ before: false, fresh: [OPENSSL] })]);
    const warned = renderRescanAnswer(
      { ...made, gate: { ...made.gate, mode: "warn" } },
      { columns: 80 },
      "rescan docker",
    );
    expect(warned).toMatch(/^fail: .*\n {2}mode: warn: this is only reported, the run does not fail\.\n/s);
    expect(warned).not.toContain("the step");
  });

  it("names the command for more: a failing image alone, otherwise the whole report", () => {
    const lastOf = (made: RescanView) => renderRescanAnswer(made, { columns: 80 }, "rescan docker").split("\n").at(-1);
    const failing = rescan([one({ before: false, fresh: [OPENSSL] })]);
    expect(lastOf(failing)).toBe(`More: image-gate image ${NAME}:1.4.2`);
    expect(lastOf(rescan([]))).toBe("More: image-gate rescan docker --json");
  });
});

describe("the JSON report of running images", () => {
  const isReport = new Ajv2020({ strict: true, strictRequired: false }).compile(
    JSON.parse(readFileSync(join(import.meta.dirname, "../../../schema/rescan-report.schema.json"), "utf8")),
  );
  const reportOf = (view: RescanView) => JSON.parse(whole(renderRescanReport(view)));

  it.each<[string, () => RescanView]>([
    ["a fleet", () => fleet(50, 8)],
    ["no image", () => rescan([], { sources: [UNREAD] })],
    ["no state", () => rescan([one()], { state: { notWritten: "a pull request", isError: false } })],
    ...HOSTILE.slice(0, 40).map((name): [string, () => RescanView] => [name, () => hostileRescan(name)]),
  ])("of %s is as its schema says", (_, make) => {
    const report = reportOf(make());
    isReport(report);
    expect(isReport.errors ?? []).toEqual([]);
  });

  it("leads from an image to its findings in the gate's report", () => {
    const { images, gate } = reportOf(rescan([one(), one({ name: "other" })]));
    const [{ running }] = images;
    expect(gate.targets[running[0].target].label).toBe(`${NAME}:1.4.2`);
    expect(gate.findings.filter((each: { target: number }) => each.target === running[0].target)).toHaveLength(1);
  });

  it("tells what changed, as the history has it", () => {
    const made = one({ fresh: [OPENSSL], closed: [closedRecord(EXPAT), closedRecord(EXPAT, "withdrawn")] });
    const [image] = reportOf(rescan([made])).images;
    expect(
      [image.new, image.fixed, image.withdrawn].map((list) => list.map((each: { id: string }) => each.id)),
    ).toEqual([[OPENSSL.finding.id], [EXPAT.finding.id], [EXPAT.finding.id]]);
    expect(image.new[0].episodes).toHaveLength(1);
  });

  it("says that an image is gone only if the history says so: without a source that names it, it may still run", () => {
    const absent = one({ targets: [] });
    const { "gone-since": _, ...after } = absent.change.after;
    const maybe = { ...absent, change: { ...absent.change, image: "maybe", after } };
    const { images } = reportOf(rescan([absent, maybe], { sources: [UNREAD] }));
    expect(images.map(({ state }: { state: string }) => state)).toEqual(["gone", "unseen"]);
  });
});

describe("the output `results` of running images", () => {
  it("is the gate's, with where and by which way", () => {
    const where = [place("shop/deployment/web/app"), place("compose.yaml web", "compose:compose.yaml")];
    const made = rescan([one({ where }), one({ name: "other", targets: [failed({}, "other")] })]);
    expect(JSON.parse(rescanResults(made).json)).toEqual([
      expect.objectContaining({
        target: `${NAME}:1.4.2`,
        verdict: "fail",
        counts: expect.objectContaining({ critical: 1 }),
        way: "sbom",
        where,
      }),
      expect.objectContaining({ verdict: "error", code: "image-not-found", way: "" }),
    ]);
  });

  it("of 4,000 images leaves out the last that pass, then the last of the others, and summary and log say so", () => {
    const view = fleet(4_000, 5);
    const { json, passing, others } = rescanResults(view);
    expect(json.length).toBeLessThanOrEqual(900_000);
    expect(json.length).toBeGreaterThan(890_000);
    const listed: readonly { verdict: string; target: string }[] = JSON.parse(json);
    const running = view.images.flatMap((each) => each.running);
    expect(listed.length + passing).toBe(running.length);
    expect(others).toBe(0);
    // In their order: all images that do not pass, and the first ones that pass.
    const labels = running.map(({ verdict }) => verdict.target.label);
    expect(listed.map(({ target }) => labels.indexOf(target))).toEqual(
      listed.map(({ target }) => labels.indexOf(target)).toSorted((a, b) => a - b),
    );
    expect(listed.filter(({ verdict }) => verdict !== "pass")).toHaveLength(
      running.filter(({ verdict }) => verdict.answer !== "pass").length,
    );
    const words = /The output of results has no room for 1,\d{3} images that pass: the JSON report has all\./;
    expect(renderRescanLog(view)).toMatch(words);
    expect(renderSummary(view)).toMatch(words);
    const failing = rescanResults(rescan(Array.from({ length: 4_000 }, () => one())));
    expect(failing).toMatchObject({ passing: 0, others: 4_000 - JSON.parse(failing.json).length });
    expect(failing.json.length).toBeLessThanOrEqual(900_000);
    expect(renderRescanLog(fleet(50, 8))).not.toContain("no room");
  });
});

describe("the annotations of running images", () => {
  it("are silent about a history that a run was not to write", () => {
    const state = { notWritten: "this is a pull request", isError: false };
    expect(annotationsOf(rescan([one()], { state }).gate)).toEqual([]);
  });

  it("warn of what could not be done with issues", () => {
    const issues = {
      opened: 0,
      reopened: 0,
      updated: 0,
      closed: 0,
      left: [],
      failed: ["The token may not write issues."],
    };
    expect(annotationsOf(rescan([one()], { issues }).gate)).toEqual([
      { level: "warning", message: "The token may not write issues." },
    ]);
  });
});

it.each(HOSTILE)("log, results and annotations have no command and no line of strangers: %j", (name) => {
  const view = hostileRescan(name);
  const log = renderRescanLog(view);
  expect(log).not.toMatch(/^\s*::|##\[|\p{Cc}(?<!\n)/mu);
  const rows = log.split("\n").filter((line) => /^ {2}(?:error|fail|ending) /.test(line));
  expect(rows).toHaveLength(3);
  for (const row of rows) expect(columns(row)).toBeLessThanOrEqual(180);
  const results = rescanResults(view).json;
  expect(results).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|##\[/u);
  expect(JSON.parse(results)[0].where[0].name).toBe(
    name.toWellFormed() === name ? name : JSON.parse(JSON.stringify(name)),
  );
  for (const { message } of annotationsOf(view.gate)) {
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]|##\[|^\s*::/u);
    expect(message.length).toBeLessThanOrEqual(4_000);
  }
});
