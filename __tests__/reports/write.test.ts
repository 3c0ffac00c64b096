import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { planSigning } from "../../src/domain/evidence/signing-plan.ts";
import { githubPlatform } from "../../src/job/github/platform.ts";
import { reportFacts } from "../../src/reports/facts.ts";
import { writeReports } from "../../src/reports/write.ts";
import { reportOf, scanned } from "../domain/evidence/reports.ts";
import { exception, finding, judged, target, use, view } from "../render/build.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import type { Sarif } from "../support/github/github-code-scanning.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { planReports, targetsOf, writeLines, writePlanned } from "./targets.ts";

const folder = temporaryFolder("write");
afterAll(() => folder.remove());
let runs = 0;
let world: TestWorld;
beforeEach(() => {
  world = testWorld(join(folder.path, String(++runs)));
});

const VIEW = view([
  target([judged(finding({ id: "CVE-2024-1" }))], { label: "app:1" }),
  target([judged(finding({ id: "CVE-2024-2" }))], { label: "app:2" }),
]);

const plan = (...lines: string[]) => planReports(lines, targetsOf(VIEW), world);
const write = (planned: ReturnType<typeof plan>) => writePlanned(planned, VIEW, world);
const read = (name: string) => readFileSync(join(world.workspace, name), "utf8");
/** All that is there, so that no half-written file is left either. */
const below = () => readdirSync(world.workspace, { recursive: true }).map(String).sort();

