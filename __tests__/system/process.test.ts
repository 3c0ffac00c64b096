import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { askProgram } from "../../src/system/ask-program.ts";
import { type ProcessOptions, runProcess } from "../../src/system/process.ts";
import { writeProgram } from "../support/programs/program.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { atMost } from "../support/runs/patience.ts";

const folder = temporaryFolder("process");
afterAll(() => folder.remove());

const options: ProcessOptions = {
  cwd: folder.path,
  env: { PATH: process.env.PATH ?? "" },
  deadlineMs: 20_000,
  signal: new AbortController().signal,
};
const sh = (script: string, more: Partial<ProcessOptions> = {}) =>
  runProcess("/bin/sh", ["-c", script], { ...options, ...more });

/** True if a process exists and is not a zombie that only waits for its parent. */
function isAlive(pid: string): boolean {
  const status = `/proc/${pid.trim()}/status`;
  return existsSync(status) && !/^State:\s+Z/m.test(readFileSync(status, "utf8"));
}

async function seconds(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return (performance.now() - start) / 1000;
}

describe("runProcess", () => {
  it("tells the exit code, stdout and stderr, and passes arguments as they are", async () => {
    const script = 'printf %s "$1"; echo oops >&2; exit 3';
    const ended = { code: 3, signal: null, timedOut: false, aborted: false };
    const result = await runProcess("/bin/sh", ["-c", script, "x", "a b;$(c)"], options);
    expect(result).toEqual({ ...ended, stdout: "a b;$(c)", stderr: "oops\n" });
  });

  it("inherits nothing of the environment", async () => {
    const { stdout } = await runProcess("/usr/bin/env", [], { ...options, env: { ONLY: "this" } });
    expect(stdout).toBe("ONLY=this\n");
  });

  it("gives each line of stderr as it comes, also the last without an end, and cuts long ones", async () => {
    const lines: string[] = [];
    await sh(String.raw`printf 'one\r\ntwo\n\nthr\303\251e' >&2; head -c 100000 /dev/zero | tr '\0' x >&2`, {
      onStderrLine: (line) => lines.push(line),
    });
    expect(lines.slice(0, 3)).toEqual(["one", "two", ""]);
    expect(lines).toHaveLength(4);
    expect(lines[3]).toMatch(/^thréex{8000,8192} …$/);
  });

  it("keeps only the head of stdout and the tail of stderr", async () => {
    const script = "head -c 3000000 /dev/zero | tr '\\0' a; head -c 3000000 /dev/zero | tr '\\0' b >&2; echo end >&2";
    const { stdout, stderr } = await sh(script, { maxCapture: 1000 });
    expect(stdout).toBe("a".repeat(1000));
    expect(stderr).toHaveLength(64 * 1024);
    expect(stderr.endsWith("bend\n")).toBe(true);
  });

  it("stays small while half a gigabyte without a line break comes over stderr", async () => {
    const before = process.memoryUsage().rss;
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss - before);
    }, 20);
    await sh("head -c 500000000 /dev/zero >&2", { onStderrLine: () => {} });
    clearInterval(watch);
    expect(peak).toBeLessThan(150_000_000);
  });

  it("ends a process at the deadline by the first SIGTERM", async () => {
    const result = await sh("sleep 30", { deadlineMs: 200 });
    expect(result).toMatchObject({ code: null, signal: "SIGTERM", timedOut: true, aborted: false });
  });

  it("ends one that wants a second SIGTERM, as Trivy does, after two seconds", async () => {
    const script = "n=0; trap 'n=$((n+1)); [ $n = 2 ] && exit 7' TERM; while :; do sleep 0.1; done";
    const work = sh(script, { deadlineMs: 300 });
    expect(await seconds(work)).toBeLessThan(atMost(4));
    expect(await work).toMatchObject({ code: 7, timedOut: true });
  });

  // Proves: run-leaves-reports-nothing
  it("kills one that obeys neither after four seconds, and its children with it", async () => {
    const file = join(folder.path, "child");
    const script = `trap '' TERM; (trap '' TERM; echo $$ >/dev/null; exec sleep 60) & echo $! > ${file}; while :; do sleep 0.1; done`;
    const work = sh(script, { deadlineMs: 300 });
    const took = await seconds(work);
    expect(took).toBeGreaterThan(3.9);
    expect(took).toBeLessThan(atMost(7));
    expect(await work).toMatchObject({ code: null, signal: "SIGKILL", timedOut: true });
    await expect.poll(() => isAlive(readFileSync(file, "utf8"))).toBe(false);
  });

  it("ends the group when the run is cancelled, and says so", async () => {
    const cancel = new AbortController();
    const work = sh("sleep 30 & wait", { signal: cancel.signal });
    setTimeout(() => cancel.abort(), 100);
    expect(await work).toMatchObject({ aborted: true, timedOut: false });
  });

  it("starts nothing when the run was cancelled before", async () => {
    const file = join(folder.path, "started");
    const result = await sh(`touch ${file}`, { signal: AbortSignal.abort() });
    expect(result.aborted).toBe(true);
    expect(existsSync(file)).toBe(false);
  });

  it("leaves no child behind when the process ends by itself", async () => {
    const file = join(folder.path, "left");
    await sh(`sleep 60 >/dev/null 2>&1 & echo $! > ${file}`);
    await expect.poll(() => isAlive(readFileSync(file, "utf8"))).toBe(false);
  });

  it("does not wait for a grandchild in its own session that holds the pipes", async () => {
    const file = join(folder.path, "daemon");
    const work = sh(`setsid sh -c 'echo $$ > ${file}; sleep 8' & sleep 0.2; exit 5`);
    expect(await seconds(work)).toBeLessThan(atMost(4));
    expect(await work).toMatchObject({ code: 5, timedOut: false });
    process.kill(Number(readFileSync(file, "utf8")), "SIGKILL");
  });

  it("reports a missing program, and one without the right to execute it", async () => {
    const file = join(folder.path, "plain");
    writeFileSync(file, "#!/bin/sh\n", { mode: 0o644 });
    for (const path of [join(folder.path, "nope"), file])
      await expect(runProcess(path, [], options)).rejects.toMatchObject({ code: "program-not-started" });
  });

  it("tells arguments that no system takes", async () => {
    for (const argument of ["x".repeat(5_000_000), "a\0b"])
      await expect(runProcess("/bin/echo", [argument], options)).rejects.toMatchObject({ code: "program-not-started" });
  });

  it("never takes garbage for a program that went well", async () => {
    const file = join(folder.path, "garbage");
    writeFileSync(file, Buffer.from("\u0000\u0001 this is no program \u00ff"), { mode: 0o755 });
    const outcome = await runProcess(file, [], options).then(
      (result) => result.code,
      (error) => error.code,
    );
    expect(outcome).not.toBe(0);
  });
});

