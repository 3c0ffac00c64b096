import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { isOpen } from "../../src/domain/history/record.ts";
import { imagePath, sbomPath, sha256 } from "../../src/state/documents.ts";
import { loadState } from "../../src/state/load.ts";
import type { SavedState } from "../../src/state/save.ts";
import { saveState } from "../../src/state/save.ts";
import { GateError } from "../../src/system/errors.ts";
import { type Shown, seenOf } from "../domain/history/runs.ts";
import { makeFinding, makePackage } from "../domain/make.ts";
import { type MemoryStore, memoryStore } from "./memory-store.ts";

const NAME = "ghcr.io/acme/app";
const PATH = imagePath(NAME);
const WEEKS = ["2026-01-05T03:00:00.000Z", "2026-01-12T03:00:00.000Z", "2026-01-19T03:00:00.000Z"] as const;
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

async function run(
  store: MemoryStore,
  now: string,
  images: readonly Shown[],
  sboms: Readonly<Record<string, string>> = {},
  number?: number,
) {
  const loaded = await loadState(store, now);
  const packed = new Map(Object.entries(sboms).map(([key, text]) => [key, gzipSync(text)]));
  const saved = await saveState(store, loaded, { seen: seenOf(now, images), run: numbered(number), sboms: packed });
  return { loaded, saved };
}

const numbered = (number: number | undefined, server = "gitlab.test") =>
  number === undefined ? undefined : { server, number };

function edit(store: MemoryStore, path: string, change: (text: string) => string): void {
  store.files = new Map(
    [...store.files].map(([name, content]) => [
      name,
      name === path ? Buffer.from(change(content.toString())) : content,
    ]),
  );
}

/** The index has the hashes of its current files. */
function vouch(store: MemoryStore): void {
  edit(store, "index.json", (text) => {
    const index = JSON.parse(text) as { files: Record<string, string> };
    for (const path of Object.keys(index.files)) index.files[path] = sha256(store.files.get(path) ?? "");
    return JSON.stringify(index);
  });
}

function drop(store: MemoryStore, path: string): void {
  store.files = new Map([...store.files].filter(([name]) => name !== path));
}

const told = ({ changes }: SavedState) =>
  changes.map(({ opened, closed }) => [opened.map(({ id }) => id), closed.map(({ id }) => id)]);

describe("what a run stores", () => {
  it("is read back by the next run as it was", async () => {
    const store = memoryStore();
    const { saved } = await run(store, WEEKS[0], [{ ids: ["CVE-1", "CVE-2"] }]);
    expect(saved).toMatchObject({ at: "memory" });
    const { records, notes, problem, updated } = await loadState(store, WEEKS[1]);
    expect({ notes, problem, updated }).toEqual({ notes: [], problem: undefined, updated: WEEKS[0] });
    expect(records).toEqual(new Map(saved.changes.map(({ image, after }) => [image, after])));
  });

  it("has one line for each finding, and the index one for each file", async () => {
    const store = memoryStore();
    await run(store, WEEKS[0], [{ ids: ["CVE-1", "CVE-2"] }]);
    const lines = store.files.get(PATH)?.toString().split("\n") ?? [];
    expect(lines.filter((line) => line.includes('"id":"CVE-'))).toHaveLength(2);
    expect(store.files.get("index.json")?.toString()).toContain(
      `  "${PATH}": "${sha256(store.files.get(PATH) ?? "")}"\n`,
    );
  });

  it("changes no file of an image that was not looked at", async () => {
    const store = memoryStore();
    await run(store, WEEKS[0], [{ ids: ["CVE-1"] }, { name: "ghcr.io/acme/other", ids: [], source: "docker" }]);
    const loaded = await loadState(store, WEEKS[1]);
    const seen = { ...seenOf(WEEKS[1], [{ ids: ["CVE-1"] }]), unreadSources: ["docker"] };
    await saveState(store, loaded, { seen, sboms: new Map() });
    expect([...(store.changes.at(-1)?.put.keys() ?? [])].sort()).toEqual([PATH, "index.json"]);
  });

  it("is one line of what happened for the branch's own history", async () => {
    const store = memoryStore();
    await run(store, WEEKS[0], [{ ids: ["CVE-1", "CVE-2"] }]);
    await run(store, WEEKS[1], [{ ids: ["CVE-2", "CVE-3"] }]);
    expect(store.changes.map(({ message }) => message)).toEqual([
      "Rescan of 2026-01-05: 1 image, findings: 2 opened, 0 closed",
      "Rescan of 2026-01-12: 1 image, findings: 1 opened, 1 closed",
    ]);
  });

  it("forgets an image 400 days after it stopped running", async () => {
    const store = memoryStore();
    await run(store, WEEKS[0], [{ ids: ["CVE-1"] }, { name: "ghcr.io/acme/old", ids: ["CVE-1"] }]);
    await run(store, WEEKS[1], [{ ids: ["CVE-1"] }]);
    await run(store, "2027-02-16T03:00:00.000Z", [{ ids: ["CVE-1"] }]);
    expect(store.files.has(imagePath("ghcr.io/acme/old"))).toBe(true);
    await run(store, "2027-02-17T03:00:00.000Z", [{ ids: ["CVE-1"] }]);
    expect(store.files.has(imagePath("ghcr.io/acme/old"))).toBe(false);
    expect((await loadState(store, "2027-02-18T03:00:00.000Z")).notes).toEqual([]);
  });
});

