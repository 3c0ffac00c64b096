import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { whileLocked } from "../../../src/system/store/lock.ts";
import { type TestWorld, testWorld } from "../../scanners/trivy/world.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/runs/folder.ts";

let folder: TemporaryFolder;
let world: TestWorld;
beforeEach(() => {
  folder = temporaryFolder("lock");
  world = testWorld(folder.path);
});
afterEach(() => folder.remove());

const locked = <T>(waitMs: number, work: (lock: "held" | "not-held") => Promise<T>) =>
  whileLocked({ folder: folder.path, name: "x", doing: "downloading the example", waitMs }, world, work);
const lock = (waitMs: number) => locked(waitMs, async (how) => how);

/** Another process that holds the lock until it is ended. */
async function holder() {
  const program = `
    import { whileLocked } from ${JSON.stringify(join(import.meta.dirname, "../../../src/system/store/lock.ts"))};
    const world = { signal: new AbortController().signal, log: { info() {} } };
    await whileLocked({ folder: ${JSON.stringify(folder.path)}, name: "x", doing: "downloading the example", waitMs: 0 }, world, async (how) => {
      console.log(how);
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = await once(child.stdout, "data");
  expect(String(said).trim()).toBe("held");
  return child;
}

it("is held by one at a time, and by the next when that has ended", async () => {
  const order: string[] = [];
  const one = async (name: string) =>
    locked(30_000, async (how) => {
      order.push(`${name} ${how}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push(`${name} ends`);
    });
  await Promise.all([one("a"), one("b"), one("c")]);
  expect(order).toHaveLength(6);
  for (let at = 0; at < 6; at += 2) expect(order[at + 1]).toBe(order[at]?.replace("held", "ends"));
});

it("is let go when the work fails, and the failure passed on", async () => {
  await expect(locked(0, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await lock(0)).toBe("held");
});

it("keeps another process out, which goes on by itself when its time is over", async () => {
  const child = await holder();
  try {
    expect(await lock(300)).toBe("not-held");
    expect(world.lines.join("\n")).toMatch(
      /Another run on this machine is downloading the example; .*\n.*takes too long/,
    );
  } finally {
    child.kill("SIGKILL");
  }
});

it("does not survive a process that was killed", async () => {
  const child = await holder();
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await lock(0)).toBe("held");
});

it("is given up at once when the run is cancelled", async () => {
  const child = await holder();
  try {
    const waiting = lock(60_000);
    setTimeout(() => world.abort(), 100);
    await expect(waiting).rejects.toMatchObject({ code: "run-cancelled" });
  } finally {
    child.kill("SIGKILL");
  }
});

/** Its place, empty. */
function lockFile(): string {
  mkdirSync(join(folder.path, "locks"));
  return join(folder.path, "locks", "x");
}

it.each<[string, () => unknown]>([
  ["is something other than a lock", () => writeFileSync(lockFile(), "x".repeat(5000))],
  ["is a folder", () => mkdirSync(lockFile())],
  ["is in a place that is not a folder", () => [folder.remove(), writeFileSync(folder.path, "")]],
])("stops nothing if it %s", async (_, make) => {
  make();
  expect(await lock(60_000)).toBe("not-held");
});

it("is the only way in which a lock of SQLite is taken", () => {
  const src = join(import.meta.dirname, "../../../src");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const locking = files.filter((file) =>
    /\bBEGIN (?:EXCLUSIVE|IMMEDIATE)\b|locking_mode/.test(readFileSync(join(src, file), "utf8")),
  );
  expect(locking).toEqual([join("system", "store", "lock.ts")]);
});
