import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { COMMANDS } from "../../src/cli/list.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { fakePlatform } from "../job/fake-platform.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { AFTER, BEFORE, ownReport } from "./reports.ts";
import { recorded, TODAY } from "./world.ts";

const page = readFileSync(join(root, "docs/cli-commands.md"), "utf8");

test("docs/cli-commands.md shows what its examples write", async () => {
  using folder = temporaryFolder("page");
  const caches = join(folder.path, "caches");
  const base = testWorld(folder.path);
  const files = { "old.json": ownReport([BEFORE]), "new.json": ownReport([AFTER]) };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(base.workspace, name), text);
  const typed = async (line: string): Promise<string> => {
    const printed = /^printf '(.*)' > (\S+)$/.exec(line);
    if (printed !== null) {
      writeFileSync(join(base.workspace, printed[2] ?? ""), (printed[1] ?? "").replaceAll("\\n", "\n"));
      return "";
    }
    const [program, ...words] = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ""));
    expect(program).toBe("image-gate");
    const { written, streams } = recorded();
    const runFolder = join(folder.path, "run");
    mkdirSync(runFolder, { recursive: true, mode: 0o700 });
    const env = { PATH: process.env.PATH, XDG_CACHE_HOME: caches };
    const now = () => new Date(`${TODAY}T12:00:00Z`);
    const world = { ...base, env, now, runFolder, toolCache: join(caches, "image-gate"), isAtTerminal: true };
    await runCommandLine(words, { world, open: async () => fakePlatform(), streams });
    return written.out + written.err;
  };
  const lines = [...page.matchAll(/^```console\n(.*?)^```/gms)].flatMap(([, text = ""]) => [
    ...text.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm),
  ]);
  expect(lines.length).toBeGreaterThan(12);
  for (const [, line = "", shown = ""] of lines) {
    let rest = await typed(line);
    for (const part of shown.split(/^…\n/m)) {
      expect(rest, line).toContain(part);
      rest = rest.slice(rest.indexOf(part) + part.length);
    }
  }
});

test("docs/cli-commands.md and docs/cli.md have every command", () => {
  const both = page + readFileSync(join(root, "docs/cli.md"), "utf8");
  for (const { name } of COMMANDS.filter((each) => each.name !== "image"))
    expect(both).toContain(`\`image-gate ${name}`);
});