describe("an image whose author wants to break the history", () => {
  const long = "x".repeat(20_000);
  // Proves: one-image-does-not
  it.each([
    ["advisory", makeFinding({ id: long })],
    ["path", makeFinding({ path: long })],
    ["package", makeFinding({ package: makePackage({ purl: `pkg:npm/${long}@1` }) })],
    ["version", makeFinding({ package: makePackage({ version: long }) })],
    ["path of half a character", makeFinding({ path: "a\ud800b" })],
    ["path that is a key of every object", makeFinding({ path: "__proto__" })],
  ])("by the %s has one like any other: it is read back, and nothing opens twice", async (_, finding) => {
    const store = memoryStore();
    await run(store, WEEKS[0], [{ findings: [finding] }]);
    const { loaded, saved } = await run(store, WEEKS[1], [{ findings: [finding] }]);
    expect([loaded.problem, loaded.notes]).toEqual([undefined, []]);
    expect(saved.changes.map(({ opened, closed, after }) => [opened, closed, after.findings.length])).toEqual([
      [[], [], 1],
    ]);
  });

  // Proves: one-image-does-not
  it("by its size has its own error: its history stays as it was, and the history of others goes on", async () => {
    const store = memoryStore();
    await run(store, WEEKS[0], [{ ids: ["CVE-1"] }, { name: "x.io/y", ids: [] }]);
    const large = Array.from({ length: 70 }, (_, at) => makeFinding({ path: `${at}${"x".repeat(1 << 20)}` }));
    const { saved } = await run(store, WEEKS[1], [{ findings: large }, { name: "x.io/y", ids: ["CVE-2"] }]);
    expect(saved).toMatchObject({ at: "memory", notWritten: { error: { code: "state-image-too-large" } } });
    expect(saved.notWritten?.error?.what).toContain(NAME);
    const { records, problem } = await loadState(store, WEEKS[2]);
    expect(problem).toBeUndefined();
    const ids = (name: string) => records.get(name)?.findings.map(({ id }) => id);
    expect([ids(NAME), ids("x.io/y")]).toEqual([["CVE-1"], ["CVE-2"]]);
  });
});

