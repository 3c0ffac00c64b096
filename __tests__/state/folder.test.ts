import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StateChange } from "../../src/forge/forge.ts";
import { sha256 } from "../../src/state/documents.ts";
import { stateFolder } from "../../src/state/folder.ts";
import { loadState } from "../../src/state/load.ts";
import { saveState } from "../../src/state/save.ts";
import { type Shown, seenOf } from "../domain/history/runs.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";

const NAME = "ghcr.io/acme/app";
const DIGEST = `sha256:${"a".repeat(64)}`;
const WEEKS = ["2026-01-05T03:00:00.000Z", "2026-01-12T03:00:00.000Z"] as const;
const quiet = {
  info() {},
  debug() {},
  startGroup() {},
  endGroup() {},
  notice() {},
  warning() {},
  error() {},
  annotate() {},
  show: () => {},
  annotationsLeft: () => 9,
  mask() {},
};

const mount = (program: string, ...args: readonly string[]) => spawnSync(program, args).status === 0;

function canMount(): boolean {
  if (process.geteuid?.() !== 0) return false;
  using folder = temporaryFolder();
  return mount("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.path) && mount("umount", folder.path);
}

let folder: TemporaryFolder;
let workspace: string;
let world: Parameters<typeof stateFolder>[1];
beforeEach(() => {
  folder = temporaryFolder();
  workspace = join(folder.path, "workspace");
  mkdirSync(workspace, { recursive: true });
  world = { workspace, temp: join(folder.path, "temp"), signal: new AbortController().signal, log: quiet };
});
afterEach(() => folder.remove());
const store = (path = "history") => stateFolder(path, world);

async function run(store: ReturnType<typeof stateFolder>, now: string, images: readonly Shown[]) {
  const loaded = await loadState(store, now);
  return { loaded, saved: await saveState(store, loaded, { seen: seenOf(now, images), sboms: new Map() }) };
}

function changeOf(revision: string | undefined, text: string): StateChange {
  return {
    base: { revision, files: new Map() },
    put: new Map([["index.json", Buffer.from(text)]]),
    remove: [],
    message: "test",
  };
}

describe("a state in a folder", () => {
  it("is made by the first run and read by the next", async () => {
    const { saved } = await run(store(), WEEKS[0], [{ ids: ["CVE-1"] }]);
    expect(saved.at).toBe("history");
    expect(readdirSync(join(workspace, "history")).sort()).toEqual(["index.json", "locks", "objects"]);
    const { loaded } = await run(store(), WEEKS[1], [{ ids: [] }]);
    expect(loaded.notes).toEqual([]);
    expect(loaded.records.get(NAME)?.findings).toHaveLength(1);
    const { records } = await loadState(store(), WEEKS[1]);
    expect(records.get(NAME)?.findings[0]?.episodes).toEqual([{ opened: WEEKS[0], closed: WEEKS[1], why: "fixed" }]);
  });

  it("loses nothing if two runs write at once", async () => {
    const saved = await Promise.all([
      run(store(), WEEKS[0], [{ ids: ["CVE-1"] }]),
      run(store(), WEEKS[1], [{ name: "x.io/y", ids: ["CVE-2"] }]),
    ]);
    expect(saved.map(({ saved: { at } }) => at)).toEqual(["history", "history"]);
    const { records } = await loadState(store(), WEEKS[1]);
    expect([...records.keys()].sort()).toEqual([NAME, "x.io/y"]);
  });

  // Proves: another-user-machine-vouches
  it.each([
    ["the folder", "."],
    ["the folder of files", "objects"],
    ["an SBOM", join("objects", sha256("packed"))],
    ["the folder above", ".."],
  ])("that every account may write, by %s, gives no SBOM, and that is reported", async (_, open) => {
    const seen = seenOf(WEEKS[0], [{ ids: [], digest: DIGEST }]);
    const sboms = new Map([[DIGEST, Buffer.from("packed")]]);
    await saveState(store(), await loadState(store(), WEEKS[0]), { seen, sboms });
    const closed = await loadState(store(), WEEKS[1]);
    expect([closed.sbom(DIGEST)?.toString(), closed.notes]).toEqual(["packed", []]);
    chmodSync(join(workspace, "history", open), 0o777);
    const { sbom, notes, records } = await loadState(store(), WEEKS[1]);
    expect([sbom(DIGEST), notes]).toEqual([
      undefined,
      [expect.stringContaining("Every account on this machine can write")],
    ]);
    expect([...records.keys()]).toEqual([NAME]);
  });

  it("refuses a write on what is no longer there", async () => {
    expect(await store().write(changeOf(undefined, "one"))).toMatchObject({ at: "history" });
    expect(await store().write(changeOf(undefined, "two"))).toEqual({ moved: true });
  });

  it("is as before if a write was interrupted, and the next write removes what that left", async () => {
    await run(store(), WEEKS[0], [{ ids: ["CVE-1"] }]);
    const left = join(workspace, "history/objects", sha256("left"));
    writeFileSync(left, "left");
    const { updated, notes } = await loadState(store(), WEEKS[1]);
    expect({ updated, notes }).toEqual({ updated: WEEKS[0], notes: [] });
    await run(store(), WEEKS[1], [{ ids: ["CVE-2"] }]);
    expect(existsSync(left)).toBe(false);
    expect(readdirSync(join(workspace, "history/objects"))).toHaveLength(1);
  });

  it("leaves alone what else is there, also below its own folders' names", async () => {
    const others = ["objects/house.obj", "objects/pack/one.pack", "images/logo.png", "sboms/app.json"];
    for (const each of others) {
      mkdirSync(dirname(join(workspace, "history", each)), { recursive: true });
      writeFileSync(join(workspace, "history", each), "not ours");
    }
    for (const week of WEEKS) expect((await run(store(), week, [{ ids: [week] }])).saved.at).toBe("history");
    expect(others.filter((each) => !existsSync(join(workspace, "history", each)))).toEqual([]);
  });

  it("tells of a file that was changed or removed, and begins that history again", async () => {
    const objects = join(workspace, "history/objects");
    await run(store(), WEEKS[0], [{ ids: ["CVE-1"] }]);
    const [name = ""] = readdirSync(objects);
    writeFileSync(join(objects, name), readFileSync(join(objects, name), "utf8").replace("CVE-1", "CVE-9"));
    const changed = await loadState(store(), WEEKS[1]);
    expect(changed.notes).toEqual([expect.stringContaining("was changed outside of Image Gate")]);
    expect([...changed.records]).toEqual([]);
    rmSync(join(objects, name));
    expect((await loadState(store(), WEEKS[1])).notes).toEqual([expect.stringContaining("is missing")]);
  });

  it("of an earlier release is read, and then written as it is today", async () => {
    const at = join(workspace, "history");
    await run(store(), WEEKS[0], [{ ids: ["CVE-1"] }]);
    const { files } = await store().read();
    rmSync(join(at, "objects"), { recursive: true });
    for (const [path, content] of files) {
      mkdirSync(dirname(join(at, path)), { recursive: true });
      writeFileSync(join(at, path), content);
    }
    const { loaded } = await run(store(), WEEKS[1], [{ ids: ["CVE-1"] }]);
    expect({ updated: loaded.updated, notes: loaded.notes }).toEqual({ updated: WEEKS[0], notes: [] });
    expect(readdirSync(at).sort()).toEqual(["index.json", "locks", "objects"]);
    const { records, notes } = await loadState(store(), WEEKS[1]);
    expect(notes).toEqual([]);
    expect(records.get(NAME)?.findings[0]?.episodes).toEqual([{ opened: WEEKS[0] }]);
  });

  // Proves: folder-s-link-leads
  it("is not read through links: not the folder itself, not its folders, not a file", async () => {
    const outside = join(folder.path, "outside");
    mkdirSync(join(outside, "images"), { recursive: true });
    symlinkSync(outside, join(workspace, "link"));
    const codes = async (path: string) => {
      const { loaded, saved } = await run(stateFolder(path, world), WEEKS[0], [{ ids: ["CVE-1"] }]);
      return [loaded.problem?.code, saved.notWritten?.error !== undefined];
    };
    expect(await codes("link")).toEqual(["state-folder-unusable", true]);
    expect(await codes("link/below/it")).toEqual(["state-folder-unusable", true]);
    mkdirSync(join(workspace, "parts"));
    symlinkSync(join(outside, "images"), join(workspace, "parts/images"));
    expect(await codes("parts")).toEqual(["state-folder-unusable", true]);
    mkdirSync(join(workspace, "file"));
    writeFileSync(join(outside, "index.json"), "{}");
    symlinkSync(join(outside, "index.json"), join(workspace, "file/index.json"));
    expect(await codes("file")).toEqual(["state-unreadable", true]);
    expect(readdirSync(outside).sort()).toEqual(["images", "index.json"]);
    expect(readdirSync(join(outside, "images"))).toEqual([]);
    expect(await store("new").read()).toEqual({ files: new Map() });
  });

  it("may be outside of the workspace if the user says so", async () => {
    const path = join(folder.path, "elsewhere");
    expect((await run(store(path), WEEKS[0], [{ ids: ["CVE-1"] }])).saved.at).toBe(path);
  });

  it("is an error that names the folder if it is a file, or is not ours to write", async () => {
    writeFileSync(join(workspace, "history"), "text");
    const { loaded, saved } = await run(store(), WEEKS[0], [{ ids: ["CVE-1"] }]);
    expect(loaded.problem?.message).toContain(
      '[state-folder-unusable] The folder "history" of state-dir is not a folder',
    );
    expect(saved.changes[0]?.opened).toHaveLength(1);
    if (process.geteuid?.() === 0) return;
    mkdirSync(join(workspace, "locked"), { mode: 0o500 });
    expect((await run(store("locked"), WEEKS[0], [{ ids: [] }])).saved.notWritten?.error !== undefined).toBe(true);
    chmodSync(join(workspace, "locked"), 0o700);
  });

  it("is an error, and not a new history, if a link leads nowhere or a folder above cannot be read", async () => {
    symlinkSync("nowhere", join(workspace, "dangling"));
    symlinkSync("loop", join(workspace, "loop"));
    for (const path of ["dangling", "dangling/below", "loop", "loop/below"])
      await expect(store(path).read(), path).rejects.toThrow("is, or is behind, a link that leads nowhere");
    mkdirSync(join(workspace, "closed/history"), { recursive: true });
    for (const path of [folder.path, workspace]) chmodSync(path, 0o755);
    chmodSync(join(workspace, "closed"), 0);
    // Root may read everything, so the test switches to another user for a moment.
    const asRoot = process.geteuid?.() === 0;
    if (asRoot) process.seteuid?.(65_534);
    try {
      await expect(store("closed/history").read()).rejects.toThrow("cannot be read (EACCES)");
    } finally {
      if (asRoot) process.seteuid?.(0);
      chmodSync(join(workspace, "closed"), 0o755);
    }
  });

  it("is an error for a second user, who cannot lock it", async () => {
    await run(store(), WEEKS[0], [{ ids: ["CVE-1"] }]);
    for (const path of [folder.path, workspace]) chmodSync(path, 0o755);
    chmodSync(join(workspace, "history"), 0o777);
    chmodSync(join(workspace, "history/objects"), 0o777);
    const base = await store().read();
    // As if another user owned it, for a test that does not run as root.
    chmodSync(join(workspace, "history/locks"), 0);
    const asRoot = process.geteuid?.() === 0;
    if (asRoot) process.seteuid?.(65_534);
    try {
      const change = { base, put: new Map(), remove: [], message: "" };
      await expect(store().write(change)).rejects.toThrow("cannot be locked by this user");
    } finally {
      if (asRoot) process.seteuid?.(0);
      chmodSync(join(workspace, "history/locks"), 0o700);
    }
  });

  // Node's recursive `mkdir` never returns here.
  it.skipIf(process.platform !== "linux")(
    "is an error, and no endless loop, if the system makes no folder there",
    async () => {
      const { saved } = await run(store("/proc/image-gate"), WEEKS[0], [{ ids: [] }]);
      expect(saved.notWritten?.error?.message).toContain("[state-folder-unusable]");
    },
  );

  it.skipIf(!canMount())("on a full disk is as it was, and the error says so (needs root)", async () => {
    const path = join(workspace, "history");
    mkdirSync(path);
    mount("mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", path);
    try {
      await run(store(), WEEKS[0], [{ ids: ["CVE-1"] }]);
      const before = readdirSync(path, { recursive: true }).sort();
      const ids = Array.from({ length: 2000 }, (_, at) => `CVE-2026-${at}`);
      const { saved } = await run(store(), WEEKS[1], [{ ids }]);
      expect(saved.notWritten?.error?.message).toMatch(/has no space left\. Free some space/);
      expect(readdirSync(path, { recursive: true }).sort()).toEqual(before);
      expect((await loadState(store(), WEEKS[1])).records.get(NAME)?.findings.map(({ id }) => id)).toEqual(["CVE-1"]);
    } finally {
      mount("umount", path);
    }
  });
});
