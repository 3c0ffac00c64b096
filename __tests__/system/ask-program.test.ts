import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { askProgram } from "../../src/system/ask-program.ts";
import { temporaryFolder } from "../support/folder.ts";
import { writeProgram } from "../support/program.ts";

const folder = temporaryFolder("ask");
afterAll(() => folder.remove());
const where = { cwd: folder.path, env: { ONLY: "this" } };

it("tells what a program says, with the environment that it is given alone, and however it ends", async () => {
  const path = join(folder.path, 'a "b" c');
  writeProgram(path, 'echo "$1 $ONLY $HOME"; echo no >&2; exit 3');
  expect(await askProgram(path, ["a b"], where)).toEqual({ code: 3, stdout: "a b this \n", stderr: "no\n" });
});

it("is an error if there is no such program", async () => {
  await expect(askProgram(join(folder.path, "none"), [], where)).rejects.toMatchObject({ code: "program-not-started" });
});