describe("stored SBOMs", () => {
  it("are found by their digest, and removed once it no longer runs", async () => {
    const store = memoryStore();
    const both = [
      { ids: [], digest: digest("a") },
      { name: "x.io/y", ids: [], digest: digest("b") },
    ];
    await run(store, WEEKS[0], both, { [digest("a")]: "{a}", [digest("b")]: "{b}" });
    const { loaded } = await run(store, WEEKS[1], [{ ids: [], digest: digest("a") }]);
    expect(loaded.sbom(digest("a"))).toEqual(gzipSync("{a}"));
    expect(loaded.sbom(digest("c"))).toBeUndefined();
    const after = await loadState(store, WEEKS[2]);
    expect([after.sbom(digest("a")) !== undefined, after.sbom(digest("b"))]).toEqual([true, undefined]);
    expect(store.files.has(sbomPath(digest("b")) ?? "")).toBe(false);
  });

  it("have no colon in their file's name, which Windows and artifacts refuse", () => {
    expect(sbomPath(digest("a"))).toBe(`sboms/sha256-${"a".repeat(64)}.cdx.json.gz`);
    expect(sbomPath("../../etc/passwd")).toBeUndefined();
  });

  // Proves: edited-history-hides-nothing
  it("are not used if they were edited, and made again", async () => {
    const store = memoryStore();
    const shown = [{ ids: [], digest: digest("a") }];
    await run(store, WEEKS[0], shown, { [digest("a")]: "{a}" });
    edit(store, sbomPath(digest("a")) ?? "", () => "empty: no packages, no findings");
    const { loaded } = await run(store, WEEKS[1], shown, { [digest("a")]: "{a}" });
    expect(loaded.sbom(digest("a"))).toBeUndefined();
    expect(loaded.notes).toEqual([
      `${sbomPath(digest("a"))} of the memory was changed outside of Image Gate: it is not used, and made again.`,
    ]);
    expect((await loadState(store, WEEKS[2])).sbom(digest("a"))).toEqual(gzipSync("{a}"));
  });
});

describe("a history that was edited", () => {
  // Proves: edited-history-hides-nothing
  it("to hide a finding is reported, and the next scan finds it again", async () => {
    const store = memoryStore();
    await run(store, WEEKS[0], [{ ids: ["CVE-1", "CVE-2"] }]);
    edit(store, PATH, (text) => text.replace(/\n.*"id":"CVE-1".*/, ""));
    const { loaded, saved } = await run(store, WEEKS[1], [{ ids: ["CVE-1", "CVE-2"] }]);
    expect(loaded.notes).toEqual([
      `${PATH} of the memory was changed outside of Image Gate: the history of its image begins again with this scan.`,
    ]);
    expect(told(saved)).toEqual([[["CVE-1", "CVE-2"], []]]);
    expect((await loadState(store, WEEKS[2])).records.get(NAME)?.findings.filter(isOpen)).toHaveLength(2);
  });

  it("by removing a file is reported as well", async () => {
    const store = memoryStore();
    await run(store, WEEKS[0], [{ ids: ["CVE-1"] }]);
    drop(store, PATH);
    const { loaded } = await run(store, WEEKS[1], [{ ids: ["CVE-1"] }]);
    expect(loaded.notes).toEqual([
      `${PATH} of the memory is missing: the history of its image begins again with this scan.`,
    ]);
    expect((await loadState(store, WEEKS[2])).notes).toEqual([]);
  });

  it("by adding a file is reported, and the file is removed", async () => {
    const store = memoryStore();
    await run(store, WEEKS[0], [{ ids: ["CVE-1"] }]);
    const added = imagePath("ghcr.io/acme/other");
    store.files = new Map([...store.files, [added, Buffer.from("{}")]]);
    const { loaded } = await run(store, WEEKS[1], [{ ids: ["CVE-1"] }]);
    expect(loaded.notes).toEqual([`${added} of the memory is not in its index.json: it is ignored, and removed.`]);
    expect(store.files.has(added)).toBe(false);
  });

  // Proves: edited-history-hides-nothing
  it("in any number of files names some of them, and counts the rest", async () => {
    const store = memoryStore();
    await run(store, WEEKS[0], [{ ids: ["CVE-1"] }]);
    const missing = Array.from({ length: 30_000 }, (_, at) => [imagePath(`image ${at}`), sha256("")]);
    edit(store, "index.json", (text) => {
      const index = JSON.parse(text) as { files: Record<string, string> };
      return JSON.stringify({ ...index, files: { ...index.files, ...Object.fromEntries(missing) } });
    });
    const { notes, records } = await loadState(store, WEEKS[1]);
    expect([notes.length, notes.at(-1)]).toEqual([21, "and 29,980 more such files"]);
    expect([...records.keys()]).toEqual([NAME]);
  });

  /** Replaces a part of a file. An edited record is vouched for by the index. */
  const replacing = (path: string, from: string | RegExp, to: string) => (store: MemoryStore) => {
    edit(store, path, (text) => text.replace(from, to));
    if (path !== "index.json") vouch(store);
  };
  const OPENED = `"opened":"${WEEKS[0]}"`;
  const ENDED = `${OPENED},"closed":"2026-01-04T03:00:00.000Z","why":"fixed"`;
  const broken: readonly (readonly [string, string, (store: MemoryStore) => void])[] = [
    ["has no index", "state-damaged", (store) => drop(store, "index.json")],
    ["has an index that is not JSON", "state-damaged", replacing("index.json", "{", "")],
    [
      "has an index with a key twice",
      "state-damaged",
      replacing("index.json", "{", '{"updated": "2020-01-01T00:00:00.000Z",'),
    ],
    ["has an index with an unknown key", "state-damaged", replacing("index.json", "{", '{"more": 1,')],
    ["has an index that names other files", "state-damaged", replacing("index.json", "images/", "../images/")],
    ["has an index of a newer version", "state-newer", replacing("index.json", '"version": 1', '"version": 2')],
    ["has a file of a newer version", "state-newer", replacing(PATH, '"version":1', '"version":2')],
    ["has a file with an unknown key", "state-damaged", replacing(PATH, '"kind"', '"hidden":true,"kind"')],
    ["has a finding with a key twice", "state-damaged", replacing(PATH, '"id":', '"id":"CVE-0","id":')],
    ["has a time that there is not", "state-damaged", replacing(PATH, /2026-01-05/g, "2026-02-30")],
    ["has an episode that ends before it begins", "state-damaged", replacing(PATH, OPENED, ENDED)],
    ["has an image under another name", "state-damaged", replacing(PATH, NAME, "ghcr.io/acme/other")],
  ];
  // Proves: history-not-understood-not
  it.each(broken)(
    "that %s is %s: nothing is written over it, and what was scanned is reported",
    async (_, code, destroy) => {
      const store = memoryStore();
      await run(store, WEEKS[0], [{ ids: ["CVE-1"] }]);
      destroy(store);
      const before = store.files;
      const { loaded, saved } = await run(store, WEEKS[1], [{ ids: ["CVE-1", "CVE-2"] }]);
      expect(loaded.problem?.code).toBe(code);
      expect(loaded.sbom(digest("a"))).toBeUndefined();
      expect(saved.notWritten?.error?.code).toBe(code);
      expect(told(saved)).toEqual([[["CVE-1", "CVE-2"], []]]);
      expect(store.files).toBe(before);
    },
  );
});

