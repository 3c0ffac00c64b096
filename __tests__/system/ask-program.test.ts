import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { askProgram } from "../../src/system/ask-program.ts";
import { writeProgram } from "../support/programs/program.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

const folder = temporaryFolder("ask");
afterAll(() => folder.remove());
const { signal } = new AbortController();
const where = { cwd: folder.path, env: { ONLY: "this" }, signal, deadlineMs: 30_000 };

it("tells what a program says, with the environment that it is given alone, and however it ends", async () => {
  const path = join(folder.path, 'a "b" c');
  writeProgram(path, 'echo "$1 $ONLY $HOME"; echo no >&2; exit 3');
  expect(await askProgram(path, ["a b"], where)).toEqual({ code: 3, stdout: "a b this \n", stderr: "no\n" });
});

it("is an error if there is no such program", async () => {
  await expect(askProgram(join(folder.path, "none"), [], where)).rejects.toMatchObject({ code: "program-not-started" });
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