describe("a program that is asked", () => {
  const where = { ...options, env: { ONLY: "this" }, deadlineMs: 30_000 };

  it("tells what a program says, with the environment that it is given alone, and however it ends", async () => {
    const path = join(folder.path, 'a "b" c');
    writeProgram(path, 'echo "$1 $ONLY $HOME"; echo no >&2; exit 3');
    expect(await askProgram(path, ["a b"], where)).toEqual({ code: 3, stdout: "a b this \n", stderr: "no\n" });
  });

  it("is an error if there is no such program", async () => {
    await expect(askProgram(join(folder.path, "none"), [], where)).rejects.toMatchObject({
      code: "program-not-started",
    });
  });

  it("does not wait for one that waits for an input, and ends with the run", async () => {
    const path = join(folder.path, "waits");
    writeProgram(path, "read -r line");
    const late = { code: null, stdout: "", stderr: "no answer within 0.2 s" };
    expect(await askProgram(path, [], { ...where, deadlineMs: 200 })).toEqual(late);
    const cancelled = askProgram(path, [], { ...where, signal: AbortSignal.timeout(50) });
    await expect(cancelled).rejects.toMatchObject({ code: "run-cancelled" });
    const aborted = askProgram(path, [], { ...where, signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ code: "run-cancelled" });
  });
});