describe("two runs at once", () => {
  it("end with what the newer of them saw: it merges on the result of the older one", async () => {
    const store = memoryStore();
    await run(store, WEEKS[0], [{ ids: ["CVE-1"] }]);
    store.meanwhile = () => run(store, WEEKS[1], [{ ids: ["CVE-1", "CVE-2"] }]);
    const { saved } = await run(store, "2026-01-12T03:00:01.000Z", [{ ids: ["CVE-3", "CVE-1"] }]);
    expect([saved.at, saved.notWritten]).toEqual(["memory", undefined]);
    expect(store.changes).toHaveLength(3);
    expect(told(saved)).toEqual([[["CVE-3"], ["CVE-2"]]]);
  });

  it("let the older one write nothing, and say so: it reports what differs from the history that it read", async () => {
    const store = memoryStore();
    await run(store, WEEKS[0], [{ ids: ["CVE-1"] }]);
    store.meanwhile = () =>
      run(store, "2026-01-12T03:00:01.000Z", [{ ids: ["CVE-1", "CVE-2"] }, { name: "x.io/y", ids: ["CVE-9"] }]);
    const { saved } = await run(store, WEEKS[1], [{ ids: ["CVE-3", "CVE-1"] }]);
    const why = `a later run has written it (at 2026-01-12T03:00:01.000Z, this is of ${WEEKS[1]})`;
    expect(saved).toMatchObject({ notWritten: { why }, supersededBecause: why });
    expect(saved.at).toBeUndefined();
    expect(told(saved)).toEqual([[["CVE-3"], []]]);
    expect(store.changes).toHaveLength(2);
    const { records } = await loadState(store, WEEKS[2]);
    expect(records.get(NAME)?.findings.map(({ id }) => id)).toEqual(["CVE-1", "CVE-2"]);
  });

  it("end as well if others write again and again, but then it is reported", async () => {
    const store = memoryStore();
    const write = store.write.bind(store);
    store.write = async (change) => {
      const moved = await write({ ...change, base: { files: new Map(), revision: "another" } });
      return moved;
    };
    const { saved } = await run(store, WEEKS[0], [{ ids: ["CVE-1"] }]);
    expect(saved.notWritten?.error?.code).toBe("state-contended");
    expect(told(saved)).toEqual([[["CVE-1"], []]]);
  });

  it("do not write over what became damaged meanwhile", async () => {
    const store = memoryStore();
    await run(store, WEEKS[0], [{ ids: ["CVE-1"] }]);
    store.meanwhile = async () => edit(store, "index.json", () => "{}");
    const { saved } = await run(store, WEEKS[1], [{ ids: ["CVE-2"] }]);
    expect(saved.notWritten).toMatchObject({ error: expect.any(GateError) });
    expect(store.files.get("index.json")?.toString()).toBe("{}");
  });
});

