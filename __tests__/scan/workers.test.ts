import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it, test } from "vitest";
import { workflowLog } from "../../src/job/github/log.ts";
import { type Machine, scanEach, type Worker, withHeldLog, workersOn } from "../../src/scan/workers.ts";
import type { ScanSession } from "../../src/scanners/scanner.ts";
import type { Advance, World } from "../../src/system/world.ts";

const GB = 1e9;

test.each<[string, Machine, number, number]>([
  ["as many as cores", { cores: 4, memory: 16 * GB }, 20, 4],
  ["no more than there is to scan", { cores: 4, memory: 16 * GB }, 3, 3],
  ["as many as memory has room for", { cores: 16, memory: 7 * GB }, 20, 4],
  ["one if memory is short", { cores: 16, memory: 1.4 * GB }, 20, 1],
  ["one if nothing is known to be free", { cores: 1, memory: 0 }, 20, 1],
  ["not dozens on a large machine", { cores: 64, memory: 256 * GB }, 200, 8],
  ["one if there is nothing to do", { cores: 4, memory: 16 * GB }, 0, 1],
])("%s", (_, machine, scans, workers) => {
  expect(workersOn(machine, scans)).toBe(workers);
});

interface Begun {
  readonly item: string;
  readonly worker: Worker;
  /** The number of others that ran at that moment. */
  readonly beside: number;
}

const nothing = () => {};
const log = { info: nothing, debug: nothing } as unknown as World["log"];
const world = { runFolder: "/run", log } as World;
const session = (): ScanSession => ({ scan: () => Promise.reject(new Error("not here")) });

async function scans(items: readonly string[], machine: Machine, does: (item: string) => void | Promise<void>) {
  const begun: Begun[] = [];
  let going = 0;
  const scan = async (item: string, worker: Worker) => {
    begun.push({ item, worker, beside: going });
    going += 1;
    try {
      await wait(10);
      await does(item);
    } finally {
      going -= 1;
    }
  };
  await scanEach(items, { scanner: { session }, machine }, scan, world);
  return begun;
}

const LARGE = { cores: 3, memory: 64 * GB };

describe("scanEach", () => {
  it("scans as many at once as the machine allows, each worker with its own scan session", async () => {
    const begun = await scans(["a", "b", "c", "d", "e", "f"], LARGE, () => {});
    expect(begun.map(({ item }) => item)).toEqual(["a", "b", "c", "d", "e", "f"]);
    expect(begun.slice(0, 3).map(({ beside }) => beside)).toEqual([0, 1, 2]);
    expect(new Set(begun.map(({ worker }) => worker.session)).size).toBe(3);
    expect(begun[1]?.worker.memory).toBeCloseTo((64 * GB) / 3);
  });

  it("does not let one that hangs hold up the rest", async () => {
    const ended: string[] = [];
    const others = Promise.withResolvers<void>();
    const does = async (item: string) => {
      if (item === "hangs") await others.promise;
      ended.push(item);
      if (item === "d") others.resolve();
    };
    await scans(["hangs", "a", "b", "c", "d"], LARGE, does);
    expect(ended.at(-1)).toBe("hangs");
  });

  it("scans one after the other in one session if there is one worker", async () => {
    const begun = await scans(["a", "b", "c"], { cores: 8, memory: 2 * GB }, () => {});
    expect(begun.map(({ beside }) => beside)).toEqual([0, 0, 0]);
    expect(new Set(begun.map(({ worker }) => worker.session)).size).toBe(1);
  });

  it("begins nothing more when one scan ends it all, and waits for those that go on", async () => {
    const ended: string[] = [];
    const failing = scans(["a", "stop", "c", "d", "e"], LARGE, async (item) => {
      if (item === "stop") throw new Error("cancelled");
      await wait(60);
      ended.push(item);
    });
    await expect(failing).rejects.toThrow("cancelled");
    expect(ended).toEqual(["a", "c"]);
  });
});

describe("their logs", () => {
  /** The text that a runner would read, as far as it has been written. */
  function workflowText() {
    let text = "";
    const log = workflowLog({
      write: (more) => {
        text += more;
      },
    });
    const taken = () => {
      const all = text;
      text = "";
      return all;
    };
    return { log, taken };
  }

  test("logs of things that go on at the same time come out whole, one after the other, but secrets are masked at once", async () => {
    const { log, taken } = workflowText();
    const work = (name: string, ms: number) =>
      withHeldLog(log, false, async (held) => {
        held.startGroup(name);
        held.mask(`secret-${name}`);
        held.info(`${name} begins`);
        await wait(ms);
        held.warning(`${name} warns`, { file: "a", line: 1 });
        held.endGroup();
        if (name === "b") throw new Error("failed");
      });
    const both = Promise.allSettled([work("a", 40), work("b", 5)]);
    expect(taken()).toBe(
      "::add-mask::secret-a\n::add-mask::c2VjcmV0LWE=\n::add-mask::secret-b\n::add-mask::c2VjcmV0LWI=\n",
    );
    await both;
    const group = (name: string) =>
      `::group::${name}\n${name} begins\n::warning file=a,line=1::${name} warns\n::endgroup::\n`;
    expect(taken()).toBe(group("b") + group("a"));
  });

  test("progress is shown at once on a terminal", async () => {
    const shown: Advance[] = [];
    const advance = { what: "app:1", unit: "bytes", done: 1, of: 2 } as const;
    const log = { ...workflowText().log, advance: (each: Advance) => void shown.push(each) };
    await withHeldLog(log, false, async (held) => {
      held.advance?.(advance);
      expect(shown).toEqual([advance]);
    });
    await withHeldLog(workflowText().log, false, async (held) => expect(held.advance).toBeUndefined());
  });
});
