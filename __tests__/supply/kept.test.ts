import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DataSet, type KeptRequest, kept, readNote } from "../../src/supply/kept.ts";
import { GateError } from "../../src/system/errors.ts";
import { sha256OfBytes } from "../../src/system/store/hashing.ts";
import { databaseStore } from "../../src/system/store/store.ts";
import { type FolderCache, folderCache } from "../scanners/trivy/install/folder-cache.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";
import { atMost } from "../support/runs/patience.ts";

let folder: TemporaryFolder;
let world: TestWorld;
let nowMs: number;
/** The content of each source; undefined: it fails. `HANGS`: it never answers. */
let sources: Record<string, string | undefined>;
let asked: string[];
/** The silence that each asked source may have, in milliseconds. */
let silences: number[];
beforeEach(() => {
  folder = temporaryFolder("kept");
  nowMs = Date.parse("2026-11-24T15:00:00Z");
  world = testWorld(folder.path, { toolCache: folder.path, now: () => new Date(nowMs) });
  sources = { a: "of a", b: "of b" };
  asked = [];
  silences = [];
});
afterEach(() => folder.remove());

const HOUR = 3_600_000;
const HANGS = "hangs";
const NOTE = "image-gate.json";

function noteHash(at: string, words: string): void {
  const note = JSON.parse(readFileSync(join(at, NOTE), "utf8"));
  writeFileSync(join(at, NOTE), JSON.stringify({ ...note, files: { ...note.files, words } }));
}

/** A set of two files that is due after an hour, and too old after a day. */
function dataSet(names: readonly string[] | undefined): DataSet<string> {
  return {
    name: "words",
    called: "the words",
    files: ["words", "facts"],
    cachePrefix: "words-",
    sources: names?.map((name) => ({ name })),
    async check(at, { checkedAt }) {
      const ageMs = nowMs - Date.parse(checkedAt);
      if (ageMs > 24 * HOUR) return { reason: "stale", why: "it is too old" };
      const value = readFileSync(join(at, "words"), "utf8");
      return value === ""
        ? { reason: "empty", why: "it is empty" }
        : { value, dated: new Date(checkedAt), isDue: ageMs >= HOUR };
    },
    async fetch({ name }, into, { former, signal, silenceMs }) {
      asked.push(name);
      silences.push(silenceMs);
      const words = sources[name];
      if (words === HANGS)
        await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
      if (words === undefined) throw new Error("it is down");
      if (former?.mark.words === words) return "unchanged";
      writeFileSync(join(into, "words"), words);
      writeFileSync(join(into, "facts"), "{}");
      return { words };
    },
    faultOf: (thrown) => ({ reason: "unavailable", why: (thrown as Error).message }),
    error: (faults) =>
      new GateError(
        "words-unavailable",
        faults.map(({ place, reason, why }) => `${place}: ${reason}: ${why}`).join("; "),
        "x",
      ),
    offline: () => new GateError("words-offline", "offline", "x"),
  };
}
const getWith = (names: readonly string[] | undefined, more: Partial<KeptRequest> = {}, at = world) =>
  kept(dataSet(names), { store: databaseStore(at).store, timeout: 60_000, ...more }, at);
const get = (...names: string[]) => getWith(names);