describe("a run that must not write", () => {
  it("tells what it saw, and that is not an error", async () => {
    const store = memoryStore();
    store.readOnlyBecause = async () => "this run is not of the default branch";
    const { saved } = await run(store, WEEKS[0], [{ ids: ["CVE-1"] }]);
    expect(saved.notWritten).toEqual({ why: "this run is not of the default branch" });
    expect(told(saved)).toEqual([[["CVE-1"], []]]);
    expect(store.files.size).toBe(0);
  });

  it("because the store fails is reported with the cause", async () => {
    const store = memoryStore();
    store.write = () => Promise.reject(new Error("no room"));
    const { saved } = await run(store, WEEKS[0], [{ ids: ["CVE-1"] }]);
    expect(saved.notWritten).toMatchObject({
      why: "Image Gate itself failed: no room",
      error: { code: "internal-error" },
    });
    expect(saved.notWritten?.error?.remedy).toContain("Please report it");
  });
});

describe("a clock that goes back", () => {
  it("makes no time negative: by less than an hour, the run counts from the end of the history", async () => {
    const store = memoryStore();
    await run(store, "2026-01-12T03:59:59.000Z", [{ ids: ["CVE-1", "CVE-2"] }]);
    const { loaded } = await run(store, WEEKS[1], [{ ids: ["CVE-2", "CVE-3"] }]);
    expect([loaded.notes, loaded.problem]).toEqual([[], undefined]);
    const { records, updated } = await loadState(store, WEEKS[2]);
    const end = "2026-01-12T03:59:59.000Z";
    expect(updated).toBe(end);
    expect(records.get(NAME)?.findings.map(({ id, episodes }) => [id, episodes])).toEqual([
      ["CVE-1", [{ opened: end, closed: end, why: "fixed" }]],
      ["CVE-2", [{ opened: end }]],
      ["CVE-3", [{ opened: end }]],
    ]);
  });

  // Proves: no-time-come-enters
  it("further is an error, as ended exceptions would hold: nothing is written, and what was scanned is reported", async () => {
    const store = memoryStore();
    await run(store, WEEKS[1], [{ ids: ["CVE-1"] }]);
    const before = store.files;
    const { saved } = await run(store, WEEKS[0], [{ ids: ["CVE-2"] }]);
    expect(saved.notWritten?.error).toMatchObject({
      code: "state-ahead",
      what: `The history in the memory was last written at ${WEEKS[1]}, but this run's clock says ${WEEKS[0]}: one of them is wrong`,
    });
    expect(told(saved)).toEqual([[["CVE-2"], []]]);
    expect(store.files).toBe(before);
  });
});