describe("a planned report", () => {
  it("is written with all targets, and parent folders are made", async () => {
    await write(plan("csv: new/deep/x.csv"));
    expect(read("new/deep/x.csv").split("\r\n")).toHaveLength(4);
    expect(below()).toEqual(["new", "new/deep", "new/deep/x.csv"]);
    expect(world.lines).toEqual(["info: Report: csv in new/deep/x.csv"]);
  });

  it("of one target has that target alone", async () => {
    const lines = ["csv: {target}.csv", "gitlab: {target}.json", "junit: {target}.xml", "markdown: {target}.md"];
    const planned = await writeLines(lines, VIEW, world);
    for (const { shown, target: only } of planned) {
      const [own, other] = only?.label === "app:1" ? ["CVE-2024-1", "CVE-2024-2"] : ["CVE-2024-2", "CVE-2024-1"];
      expect(read(shown)).toContain(own);
      expect(read(shown)).not.toContain(other);
    }
  });

  it("of one target is headed by that target's name, not by the gate's, which all share", async () => {
    const both = { ...VIEW, name: "app:1, app:2" };
    const lines = ["markdown: {target}.md", "html: {target}.html", "junit: {target}.xml", "markdown: all.md"];
    const planned = await writeLines(lines, both, world);
    const texts = planned.map(({ shown }) => read(shown));
    expect(texts.map((text) => text.includes("app:1") && text.includes("app:2"))).toEqual([
      ...Array(6).fill(false),
      true,
    ]);
    expect(texts[0]).toMatch(/^## ❌ `app:1` must not run\n/);
    expect(texts[6]).toMatch(/^## ❌ `app:1, app:2`: 2 of 2 must not run\n/);
  });

  it("replaces an older file as a whole, also a longer one", async () => {
    writeFileSync(join(world.workspace, "x.csv"), "old\n".repeat(10_000));
    await write(plan("csv: x.csv"));
    expect(read("x.csv")).not.toContain("old");
    expect(read("x.csv").startsWith("target,")).toBe(true);
  });

  it("that cannot be made takes an older one with it, which would be taken for this run's", async () => {
    writeFileSync(join(world.workspace, "x.csv"), "old");
    const broken = { ...VIEW, verdict: { ...VIEW.verdict, targets: [{ answer: "pass" }] } } as unknown as typeof VIEW;
    const facts = reportFacts(VIEW, githubPlatform(world), world);
    await writeReports(plan("csv: x.csv"), broken, facts, world);
    expect(below()).toEqual([]);
    expect(world.lines).toEqual([
      expect.stringMatching(/^warning: \[report-file-not-written\] The csv report "x\.csv" /),
    ]);
  });

  it("of one target tells that target's answer and reason, and no exception that ended for another one", async () => {
    const over = exception({ expires: "2026-01-01" });
    const bad = target([judged(finding(), { ended: over })], { label: "bad:1" });
    const run = view([bad, target([], { label: "fine:1" })], {
      exceptions: [use({ exception: over, state: "ended", daysLeft: -300 })],
    });
    expect(run.verdict.answer).toBe("fail");
    const planned = await writeLines(["markdown: {target}.md"], run, world);
    const texts = planned.map(({ shown }) => read(shown).split("\n"));
    expect(texts.map(([heading]) => heading)).toEqual([
      expect.stringContaining("must not run"),
      expect.stringContaining("may run"),
    ]);
    expect(texts.map(([, , reason]) => reason)).toEqual([
      expect.stringContaining("1 exception ended"),
      expect.not.stringContaining("exception"),
    ]);
  });

  it("may have as long a name as a file can have", async () => {
    const name = `${"x".repeat(251)}.csv`;
    await write(plan(`csv: ${name}`));
    expect(below()).toEqual([name]);
  });

  it("takes the place of a link that was put there after planning, and what that leads to stays", async () => {
    const planned = plan("csv: way/x.csv");
    const victim = join(world.workspace, "victim");
    writeFileSync(victim, "precious");
    mkdirSync(join(world.workspace, "way"));
    symlinkSync(victim, join(world.workspace, "way/x.csv"));
    await write(planned);
    expect([read("victim"), read("way/x.csv").slice(0, 7)]).toEqual(["precious", "target,"]);
  });

  it("goes into RUNNER_TEMP as well", async () => {
    await write(plan(`csv: ${join(world.temp, "x.csv")}`));
    expect(existsSync(join(world.temp, "x.csv"))).toBe(true);
  });
});

describe("a report that cannot be written is one warning that names it, and the others are written:", () => {
  async function expectOneWarning(planned: ReturnType<typeof plan>, words: string | RegExp): Promise<void> {
    await write(planned);
    const warnings = world.lines.filter((line) => line.startsWith("warning: "));
    expect(warnings).toEqual([
      expect.stringMatching(/^warning: \[report-file-not-written\] The csv report "way\/x\.csv" /),
    ]);
    expect(warnings[0]).toMatch(words);
    expect(read("good.md")).toContain("CVE-2024-1");
    expect(below().filter((name) => name.includes(".image-gate-"))).toEqual([]);
  }
  const both = () => plan("csv: way/x.csv", "markdown: good.md");

  // Proves: report-goes-workflow-says
  it.each<[string, (way: string, outside: string) => void, RegExp]>([
    [
      "a link was put in its way after planning, and is not followed",
      (way, outside) => symlinkSync(outside, way),
      /leads through the symbolic link "way"/,
    ],
    ["a folder is in its place by now", (way) => mkdirSync(join(way, "x.csv"), { recursive: true }), /is a folder/],
    ["its folder is a file by now", (way) => writeFileSync(way, ""), /which is not a folder/],
  ])("%s", async (_, change, words) => {
    const planned = both();
    const outside = join(folder.path, `outside-${runs}`);
    mkdirSync(outside);
    change(join(world.workspace, "way"), outside);
    await expectOneWarning(planned, words);
    expect(readdirSync(outside)).toEqual([]);
  });

  it("its folder takes no file", async ({ skip }) => {
    const planned = both();
    const way = join(world.workspace, "way");
    mkdirSync(way, { mode: 0o500 });
    const isRoot = process.getuid?.() === 0;
    skip(isRoot && !mount(way, "size=4k,ro"), "root may write everywhere, and may not mount here");
    try {
      await expectOneWarning(planned, /EROFS|EACCES/);
    } finally {
      if (isRoot) spawnSync("umount", [way]);
    }
  });

  it("a text in it is longer than Node's longest, and no part of it stays", async () => {
    const last = judged();
    const large = view([target([...Array<typeof last>(5_000).fill(judged()), last])]);
    Object.defineProperty(last, "outcome", {
      get: () => {
        throw new RangeError("Invalid string length");
      },
    });
    writeFileSync(join(world.workspace, "x.csv"), "old");
    await writeReports(plan("csv: x.csv"), large, reportFacts(VIEW, githubPlatform(world), world), world);
    expect(world.lines).toEqual([
      'warning: [report-file-not-written] The csv report "x.csv" could not be written: Invalid string length. The verdict is unaffected; see whether the user of this run may write there, and whether the disk is full.',
    ]);
    expect(below()).toEqual([]);
  });

  it("the disk is full", async ({ skip }) => {
    const planned = both();
    const way = join(world.workspace, "way");
    mkdirSync(way);
    skip(!mount(way, "size=4k"), "this user may not mount");
    try {
      writeFileSync(join(way, "filler"), Buffer.alloc(4096));
      await expectOneWarning(planned, /ENOSPC/);
      expect(readdirSync(way)).toEqual(["filler"]);
    } finally {
      spawnSync("umount", [way]);
    }
  });
});

function mount(folder: string, options: string): boolean {
  return spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]).status === 0;
}

