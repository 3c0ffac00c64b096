import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DataSet, kept, readNote } from "../../src/supply/kept.ts";
import { GateError } from "../../src/system/errors.ts";
import { sha256OfBytes } from "../../src/system/store/hashing.ts";
import { databaseStore } from "../../src/system/store/store.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";

let folder: TemporaryFolder;
let world: TestWorld;
let nowMs: number;
/** The content of each source; undefined: it fails. */
let sources: Record<string, string | undefined>;
let asked: string[];
beforeEach(() => {
  folder = temporaryFolder("kept");
  nowMs = Date.parse("2026-11-24T15:00:00Z");
  world = testWorld(folder.path, { toolCache: folder.path, now: () => new Date(nowMs) });
  sources = { a: "of a", b: "of b" };
  asked = [];
});
afterEach(() => folder.remove());

const HOUR = 3_600_000;

/** A set of one file that is due after an hour, and too old after a day. */
function dataSet(names: readonly string[] | undefined): DataSet<string> {
  return {
    name: "words",
    called: "the words",
    files: ["words"],
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
    async fetch({ name }, into, { former }) {
      asked.push(name);
      const words = sources[name];
      if (words === undefined) throw new Error("it is down");
      if (former?.mark.words === words) return "unchanged";
      writeFileSync(join(into, "words"), words);
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
const get = (...names: string[]) => kept(dataSet(names), { store: databaseStore(world).store, timeout: 60_000 }, world);

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
  it.each([
    ["its bytes", (at: string) => writeFileSync(join(at, "words"), "others")],
    [
      "the hash in its note",
      (at: string) => {
        const note = JSON.parse(readFileSync(join(at, "image-gate.json"), "utf8"));
        writeFileSync(join(at, "image-gate.json"), JSON.stringify({ ...note, files: { words: "0".repeat(64) } }));
      },
    ],
  ])("is not used after a change of %s, and no hash is passed on that was not computed", async (_, change) => {
    change((await get("a")).folder);
    const again = await get("a");
    expect(asked).toEqual(["a", "a"]);
    expect(again.note.files).toEqual({ words: sha256OfBytes(Buffer.from("of a")) });
    expect(world.lines).toContainEqual(
      expect.stringMatching(/^warning: The words: the stored one is not used: the SHA-256/),
    );
    change(again.folder);
    sources.a = undefined;
    await expect(get("a")).rejects.toMatchObject({
      what: expect.stringMatching(/^this machine's store: replaced: .*; a: unavailable/),
    });
  });

  it("that a source has and cannot be used leads to the next one", async () => {
    sources.a = "";
    expect((await get("a", "b")).value).toBe("of b");
    expect(world.lines.join("\n")).toContain("The words, a: it is empty");
  });

  it("is whatever is there if no source may be asked", async () => {
    const offline = () => kept(dataSet(undefined), { store: databaseStore(world).store, timeout: 60_000 }, world);
    await expect(offline()).rejects.toMatchObject({ code: "words-offline" });
    const { folder: at } = await get("a");
    nowMs += 2 * HOUR;
    expect(await offline()).toMatchObject({ value: "of a", notRefreshed: { code: "words-offline" } });
    expect(asked).toEqual(["a"]);
    expect(readNote(at)?.from).toBe("a");
  });
});
