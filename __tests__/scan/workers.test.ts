import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { type Machine, scanAll, type Worker, workersOn } from "../../src/scan/workers.ts";
import type { ScanSession } from "../../src/scanners/scanner.ts";
import { LayerCache } from "../../src/scanners/trivy/scan/layer-cache.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/folder.ts";

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

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder("workers");
});
afterEach(() => folder.remove());

interface Begun {
  readonly item: string;
  readonly worker: Worker;
  /** Whether it was to have the log for itself at that moment. */
  readonly isAlone: boolean;
  /** How many others went on at that moment. */
  readonly beside: number;
  /** What its cache of layers held then. */
  readonly layers: string | undefined;
}

/** Scans that leave a layer in their worker's cache, as Trivy does; `does` is what becomes of each. */
/** A scan session is a cache of layers here: what a fork begins with can be seen in it. */
interface LayerSession extends ScanSession {
  readonly layers: LayerCache;
}

function sessionOf(layers: LayerCache): LayerSession {
  return { layers, scan: () => Promise.reject(new Error("not here")), fork: (own) => sessionOf(layers.fork(own)) };
}

const session = (own: string) => sessionOf(new LayerCache(own));
const layersOf = (worker: Worker) => (worker.session as LayerSession).layers;

async function scans(
  items: readonly string[],
  machine: Machine,
  does: (item: string) => boolean | Promise<boolean>,
  leadMs?: number,
) {
  const begun: Begun[] = [];
  let going = 0;
  const scan = async (item: string, worker: Worker) => {
    const place = layersOf(worker).begin(true);
    const layers = join(place.folder, "fanal", "fanal.db");
    begun.push({
      item,
      worker,
      isAlone: !worker.joined.aborted,
      beside: going,
      layers: existsSync(layers) ? readFileSync(layers, "utf8") : undefined,
    });
    going += 1;
    try {
      await wait(10);
      const isScanned = await does(item);
      if (isScanned) {
        mkdirSync(join(place.folder, "fanal"), { recursive: true });
        writeFileSync(layers, `${existsSync(layers) ? readFileSync(layers, "utf8") : ""}${item} `);
        place.keep(new Map());
      }
      return isScanned;
    } finally {
      place.end();
      going -= 1;
    }
  };
  await scanAll({ items, machine, folder: folder.path, session, scan, ...(leadMs !== undefined && { leadMs }) });
  return begun;
}

const LARGE = { cores: 3, memory: 64 * GB };

describe("scanAll", () => {
  it("scans the first alone and the rest at once, each worker with a copy of its layers", async () => {
    const begun = await scans(["a", "b", "c", "d", "e", "f"], LARGE, () => true);
    expect(begun.map(({ item }) => item)).toEqual(["a", "b", "c", "d", "e", "f"]);
    expect(begun.map(({ isAlone }) => isAlone)).toEqual([true, ...Array(5).fill(false)]);
    expect(begun.slice(0, 4).map(({ beside }) => beside)).toEqual([0, 0, 1, 2]);
    for (const { layers } of begun.slice(1)) expect(layers).toMatch(/^a /);
    expect(new Set(begun.map(({ worker }) => layersOf(worker))).size).toBe(3);
    expect(begun[1]?.worker.memory).toBeCloseTo((64 * GB) / 3);
  });

  it("does not let a first one that hangs hold up the rest, which go on beside it in caches of their own", async () => {
    const ended: string[] = [];
    const others = Promise.withResolvers<void>();
    const does = async (item: string) => {
      if (item === "hangs") await others.promise;
      ended.push(item);
      if (item === "d") others.resolve();
      return true;
    };
    const begun = await scans(["hangs", "a", "b", "c", "d"], LARGE, does, 20);
    expect(ended.at(-1)).toBe("hangs");
    expect(begun.map(({ isAlone }) => isAlone)).toEqual([true, false, false, false, false]);
    expect(begun[0]?.worker.joined.aborted).toBe(true);
    expect(begun.slice(1).every(({ worker }) => worker.session !== begun[0]?.worker.session)).toBe(true);
    expect(Math.max(...begun.map(({ beside }) => beside))).toBe(2);
  });

  it("waits for one that hung and then failed, and tells it", async () => {
    const does = async (item: string) => {
      if (item !== "hangs") return true;
      await wait(100);
      throw new Error("cancelled");
    };
    await expect(scans(["hangs", "a", "b"], LARGE, does, 20)).rejects.toThrow("cancelled");
  });

  it("takes for its lead the first that succeeds: those that are not there take nothing from the rest", async () => {
    const begun = await scans(["no", "none", "a", "b", "c"], LARGE, (item) => !item.startsWith("no"));
    expect(begun.map(({ beside }) => beside)).toEqual([0, 0, 0, 0, 1]);
    expect(begun.slice(3).map(({ layers }) => layers)).toEqual(["a ", "a "]);
  });

  it("scans one after the other in one cache if there is one worker, or two targets", async () => {
    for (const [items, machine] of [
      [["a", "b", "c"], { cores: 8, memory: 2 * GB }],
      [["a", "b"], LARGE],
    ] as const) {
      const begun = await scans(items, machine, () => true);
      expect(begun.map(({ beside, isAlone }) => [beside, isAlone])).toEqual(items.map(() => [0, true]));
      expect(begun.at(-1)?.layers).toBe(
        items
          .slice(0, -1)
          .map((item) => `${item} `)
          .join(""),
      );
      rmSync(folder.path, { recursive: true });
      mkdirSync(folder.path);
    }
  });

  it("begins nothing more when one scan ends it all, and waits for those that go on", async () => {
    const ended: string[] = [];
    const items = ["a", "stop", "c", "d", "e"];
    const failing = scans(items, LARGE, async (item) => {
      if (item === "stop") throw new Error("cancelled");
      await wait(item === "a" ? 0 : 60);
      ended.push(item);
      return true;
    });
    await expect(failing).rejects.toThrow("cancelled");
    expect(ended).toEqual(["a", "c", "d"]);
  });

  it("goes without layers if there are none to copy", async () => {
    const begun: Worker[] = [];
    const scan = async (_: number, worker: Worker) => begun.push(worker) > 0;
    await scanAll({ items: [1, 2, 3, 4], machine: LARGE, folder: folder.path, session, scan });
    expect(begun).toHaveLength(4);
  });
});