describe("data that is kept", () => {
  it("comes from the first source that has it, and is then there without a request", async () => {
    sources.a = undefined;
    expect(await get("a", "b")).toMatchObject({ value: "of b", note: { from: "b" } });
    expect(asked).toEqual(["a", "b"]);
    expect(await get("a", "b")).toMatchObject({ value: "of b" });
    expect(asked).toEqual(["a", "b"]);
    expect(world.lines.join("\n")).toContain("info: The words: the copy from b, kept on this machine");
  });

  it("is asked for when it is due, and not fetched if it is unchanged", async () => {
    const first = await get("a");
    nowMs += HOUR;
    expect(await get("a")).toMatchObject({ value: "of a", folder: first.folder });
    expect(asked).toEqual(["a", "a"]);
    await get("a");
    expect(asked).toEqual(["a", "a"]);
  });

  it("is used if it is due and no source answers, and says why", async () => {
    await get("a");
    sources.a = undefined;
    nowMs += 2 * HOUR;
    const old = await get("a");
    expect(old.value).toBe("of a");
    expect(old.notRefreshed?.what).toBe("a: unavailable: it is down");
    nowMs += 24 * HOUR;
    await expect(get("a")).rejects.toMatchObject({ code: "words-unavailable" });
  });

  it("is not used for another source", async () => {
    await get("a");
    expect(await get("b")).toMatchObject({ value: "of b" });
  });

  // Proves: database-s-checksum-costs
  it.each<[string, (at: string) => void, string]>([
    ["new bytes", (at) => writeFileSync(join(at, "words"), "of z"), "the SHA-256 of its words is wrong"],
    ["a cut", (at) => truncateSync(join(at, "words"), 2), "the SHA-256 of its words is wrong"],
    ["the loss of its bytes", (at) => truncateSync(join(at, "words")), "the SHA-256 of its words is wrong"],
    ["a change of another file", (at) => writeFileSync(join(at, "facts"), "[]"), "the SHA-256 of its facts is wrong"],
    ["the loss of another file", (at) => rmSync(join(at, "facts")), "the SHA-256 of its facts is wrong"],
    ["a change of the hash in its note", (at) => noteHash(at, "0".repeat(64)), "the SHA-256 of its words is wrong"],
    ["the loss of its note", (at) => rmSync(join(at, NOTE)), "no usable image-gate.json"],
    ["a broken note", (at) => writeFileSync(join(at, NOTE), "[1]"), "no usable image-gate.json"],
    ["a note of 70 KB", (at) => noteHash(at, "0".repeat(70_000)), "no usable image-gate.json"],
  ])("is not used after %s, and no hash is passed on that was not computed", async (_, change, why) => {
    change((await get("a")).folder);
    const again = await get("a");
    expect(asked).toEqual(["a", "a"]);
    expect(again.note.files.words).toEqual(sha256OfBytes(Buffer.from("of a")));
    expect(world.lines.filter((line) => line.startsWith("warning: The words: the stored one is not used: "))).toEqual([
      expect.stringContaining(why),
    ]);
    expect((await get("a")).folder).toBe(again.folder);
    expect(asked).toEqual(["a", "a"]);
    change(again.folder);
    sources.a = undefined;
    await expect(get("a")).rejects.toMatchObject({
      what: expect.stringMatching(/^this machine's store: replaced: .*; a: unavailable/),
    });
  });

  it("whose first file is gone is fetched without a warning", async () => {
    rmSync(join((await get("a")).folder, "words"));
    expect((await get("a")).value).toBe("of a");
    expect(asked).toEqual(["a", "a"]);
    expect(world.lines.filter((line) => line.startsWith("warning"))).toEqual([]);
  });

  it("that a source has and cannot be used leads to the next one, and nothing of it stays", async () => {
    sources.a = "";
    expect((await get("a", "b")).value).toBe("of b");
    expect(world.lines.join("\n")).toContain("The words, a: it is empty");
    const { store } = databaseStore(world);
    expect(readdirSync(store).map((name) => name.replace(/-.*/, ""))).toEqual(["locks", "words", "words"]);
    await expect(get("a")).rejects.toMatchObject({ what: "a: empty: it is empty" });
    expect(readdirSync(store).filter((name) => name.startsWith("fresh-"))).toEqual([]);
  });

  it("is whatever is there if no source may be asked", async () => {
    await expect(getWith(undefined)).rejects.toMatchObject({ code: "words-offline" });
    const { folder: at } = await get("a");
    nowMs += 2 * HOUR;
    expect(await getWith(undefined)).toMatchObject({ value: "of a", notRefreshed: { code: "words-offline" } });
    expect(asked).toEqual(["a"]);
    expect(readNote(at)?.from).toBe("a");
    writeFileSync(join(at, "words"), "others");
    await expect(getWith(undefined)).rejects.toMatchObject({ code: "words-unavailable" });
  });

  // Proves: database-shared-place-not
  it("stays whole for a run that uses it while another one replaces it", async () => {
    const first = await get("a");
    nowMs += HOUR;
    sources.a = "newer";
    expect((await get("a")).folder).not.toBe(first.folder);
    expect(existsSync(join(first.folder, "words"))).toBe(true);
  });

  it("is fetched once by several runs at the same time", async () => {
    const all = await Promise.all([get("a"), get("a"), get("a")]);
    expect(asked).toEqual(["a"]);
    expect(all.map(({ value, folder: at }) => [value, existsSync(join(at, "words"))])).toEqual(
      Array(3).fill(["of a", true]),
    );
  });

  it("is waited for within the time: a silent source gets half of it, and may be silent for an equal share", async () => {
    const timeout = atMost(1_000);
    sources.a = HANGS;
    const began = performance.now();
    expect((await getWith(["a", "b", "c"], { timeout })).value).toBe("of b");
    const took = performance.now() - began;
    expect(took).toBeGreaterThan(0.4 * timeout);
    expect(took).toBeLessThan(2 * timeout);
    expect(silences[0]).toBeLessThanOrEqual(timeout / 3);
    expect(silences[0]).toBeGreaterThan(timeout / 6);
    expect(world.lines.join("\n")).toContain("The words, a: it did not answer in time");
  });

  it("is left at once when the run is cancelled", async () => {
    sources.a = HANGS;
    const work = get("a", "b");
    setTimeout(() => world.abort(), 50);
    await expect(work).rejects.toMatchObject({ code: "run-cancelled" });
    expect(asked).toEqual(["a"]);
  });
});

describe("data in the shared cache", () => {
  let cache: FolderCache;
  beforeEach(async () => {
    cache = folderCache(join(folder.path, "cache"));
    await getWith(["a"], { cache });
    await cache.settle();
    asked = [];
  });
  /** Another machine, which has nothing but the cache. */
  const elsewhere = () =>
    testWorld(join(folder.path, "elsewhere"), {
      toolCache: join(folder.path, "elsewhere"),
      now: () => new Date(nowMs),
    });

  it("is used on the next machine, and its source is asked if it is due", async () => {
    expect(await getWith(["a"], { cache }, elsewhere())).toMatchObject({ value: "of a" });
    expect(asked).toEqual([]);
    rmSync(join(folder.path, "elsewhere"), { recursive: true });
    nowMs += HOUR;
    const at = elsewhere();
    expect(await getWith(["a"], { cache }, at)).toMatchObject({ value: "of a" });
    expect(asked).toEqual(["a"]);
    expect(at.lines.filter((line) => line.startsWith("warning"))).toEqual([]);
  });

  it.each(["words", "facts", NOTE])(
    "counts as absent if its %s was changed, and is an error if no other can be had",
    async (name) => {
      writeFileSync(cache.file(cache.keys()[0] ?? "", name), " x", { flag: "a" });
      const at = elsewhere();
      sources.a = undefined;
      await expect(getWith(["a"], { cache }, at)).rejects.toMatchObject({
        what: expect.stringMatching(/^the shared cache: replaced: .*; a: unavailable/),
      });
      expect(at.lines.find((line) => line.startsWith("warning"))).toContain("[cache-entry-unusable]");
      sources.a = "of a";
      await getWith(["a"], { cache }, at);
      expect(asked).toEqual(["a", "a"]);
    },
  );

  it.each<[string, () => void, string[], string]>([
    ["from another source", () => {}, ["b"], "info"],
    ["that is too old", () => (nowMs += 25 * HOUR), ["a"], "info"],
    ["under another one's name", () => renamed(), ["a"], "warning"],
  ])("%s is not used", async (_, change, names, level) => {
    change();
    const at = elsewhere();
    expect((await getWith(names, { cache }, at)).value).toBe(`of ${names[0]}`);
    expect(asked).toEqual(names);
    expect(at.lines.find((line) => line.includes("is not used") || line.includes("cache-entry-unusable"))).toMatch(
      new RegExp(`^${level}: `),
    );
  });
  const renamed = () =>
    renameSync(join(folder.path, "cache", cache.keys()[0] ?? ""), join(folder.path, "cache", "words-20991231T000000"));
});

describe("where databases are stored", () => {
  const tools = () => join(folder.path, "tools");
  beforeEach(() => {
    mkdirSync(tools());
    Object.assign(world, { toolCache: tools() });
  });
  const isRunFolder = () => databaseStore(world).store.startsWith(world.runFolder);

  it("is a folder that is ours alone, in the tool cache", () => {
    const { store, problem } = databaseStore(world);
    expect([store, problem]).toEqual([join(realpathSync(tools()), "image-gate"), undefined]);
    expect(statSync(store).mode & 0o7777).toBe(0o700);
  });

  // Proves: database-shared-place-not
  it.each<[string, () => void]>([
    ["a folder that others can write to", () => chmodSync(databaseStore(world).store, 0o777)],
    ["a folder that others can replace", () => chmodSync(tools(), 0o777)],
    [
      "a link's target",
      () => {
        mkdirSync(join(folder.path, "target"));
        symlinkSync(join(folder.path, "target"), join(tools(), "image-gate"));
      },
    ],
    ["anywhere without a tool cache", () => Object.assign(world, { toolCache: undefined })],
  ])("is not %s, but the run's own folder", (_, change) => {
    change();
    expect(isRunFolder()).toBe(true);
  });

  it("is the user's cache folder if others can write to the tool cache, and a problem names each refused one", () => {
    chmodSync(tools(), 0o777);
    expect(databaseStore(world).problem).toContain(`${join(tools(), "image-gate")} can be changed by others`);
    Object.assign(world.env, { HOME: join(folder.path, "home") });
    expect(databaseStore(world).store).toBe(join(folder.path, "home/.cache/image-gate"));
    Object.assign(world.env, { XDG_CACHE_HOME: join(folder.path, "xdg") });
    expect(databaseStore(world).store).toBe(join(folder.path, "xdg/image-gate"));
    chmodSync(join(folder.path, "xdg"), 0o777);
    expect(isRunFolder()).toBe(true);
  });
});