async function sarifRuns(of: typeof VIEW, name: string): Promise<Sarif["runs"]> {
  await writeLines([`sarif: ${name}`], of, world);
  return JSON.parse(read(name)).runs;
}
const warnings = () => world.lines.filter((line) => line.startsWith("warning"));

it("SARIF of more findings than GitHub takes in a run leaves out the least severe, and a warning says so", async () => {
  const low = judged(finding({ severity: "LOW" }));
  const copies = Array.from({ length: 25_999 }, () => ({ ...low }));
  const last = judged(finding({ id: "CVE-2024-1", severity: "LOW" }));
  const accepted = judged(finding({ severity: "CRITICAL" }), { outcome: "accepted" });
  const [run] = await sarifRuns(view([target([judged(), ...copies, last, accepted])]), "a.sarif");
  expect(run?.results).toHaveLength(25_000);
  expect(run?.results[0]).toMatchObject({ level: "error", properties: { status: "open" } });
  // Findings that are left out have no rule.
  expect(run?.tool.driver.rules).toHaveLength(2);
  expect(run?.invocations[0]?.toolExecutionNotifications?.[0]?.message.text).toContain(
    "leaves out 1,002 of its 26,002",
  );
  expect(warnings()).toEqual([
    expect.stringMatching(
      /^warning: \[sarif-cut\] SARIF of \S+ leaves out 1,002 of its 26,002 findings \(1 CRITICAL, 1,001 LOW\), the least severe, .*\. The other formats hold every finding/,
    ),
  ]);
});

it("SARIF of more runs than GitHub takes is whole, and a warning says how it gets there otherwise", async () => {
  const made = (count: number) => view(Array.from({ length: count }, (_, i) => target([], { label: `app:${i}` })));
  expect(await sarifRuns(made(20), "a.sarif")).toHaveLength(20);
  expect(warnings()).toEqual([]);
  expect(await sarifRuns(made(21), "b.sarif")).toHaveLength(21);
  expect(warnings()).toEqual([
    expect.stringMatching(
      /\[sarif-many-runs\] The sarif report "b\.sarif" has 21 runs, and code scanning takes 20 in one file\. /,
    ),
  ]);
});

describe("the predicate of a verdict", () => {
  const writeOne = (of: ReturnType<typeof scanned>) => writeLines(["verdict: v.json"], view([of]), world);

  it("is what sign/ would attest", async () => {
    await writeOne(scanned("a"));
    const plan = planSigning(reportOf([scanned("a")]));
    expect(JSON.parse(read("v.json"))).toEqual("code" in plan ? undefined : plan.images[0].predicate);
  });

  it.each([
    ["what fails", scanned("a", [judged(finding())]), "not-a-pass"],
    ["a tar", scanned("a", [], { provenance: { readAs: "archive" } }), "nothing-to-sign"],
  ])("is not written for %s, and an older one is removed", async (_, seen, code) => {
    await writeOne(scanned("a"));
    await writeOne(seen);
    expect(below()).toEqual([]);
    expect(world.lines.at(-1)).toContain(`warning: [${code}]`);
  });

  it("is a file of each target", () => {
    expect(() => plan("verdict: v.json")).toThrow("holds one");
    expect(plan("verdict: {target}.json")).toHaveLength(2);
  });
});