describe("a history from the future", () => {
  // Proves: no-time-come-enters
  it("by its index's time moves no deadline and forgets nothing: it is an error", async () => {
    const store = memoryStore();
    await run(store, WEEKS[0], [{ ids: ["CVE-1"] }]);
    edit(store, "index.json", (text) => text.replace(WEEKS[0], "9999-12-31T23:59:59.999Z"));
    const before = store.files;
    const { saved } = await run(store, WEEKS[1], [{ ids: ["CVE-1", "CVE-2"] }]);
    expect(saved.notWritten?.error?.code).toBe("state-ahead");
    expect(saved.changes.flatMap(({ after }) => after.findings.map((each) => each["last-seen"]))).toEqual([
      WEEKS[1],
      WEEKS[1],
    ]);
    expect(store.files).toBe(before);
  });

  // Proves: no-time-come-enters
  it.each(["opened", "last-seen", "fix-since", "gone-since", "scanned"])(
    "by %s in a file that the index vouches for is damaged",
    async (key) => {
      const store = memoryStore();
      const fixable = makeFinding({ id: "CVE-1", fixedVersions: ["2"] });
      await run(store, WEEKS[0], [{ findings: [fixable] }, { name: "x.io/y", ids: [] }]);
      if (key === "gone-since") await run(store, "2026-01-05T03:00:01.000Z", [{ name: "x.io/y", ids: [] }]);
      const text = store.files.get(PATH)?.toString() ?? "";
      edit(store, PATH, () => text.replace(new RegExp(`("${key}": ?)"[^"]+"`), '$1"2027-01-01T00:00:00.000Z"'));
      expect(store.files.get(PATH)?.toString()).not.toBe(text);
      vouch(store);
      const { loaded } = await run(store, WEEKS[1], []);
      expect(loaded.problem).toMatchObject({
        code: "state-damaged",
        what: expect.stringContaining("after its last run"),
      });
    },
  );
});

describe("an older run that is started again", () => {
  // Proves: older-pipeline-not-last
  it("writes nothing over a newer one's history, and says so; the newest run, started again, does", async () => {
    const store = memoryStore();
    await run(store, WEEKS[0], [{ ids: ["CVE-1", "CVE-2"] }], {}, 1001);
    await run(store, WEEKS[1], [{ ids: ["CVE-2"] }], {}, 1002);
    const before = store.files;
    const { saved } = await run(store, WEEKS[2], [], {}, 1001);
    const why = "a newer run has written it (1002, this is 1001)";
    expect(saved).toMatchObject({ notWritten: { why }, supersededBecause: why });
    expect(saved.at).toBeUndefined();
    expect(store.files).toBe(before);
    const again = await run(store, WEEKS[2], [{ ids: [] }], {}, 1002);
    expect(again.saved.at).toBe("memory");
    expect(again.saved.supersededBecause).toBeUndefined();
    expect(told(again.saved)).toEqual([[[], ["CVE-2"]]]);
  });

  it("of another server, or without a number, is not an older run, and a slow one writes nothing", async () => {
    const store = memoryStore();
    await run(store, WEEKS[0], [{ ids: ["CVE-1"] }], {}, 1002);
    const elsewhere = await saveState(store, await loadState(store, WEEKS[1]), {
      seen: seenOf(WEEKS[1], [{ ids: ["CVE-1"] }]),
      run: numbered(7, "other.test"),
      sboms: new Map(),
    });
    expect(elsewhere).toMatchObject({ at: "memory" });
    expect((await run(store, WEEKS[1], [{ ids: ["CVE-1"] }])).saved).toMatchObject({ at: "memory" });
    const loaded = await loadState(store, WEEKS[1]);
    await run(store, WEEKS[2], [{ ids: ["CVE-1"] }], {}, 1002);
    const seen = seenOf(WEEKS[1], [{ ids: ["CVE-1", "CVE-3"] }]);
    const slow = await saveState(store, loaded, { seen, run: numbered(1001), sboms: new Map() });
    const why = "a newer run has written it (1002, this is 1001)";
    expect(slow).toMatchObject({ notWritten: { why }, supersededBecause: why });
    expect((await loadState(store, WEEKS[2])).run).toEqual(numbered(1002));
  });
});
