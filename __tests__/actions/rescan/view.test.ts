import { afterAll, describe, expect, it } from "vitest";
import { INPUT_NAMES as GATE_INPUTS } from "../../../src/actions/gate/inputs.ts";
import { saveHistory } from "../../../src/actions/rescan/history.ts";
import { INPUT_NAMES } from "../../../src/actions/rescan/inputs.ts";
import { rescanRun } from "../../../src/actions/rescan/rescan-run.ts";
import { viewOf, wholeVerdict } from "../../../src/actions/rescan/view.ts";
import type { Verdict } from "../../../src/domain/verdict.ts";
import { annotationsOf } from "../../../src/render/annotations.ts";
import { numbersJson } from "../../../src/render/rescan/numbers.ts";
import { renderRescanLog, renderSummary } from "../../../src/render/rescan/summary.ts";
import type { RescanView } from "../../../src/render/rescan/view.ts";
import { imagePath } from "../../../src/state/documents.ts";
import { loadState } from "../../../src/state/load.ts";
import { lastAnnotation } from "../../../src/steps/deliver.ts";
import { GateError } from "../../../src/system/errors.ts";
import { type Shown, seenOf } from "../../domain/history/runs.ts";
import { makeFinding } from "../../domain/make.ts";
import { fakePlatform } from "../../job/fake-platform.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { type MemoryStore, memoryStore } from "../../state/memory-store.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("rescan-view");
afterAll(() => folder.remove());

const [FIRST, SECOND] = ["2026-01-05T03:00:00.000Z", "2026-01-12T03:00:00.000Z"] as const;

/** The view of a run that saw these images, with its history in the store. */
async function viewAfter(store: MemoryStore, at: string, shown: readonly Shown[]): Promise<RescanView> {
  const history = { ...(await loadState(store, at)), store };
  const world = { ...testWorld(folder.path), now: () => new Date(at) };
  const run = { ...rescanRun(world, fakePlatform()), rescanned: seenOf(at, shown).images, history };
  const targets = run.rescanned.map(({ verdict }) => verdict);
  const verdict: Verdict = { answer: "pass", targets, reason: "", exceptions: [] };
  return viewOf(verdict, run, await saveHistory(run, {}), fakePlatform());
}

describe("the numbers of a run", () => {
  it("have the numbers of the run before, from the history that it wrote", async () => {
    const store = memoryStore();
    await viewAfter(store, FIRST, [{ ids: ["A", "B"] }]);
    const { numbers, trend } = await viewAfter(store, SECOND, [{ ids: ["A"] }]);
    expect([numbers?.open.high, trend?.before?.open.high, trend?.before?.now]).toEqual([1, 2, FIRST]);
  });

  // Proves: number-not-claim-about
  it("have none of the run before if the history of an image was lost: they would not be what that run said", async () => {
    const store = memoryStore();
    await viewAfter(store, FIRST, [{ ids: ["A", "B"] }, { name: "x.io/b" }]);
    store.files = new Map([...store.files].filter(([path]) => path !== imagePath("ghcr.io/acme/app")));
    const { numbers, trend, gate } = await viewAfter(store, SECOND, [{ ids: ["A", "B"] }, { name: "x.io/b" }]);
    expect(numbers?.open.high).toBe(2);
    expect(trend?.before).toBeUndefined();
    expect(gate.notes?.join()).toContain("begins again");
  });

  it("are not there as an output if no image could ever be scanned, and come from earlier scans if none can be now", async () => {
    const store = memoryStore();
    expect(numbersJson((await viewAfter(store, FIRST, [{ fails: true }])).numbers)).toBe("");
    await viewAfter(store, FIRST, [{ ids: ["A"] }]);
    const { numbers, state } = await viewAfter(store, SECOND, [{ fails: true }]);
    expect(state).toMatchObject({ notWritten: "no image could be judged" });
    expect(JSON.parse(numbersJson(numbers))).toMatchObject({ open: { high: 1 }, "oldest-unpatched-days": 7 });
  });

  it("are of the history's time if this clock is a little behind it: the chart ends with what is open", async () => {
    const store = memoryStore();
    await viewAfter(store, FIRST, [{ ids: ["A"] }]);
    const { numbers, trend } = await viewAfter(store, "2026-01-05T02:30:00.000Z", [{ ids: ["A", "B"] }]);
    expect([numbers?.now, numbers?.open.high, trend?.weeks.at(-1)?.open.high]).toEqual([FIRST, 2, 2]);
  });

  it("have the age of the oldest database, whatever the time zone of its time, and leave out what is not a time", async () => {
    const of = (name: string, databaseUpdatedAt: string): Shown => ({
      name,
      scan: { provenance: { scanner: "Trivy", scanners: ["vuln"], databaseUpdatedAt } },
    });
    const images = [
      of("x.io/a", "2026-01-05T01:00:00Z"),
      of("x.io/b", "2026-01-05T02:00:00+09:00"),
      of("x.io/c", "0 is no time"),
    ];
    const { numbers } = await viewAfter(memoryStore(), FIRST, images);
    expect(numbers?.databaseAge).toBe(10 * 3_600_000);
  });
});

it("the last annotation names each source that could not be read, and a history that was not kept, with remedies", () => {
  const error = (code: string) => ({ code, what: `what of ${code}`, remedy: `Mend ${code}.` });
  const source = { source: "kubectl:production", images: 0, notes: [], error: error("unreachable") };
  const lost = new GateError("protected", "the branch is protected", "Let it be written.");
  const run = { ...rescanRun(testWorld(folder.path), fakePlatform()), sources: [source] };
  const judged: Verdict = { answer: "pass", targets: [], reason: "", exceptions: [] };
  const verdict = wholeVerdict(judged, run, { changes: [], notWritten: { why: "protected", error: lost } });
  const { level, message = "" } = lastAnnotation({ verdict, mode: "enforce" }) ?? {};
  expect(level).toBe("error");
  expect(message).toContain("[unreachable] what of unreachable (kubectl:production)");
  expect(message).toContain("[protected] the branch is protected (the history)");
  expect(message).toContain("Mend unreachable. Let it be written.");
});

describe("what a run advises", () => {
  const id = (letter: string) => `sha256:${letter.repeat(64)}`;
  const index = {
    digest: id("1"),
    images: [
      { digest: id("a"), platform: "linux/amd64" },
      { digest: id("b"), platform: "linux/arm64" },
    ],
  };

  it("names no input that this action does not have, where an index has platforms that were not judged", async () => {
    const scan = { artifact: { names: [], packages: 1, digest: id("a"), index, platform: "linux/amd64" } };
    const view = await viewAfter(memoryStore(), FIRST, [{ findings: [makeFinding({ severity: "CRITICAL" })], scan }]);
    const texts = [renderSummary(view), ...annotationsOf(view.gate).map(({ message }) => message)];
    expect(texts.filter((text) => text.includes("linux/arm64"))).toHaveLength(2);
    const foreign = GATE_INPUTS.filter((name) => !INPUT_NAMES.includes(name));
    expect(foreign).toContain("platform");
    const advised = [...texts, renderRescanLog(view)].join("\n").matchAll(/`([a-z-]+)(?::[^`]*)?`/g);
    expect([...advised].map(([, name = ""]) => name).filter((name) => foreign.includes(name))).toEqual([]);
    expect(texts.join()).toContain("A source of `discover` that says where they run");
  });
});
