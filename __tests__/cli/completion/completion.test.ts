import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureFish, ensureZsh, findProgram } from "../../../scripts/setup/system.ts";
import { SCRIPTS } from "../../../src/cli/completion/command.ts";
import { COMMANDS } from "../../../src/cli/list.ts";
import { optionsOf } from "../../../src/cli/options.ts";
import { runCommandLine } from "../../../src/cli/run.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { writeProgram } from "../../support/programs/program.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/runs/folder.ts";
import { recorded } from "../world.ts";

let folder: TemporaryFolder;
const zsh = await ensureZsh();
const fish = await ensureFish();

beforeAll(async () => {
  folder = temporaryFolder("completion");
  for (const shell of ["bash", "zsh", "fish"]) writeFileSync(join(folder.path, shell), SCRIPTS[shell] ?? "");
  // The command as the shells find it, from the sources: it loads no more of them than it needs.
  const source = (name: string) => JSON.stringify(join(import.meta.dirname, "../../../src/cli", name));
  writeFileSync(
    join(folder.path, "complete.mjs"),
    `import { describe, programOf } from ${source("program.ts")};
const load = async (entry, parser) => describe(parser, entry.name, await entry.load());
await programOf({ out: process.stdout, err: process.stderr }, load).parseAsync(process.argv.slice(2), { from: "user" });
`,
  );
  writeProgram(
    join(folder.path, "image-gate"),
    `exec '${process.execPath}' '${join(folder.path, "complete.mjs")}' "$@"`,
  );
  mkdirSync(join(folder.path, "here"));
  writeFileSync(join(folder.path, "here", "report.json"), "");
});
afterAll(() => folder.remove());

const env = () => ({ PATH: `${folder.path}:${process.env.PATH}`, HOME: folder.path, LC_ALL: "C.UTF-8", TERM: "dumb" });
const run = (program: string, args: readonly string[]) =>
  execFileSync(program, args, { encoding: "utf8", env: env(), cwd: join(folder.path, "here"), timeout: 60_000 });

/** The completions of bash; readline adds files if there are none. */
function byBash(line: string): string[] {
  const words: string[] = line.match(/[^ ]+/g) ?? [];
  if (line.endsWith(" ")) words.push("");
  const program = `source ../bash; COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _image_gate; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p image-gate`;
  const lines = run(findProgram("bash") ?? "bash", ["--norc", "-euc", program, "bash", ...words]).split("\n");
  expect(lines).toContain("complete -o default -F _image_gate image-gate");
  return lines.filter((each) => each !== "" && !each.startsWith("complete "));
}

/** The line of zsh, or its list, after a tab in a real interactive shell. */
function byZsh(line: string): string {
  const program = `zmodload zsh/zpty; zpty shell zsh -f -i
zpty -w shell 'PS1=READY; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -d ./dump; source ../zsh; LISTMAX=0; COLUMNS=200; zstyle ":completion:*" verbose no; echo DO""NE'
zpty -r shell text '*DONE*'
zpty -n -w shell ${JSON.stringify(line)}$'\\t'
sleep 1
zpty -n -w shell $'\\x15exit\\n'
while zpty -r shell text; do print -rn -- "$text"; done`;
  return run(zsh as string, ["-f", "-c", program]);
}

function byFish(line: string): string[] {
  const output = run(fish as string, ["--no-config", "-c", `source ../fish; complete -C ${JSON.stringify(line)}`]);
  return [...output.matchAll(/^[^\t\n]+/gm)].map(([each]) => each);
}

/** The answer of a command line that opens no platform. */
async function asked(...line: string[]) {
  using own = temporaryFolder("complete");
  const { written, streams } = recorded();
  let owed = 0;
  const open = () => Promise.reject(new Error("opened"));
  const owesVerdict = () => void owed++;
  const code = await runCommandLine(line, { world: testWorld(own.path), open, streams, owesVerdict });
  return { code, ...written, owed };
}

describe("completion", () => {
  it("is refused for another shell, with those that there are", async () => {
    const { code, err } = await asked("completion", "fihs");
    expect(code).toBe(2);
    expect(err).toContain("Allowed choices are bash, zsh, fish.");
  });

  it("has every command and every option, with what they mean", async () => {
    const completions = async (...line: string[]) => (await asked("__complete", ...line)).out;
    const words = async (...line: string[]) =>
      (await completions(...line)).split("\n").map((each) => each.split("\t")[0]);
    for (const { name, load } of COMMANDS) {
      const [first = "", second] = name.split(" ");
      expect(await words("")).toContain(first);
      if (second !== undefined) expect(await words(first, "")).toContain(second);
      const offered = (await words(...name.split(" "), "-")).map((word) => word?.replace(/^--(?:no-)?/, ""));
      for (const option of optionsOf(await load())) expect(offered, name).toContain(option.name);
    }
    expect(await completions("comp")).toContain("compare\tPackages and findings gained");
  });

  it("is asked of the command itself, which owes no verdict for it", async () => {
    expect(await asked("__complete", "policy", "im")).toEqual({
      code: 0,
      out: expect.stringMatching(/^import\t.+\n$/),
      err: "",
      owed: 0,
    });
  });
});

const EXPECTED: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ["image-gate pol", ["policy"]],
  ["image-gate policy ", ["add", "check", "export-vex", "import", "test"]],
  ["image-gate policy im", ["import"]],
  ["image-gate policy add CVE-2024-0001 --unt", ["--until"]],
  ["image-gate --max-crit", ["--max-critical"]],
  ["image-gate image app:1 --max-crit", ["--max-critical"]],
  ["image-gate explain CVE-2024-0001 --format ", ["json", "table"]],
  ["image-gate completion ", ["bash", "fish", "zsh"]],
  ["image-gate db st", ["status"]],
  ["image-gate help comp", ["compare", "completion"]],
];

it.each([
  ...EXPECTED,
  // A value behind an equals sign; files are left to readline.
  ["image-gate compare a b --format=j", ["--format=json"]],
  ["image-gate compare a b --format=", ["--format=json", "--format=table"]],
  ["image-gate app.tar --format ", ["json", "markdown", "table"]],
  ["image-gate compare ", []],
  ["image-gate policy test --policy ", []],
] as const)("bash completes %j", (line, offered) => expect(byBash(line).sort()).toEqual(offered));

it.skipIf(fish === undefined).each([
  ...EXPECTED,
  // Files where any word may be.
  ["image-gate compare rep", ["report.json"]],
  ["image-gate policy test --policy rep", ["report.json"]],
] as const)("fish completes %j", (line, offered) => expect(byFish(line).sort()).toEqual(offered));

it.skipIf(zsh === undefined).each([
  ["image-gate pol", /image-gate policy /],
  ["image-gate policy im", /image-gate policy import /],
  ["image-gate --max-crit", /image-gate --max-critical /],
  ["image-gate compare a b --format=j", /--format=json /],
  ["image-gate completion f", /image-gate completion fish /],
  ["image-gate compare rep", /image-gate compare report\.json /],
  ["image-gate policy ", /add.*check.*import.*test/s],
])("zsh completes %j", (line, shown) => {
  expect(byZsh(line)).toMatch(shown);
});
