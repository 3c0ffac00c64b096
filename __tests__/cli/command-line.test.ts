import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command as Commander } from "commander";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { INPUT_NAMES } from "../../src/actions/gate/inputs.ts";
import type { Command } from "../../src/cli/command.ts";
import { gateCommand } from "../../src/cli/gate/gate.ts";
import { inputOptions } from "../../src/cli/inputs.ts";
import { COMMANDS } from "../../src/cli/list.ts";
import { commandLog } from "../../src/cli/log.ts";
import { optionsOf } from "../../src/cli/options.ts";
import { describe as describeCommand, givenBy } from "../../src/cli/program.ts";
import { progressLine } from "../../src/cli/progress.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { fakePlatform } from "../job/fake-platform.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { trivyReport } from "./reports.ts";
import { recorded } from "./world.ts";

const image = gateCommand("image");

/** The parsed options and arguments, or the mistake in them. */
function parsed(command: Command, args: readonly string[]) {
  const said: string[] = [];
  const parser = describeCommand(new Commander(), "image", command)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ writeErr: (text) => void said.push(text) });
  try {
    return givenBy(parser.parse(args, { from: "user" }));
  } catch {
    return said.join("");
  }
}

function given(args: readonly string[], command: Command = image) {
  const asked = parsed(command, args);
  if (typeof asked === "string") throw new Error(asked);
  return { words: asked.words, ...Object.fromEntries(asked.options) };
}

describe("arguments", () => {
  it("are words and options, with a value behind = or a space", () => {
    expect(
      given(["app:1", "--max-critical", "0", "--max-high=5", "b.tar", "--name= ", "-o", "x", "-s", "HIGH"]),
    ).toEqual({
      words: ["app:1", "b.tar"],
      "max-critical": "0",
      "max-high": "5",
      name: " ",
      output: "x",
      severity: "HIGH",
    });
  });

  it("include every input of the action by its own name", () => {
    for (const name of INPUT_NAMES) expect(optionsOf(image).map((option) => option.name)).toContain(name);
    expect(inputOptions("gate").map(({ name }) => name)).toEqual(INPUT_NAMES);
  });

  it("have switches as flags, and lists as often as there are items", () => {
    expect(
      given(["--offline", "--no-cache", "--no-summary", "--quiet", "--no-color", "--vex", "a", "--vex=b"]),
    ).toEqual({
      words: [],
      offline: "true",
      cache: "false",
      summary: "false",
      quiet: "true",
      color: "false",
      vex: "a\nb",
    });
  });

  it("have letters together, of which the last one may have a value", () => {
    expect(given(["-qofile", "--name", "-qo", "--", "-qo"])).toEqual({
      words: ["-qo"],
      quiet: "true",
      output: "file",
      name: "-qo",
    });
    expect(given(["-qs", "HIGH", "-fjson"])).toMatchObject({ quiet: "true", severity: "HIGH", format: "json" });
    expect(given(["-s=HIGH", "-f", "json", "-o=json.txt"])).toMatchObject({ severity: "HIGH", output: "json.txt" });
  });

  it("behind -- are words, whatever they look like", () => {
    expect(given(["--", "--offline"])).toEqual({ words: ["--offline"] });
  });

  it.each([
    [["--max-hihg", "1"], "Did you mean --max-high?"],
    [["--max-high=1", "--max-high", "2"], "--max-high is there twice"],
    [["--policy", "--json"], "--policy lacks its value"],
    [["app:1", "--policy"], "argument missing"],
    [["--template", "x"], "unknown option"],
    [["--offline=perhaps"], "unknown option"],
    [["--offline=true"], "unknown option"],
    [["--format", "xml"], "table, json, markdown"],
    [["--__proto__=x"], "unknown option"],
    [["-Z"], "unknown option"],
    // A variable of a script that is not set.
    [["app:1", ""], "one of the arguments is empty"],
    [["app:1", "--policy", ""], "--policy lacks its value"],
    [["app:1", "--max-high="], "--max-high lacks its value"],
    [["app:1", "--vex", ""], "--vex lacks its value"],
    [["app:1", "--json", "--format", "table"], "cannot be used with option"],
  ])("%j is a mistake", (args, words) => {
    expect(parsed(image, args)).toEqual(expect.stringContaining(words));
  });
});

interface Machine {
  readonly env?: object;
  readonly files?: object;
  readonly platform?: NodeJS.Platform;
  readonly folders?: readonly string[];
  /** Absent: the run ends when it would ask for the base's policy. */
  readonly judges?: boolean;
  readonly owesVerdict?: () => void;
  /** A folder of the workspace. */
  readonly startedIn?: string;
}

async function run(line: readonly string[], machine: Machine = {}) {
  const { env = {}, files = {}, folders = [], platform: system = "linux", owesVerdict } = machine;
  using folder = temporaryFolder("cli");
  const { written, streams } = recorded();
  const world = { ...testWorld(folder.path, { env: { PATH: process.env.PATH, ...env } }), platform: system };
  for (const name of folders) mkdirSync(join(world.workspace, name));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(world.workspace, name), text);
  const { summary, outputs, sharedCache, keepReport, forge, ...platform } = fakePlatform({
    forge: { comments: undefined, keptReports: undefined },
  });
  const open = async () => (machine.judges === true ? platform : { ...platform, forge });
  const startedIn = join(world.workspace, machine.startedIn ?? "");
  const code = await runCommandLine(line, { world, open, streams, ...(owesVerdict && { owesVerdict }), startedIn });
  return { code, ...written };
}

describe("image-gate", () => {
  it("lists its commands, and each explains itself with its exit codes and examples", async () => {
    for (const ask of [["--help"], ["-h"], ["help"]])
      expect(await run(ask)).toMatchObject({ code: 0, out: expect.stringContaining("verify"), err: "" });
    for (const { name } of COMMANDS) {
      const words = name.split(" ");
      const asked = await run([...words, "--help"]);
      expect(asked, name).toMatchObject({ code: 0, err: "" });
      expect(asked.out).toMatch(/Usage: image-gate .*Examples:.*Exit codes:/s);
      expect(await run(["help", ...words])).toEqual(asked);
    }
  });

  it("explains options in words of a command line, and a switch that is on by what --no- does", async () => {
    for (const { name } of COMMANDS) {
      const { out } = await run([...name.split(" "), "--help"]);
      const options = out.slice(0, out.indexOf("Examples:"));
      expect(options.replaceAll("(workspace)", ""), name).not.toMatch(
        /one a line|job summary|pull request|the step\b|a step\b|runner|workspace/,
      );
      for (const [line] of options.matchAll(/^ {2}(?:-\w, )?--no-.*$/gm))
        expect(line, name).toMatch(/ (?:No |Keeps no |Without |Pulls |Also )/);
    }
  });

  it("says on Windows what is not there, before a command that judges and no other", async () => {
    const onWindows = (...line: string[]) => run(line, { platform: "win32" });
    expect((await onWindows("sbom", "missing.json")).err).toMatch(/^warning: Image Gate was never tried on Windows\./);
    expect((await run(["sbom", "missing.json"])).err).not.toContain("Windows");
    expect(await onWindows("--help")).toMatchObject({ code: 0, err: "" });
    expect((await onWindows("completion", "bash")).err).toBe("");
  });

  it("explains a group of commands, and without a question for it names them as a mistake", async () => {
    for (const [group, command] of [
      ["policy", "check "],
      ["db", "status "],
    ] as const) {
      const asked = await run([group, "--help"]);
      expect(asked).toMatchObject({ code: 0, err: "", out: expect.stringContaining(`\n  ${command}`) });
      expect(asked.out).toMatch(new RegExp(`^Usage: image-gate ${group} COMMAND`));
      expect(asked.out).not.toContain("\n  verify");
      for (const again of [
        [group, "-h"],
        ["help", group],
      ])
        expect(await run(again), again.join(" ")).toEqual(asked);
      for (const wrong of [[group], [group, "--quiet"]])
        expect(await run(wrong)).toEqual({ code: 2, out: "", err: expect.stringMatching(/^(?:Usage|error): /) });
    }
  });

  it("has examples that it understands", async () => {
    for (const { name, load } of COMMANDS) {
      const command = await load();
      expect(command.examples.length, name).toBeGreaterThan(0);
      for (const { line } of command.examples) {
        const typed = line.replace(/ [>|] .*$/, "").match(/"[^"]*"|\S+/g) ?? [];
        const words = typed.slice(1).map((word) => word.replaceAll('"', ""));
        const own = words.slice(0, name.split(" ").length).join(" ") === name ? name.split(" ").length : 0;
        expect(own > 0 || name === "image", line).toBe(true);
        expect(parsed(command, words.slice(own)), line).toHaveProperty("options");
      }
    }
  });

  it.each([
    ["image", "./none.tar", "image-missing"],
    ["sbom", "none.json", "file-missing"],
    ["fs", "nowhere", "path-missing"],
  ])("%s says that %s is not there without a scanner", async (command, name, code) => {
    // No server answers at that address, and there is no other scanner.
    const line = [command, name, "--trivy-mirror", "http://127.0.0.1:1", "--baseline", "none"];
    const { code: exit, err } = await run(line, { judges: true });
    expect(err).toContain(`[${code}]`);
    expect(err).not.toContain("127.0.0.1");
    expect(exit).toBe(2);
  });

  it("lists first what most people need of many options", async () => {
    const { out } = await run(["image", "--help"]);
    expect(out).toMatch(
      /^Options:\n {2}-s, --severity .*--max-high.*--output <FILE>.*\n\nOther options:\n.*--trivy-mirror/ms,
    );
    expect((await run(["policy", "check", "--help"])).out).not.toContain("Other options");
  });

  const NEAR_COMMANDS = ["ms", "ps", "es", "rs", "nfs", "f"];
  const UNUSUAL_FILES = ["the workspace.json", "the working directory.json", "a step of with: it.json"];
  const BEFORE = /^error: the command comes before its options: image-gate (?:sbom|db) …\n/;
  const NAMED = { files: { app: "", App: "", "My App": "", "a as b.json": "{}" } };
  const WRONG_INPUT = "An input is wrong: `max-high`";
  it.each<[what: string, line: readonly string[], words: string | RegExp, machine?: Machine]>([
    ["the usage without arguments", [], "Usage: image-gate"],
    [
      "the command that was probably meant, and how to mean an image",
      ["verfy"],
      '"verfy" is not a command; did you mean verify?\nAn image of that name: image-gate image verfy',
    ],
    ["the nearer one of two commands", ["reports"], "did you mean report?"],
    // An image of such a name is not a mistyped command.
    ...NEAR_COMMANDS.map((name): [string, string[], string] => ["a wrong input", [name, "--max-high=x"], WRONG_INPUT]),
    ["a wrong input", ["image", "--max-high=x", "sbom"], WRONG_INPUT],
    ["the place of a command", ["--max-high=3", "sbom", "a.json"], BEFORE],
    ["the place of a command", ["--json", "db", "status"], BEFORE],
    ["the place of a command", ["--offline", "db", "status"], BEFORE],
    ["an unknown command", ["help", "nosuch"], "is not a command"],
    ["an unknown command", ["help", "nosuch", "--help"], "is not a command"],
    ["an unknown command", ["help", "policy", "nosuch"], "is not a command"],
    // Inputs have the names of their options, and nothing that was typed is reworded.
    ["an input", ["app.tar", "--max-high=x"], "`max-high` must be a whole number"],
    ["an input", ["app.tar", "--grype-version=0.121.3"], "`grype-version` has no meaning without `scan-with: grype`"],
    [
      "two inputs",
      ["app.tar", "--scan-with=grype", "--scanners=secret"],
      "`scanners: secret` does not fit `scan-with: grype`, which knows `vuln`",
    ],
    ["two values", ["app.tar", "--scan-with=grype,grype-match"], "`scan-with: grype-match` has no meaning alongside"],
    ["a value", ["report", "app.tar", "--reports=sarif"], '"sarif" does not give a format and a path. '],
    ["a value", ["app.tar", "--mode", "`max-high: 5`"], 'not "`max-high: 5`"'],
    ["the words of an input", ["app:1", "--mode", "Warn"], "`mode` must be one of `enforce`, `warn`"],
    ["an input of a list", ["app:1", "--platform", "linux/amd64,linux/arm64"], ", each its own item"],
    ["the missing target", ["fs"], "are all missing or empty; name what to scan"],
    ...UNUSUAL_FILES.map((name): [string, string[], string, Machine] => [
      "the file as it was typed",
      ["report", name],
      `${JSON.stringify(name)} does not exist`,
      { judges: true },
    ]),
    ["the command for a folder", ["."], /"\." is a folder.*image-gate fs \./s],
    ["the command for an address", ["https://example.com/app"], "image-gate repo https://example.com/app"],
    [
      "the command for an image with a file of its name",
      ["app"],
      "image of that name: image-gate app:latest.",
      { files: { app: "" } },
    ],
    ["the folder for that", ["app:1"], "in another folder.", { files: { "app:1": "" } }],
    // No image has such a name.
    ["only the input", ["image", "My App", "--max-high=x"], WRONG_INPUT, NAMED],
    ["only the input", ["image", "App", "--max-high=x"], WRONG_INPUT, NAMED],
    // The user says which file is meant, and under which name.
    ["only the input", ["image", "app as ghcr.io/acme/app:1", "--max-high=x"], WRONG_INPUT, NAMED],
    // Only images and reports are renamed in a list.
    ["only the input", ["sbom", "a as b.json", "--max-high=x"], WRONG_INPUT, NAMED],
    ["only the input", ["fs", "a as b.json", "--max-high=x"], WRONG_INPUT, NAMED],
    ["only the input", ["image", "a".repeat(300), "--max-high=x"], WRONG_INPUT, NAMED],
  ])("names %s, and exits with 2: %j", async (_, line, words, machine = {}) => {
    const { code, out, err } = await run(line, machine);
    expect(code).toBe(2);
    expect(err).toMatch(words);
    if (machine.judges !== true) expect(out).toBe("");
  });

  // Proves: file-repository-not-judged
  it.each([
    ["image", "app.tar\nclean.tar"],
    ["image", "app.tar "],
    ["fs", " src"],
    ["sbom", "a\rb"],
    ["rescan", "file:a\nfile:b"],
    // The file exists, but a list would read its name as the file `a.tar` under another name.
    ["image", "a.tar as b.tar"],
    // The file exists, but its name could be an image's.
    ["image", "app"],
    // A component's job gets its image in this form, too: a merge request can add the file.
    ["image", "--image=app"],
    ["report", "--image=app"],
    // A host may have capitals.
    ["image", "Acme/app"],
  ])("%s does not judge %j, which could be read as another name", async (command, word) => {
    const files = { "a.tar as b.tar": "", app: "", "Acme/app": "" };
    expect(await run([command, word], { files, folders: ["Acme"] })).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringMatching(/^error: \[name-ambiguous\] /),
    });
  });

  it("judges an image alongside a plain folder of its name, and says so", async () => {
    const { code, err } = await run(["image", "app", "--max-high=x"], { folders: ["app"] });
    expect(code).toBe(2);
    expect(err).toContain('warning: "app" is a folder, and no OCI layout: the image of that name is judged.');
    expect(err).toContain("image-gate fs app");
    expect(err).toContain("An input is wrong: `max-high`");
    const asPath = await run(["image", "./app", "--max-high=x"], { folders: ["app"] });
    expect(asPath.err).toMatch(/^error: \[target-of-another-kind\] /);
  });

  it.each([
    ["a command that only reads", ["policy", "check", "none.yml"], "file-missing"],
    ["an answer", ["image", "./none.tar"], "image-missing"],
  ])("names the page of errors once for an error of %s", async (_, line, code) => {
    const { out, err } = await run(line);
    expect((out + err).split(`docs/errors.md#${code} of Image Gate.`)).toHaveLength(2);
  });

  it("speaks of options and commands, not of steps and runners", async () => {
    const all = [["fs"], ["app:1", "--max-high=x"], ["app.tar", "--policy", "none.yml"], ["sign"], ["verify", "a:1"]];
    all.push(["rescan", "file:none.txt", "--offline", "--state-dir=history"], ["image", "none.tar"], ["fs", "nowhere"]);
    for (const line of all) {
      const { out, err } = await run(line);
      expect(err, line.join(" ")).toMatch(/\[[a-z-]+\] /);
      expect(out + err, line.join(" ")).not.toMatch(/step|runner|RUNNER_|\bwith:|github\.|expression/);
    }
  });

  it("keeps a report for explain only if something was judged", async () => {
    const files = { "trivy.json": trivyReport([{ id: "CVE-2024-0001", severity: "HIGH" }]) };
    const kept = async (file: string) => {
      using home = temporaryFolder("cli-home");
      await run(["report", file], { files, judges: true, env: { HOME: home.path } });
      return readdirSync(home.path, { recursive: true }).some((name) => String(name).endsWith(".json"));
    };
    expect(await kept("trivy.json")).toBe(true);
    expect(await kept("none.json")).toBe(false);
  });

  it("says of several targets which is in error, but an error of all only once", async () => {
    const files = { "bad.json": "{", "worse.json": "[", "wrong.yml": "version: 2" };
    const judged = await run(["report", "bad.json", "none.json"], { files, judges: true });
    expect(judged.code).toBe(2);
    expect(judged.err).toMatch(/\[report-invalid\] .* \(bad\.json\)\n/);
    expect(judged.err).toMatch(/"none\.json" does not exist.*\.\n/);
    const all = await run(["report", "bad.json", "worse.json", "--policy", "wrong.yml"], { files, judges: true });
    expect(all.err).not.toMatch(/\(bad\.json/);
  });

  it.each([["report", "none.json", "--quiet"], ["image", "--max-hihg=1"], ["help", "nothing"], ["--help"]])(
    "begins the log of GitLab's job with version and commit: %s",
    async (...line) => {
      const first = /^Image Gate \d+\.\d+\.\d+, commit not known\n/;
      expect((await run(line, { env: { GITLAB_CI: "true" } })).err).toMatch(first);
      expect((await run(line)).err).not.toMatch(first);
    },
  );

  // Proves: terminal-scanned-folder-brings
  it("takes no input from the environment", async () => {
    const { code, err } = await run(["image"], { env: { INPUT_IMAGE: "app:1", "INPUT_MAX-HIHG": "1" } });
    expect(code).toBe(2);
    expect(err).toContain("are all missing or empty; name what to scan");
    expect(err).not.toContain("max-hihg");
  });

  it("says that another format than the table has what --severity would leave out", async () => {
    const asked = (...line: string[]) => run(["app:1", "--severity", "HIGH", "--max-low", "x", ...line]);
    expect((await asked("--json")).err).toMatch(/^warning: --severity chooses what the table shows; --format json has/);
    expect((await asked()).err).not.toContain("--severity chooses");
  });

  it("takes an answer back that could not be shown where it was to be", async () => {
    const owed: string[] = [];
    const files = { "trivy.json": trivyReport([]) };
    const machine = { files, judges: true, owesVerdict: () => owed.push("error") };
    const line = ["image", "--trivy-report", "trivy.json", "--baseline", "none"];
    expect(await run([...line, "--output", "nowhere/answer"], machine)).toMatchObject({
      code: 2,
      err: expect.stringContaining("[answer-not-written]"),
    });
    expect(owed).toHaveLength(2);
    expect((await run(line, machine)).code).toBe(0);
    expect(owed).toHaveLength(3);
  });

  it("takes no other file of a name than the one where it was started", async () => {
    const report = trivyReport([]);
    const machine = { judges: true, folders: ["sub"], files: { "trivy.json": report, "sub/trivy.json": report } };
    const line = ["image", "--baseline", "none", "--trivy-report"];
    expect(await run([...line, "trivy.json"], { ...machine, startedIn: "sub" })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/\[path-elsewhere\] "trivy\.json" is in the folder .*Name "sub\/trivy\.json"/),
    });
    expect((await run([...line, "sub/trivy.json"], { ...machine, startedIn: "sub" })).code).toBe(0);
    expect((await run([...line, "trivy.json"], machine)).code).toBe(0);
    // An image's name is not a file's.
    const named = { ...machine, files: { ...machine.files, "sub/app": "", "sub/app.tar": "" }, startedIn: "sub" };
    expect((await run(["app", "--mode", "none"], named)).err).toContain("[input-invalid]");
    expect((await run(["app.tar", "--mode", "none"], named)).err).toContain("[path-elsewhere]");
  });

  it("writes to standard output by --output -", async () => {
    for (const line of [["-o-"], ["-o", "-"]])
      expect((await run(["db", "status", "--json", ...line])).out, line.join(" ")).toMatch(/^\{/);
  });
});

describe("the progress line", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const start = "\r\u001b[2K";

  /** A display of so many columns. `pass` lets seconds pass. */
  function display(columns: number) {
    const written: string[] = [];
    let now = 0;
    const line = progressLine({ write: (text) => written.push(text) }, columns, () => now);
    const pass = (seconds: number) => {
      now += seconds * 1_000;
      vi.advanceTimersByTime(1_000);
    };
    return { line, written, pass };
  }

  it("shows the latest step on one line, with the seconds of a long one, and vanishes", () => {
    const { line, written, pass } = display(20);
    line.show("scanning \u202e a name that is long");
    pass(3);
    line.show("two\nlines");
    line.clear();
    line.clear();
    vi.advanceTimersByTime(5_000);
    expect(written).toEqual([`${start}scanning [U+202E…`, `${start}3 s: scanning [U…`, `${start}two lines`, start]);
  });

  /** The lines of a progress display, second by second, during a fetch of 48 MB and another of unknown size. */
  function shownAt(columns: number): string[] {
    const { line, written, pass } = display(columns);
    const fetch = (done: number, of?: number, what = "ghcr.io/acme/app:1") =>
      line.advance({ what, unit: "bytes", done, of });
    const scanned = (done: number) => line.advance({ what: "scans", unit: "targets", done, of: 5 });
    line.show("Preparing");
    fetch(0, 48e6);
    fetch(6e6, 48e6);
    pass(1);
    scanned(2);
    fetch(12e6, 48e6);
    pass(2);
    fetch(48e6, 48e6);
    fetch(23.4e6, undefined, "Java database\n\u202e");
    pass(1);
    fetch(0, 0, "Java database\n\u202e");
    pass(1);
    scanned(5);
    pass(1);
    line.clear();
    pass(1);
    expect(written.join("").endsWith(start)).toBe(true);
    expect(written.at(-1)).toBe(start);
    return written.join("").split(start).slice(1, -1);
  }

  it("shows size and share of a fetch, and how many targets are scanned, and vanishes", () => {
    expect(shownAt(80)).toEqual([
      "Preparing",
      "12 % of 48 MB: ghcr.io/acme/app:1",
      "2 of 5: 25 % of 48 MB: ghcr.io/acme/app:1",
      "2 of 5: 24 MB: Java database [U+202E]",
      "2 of 5: 5 s: Preparing",
      "6 s: Preparing",
    ]);
  });

  it("keeps its figures at 20 columns, and is never wider", () => {
    const shown = shownAt(20);
    expect(shown).toEqual([
      "Preparing",
      "12 % of 48 MB: g…",
      "2 of 5: 25 % of …",
      "2 of 5: 24 MB: J…",
      "2 of 5: 5 s: Pre…",
      "6 s: Preparing",
    ]);
    for (const columns of [1, 5, 10, 20])
      for (const line of shownAt(columns)) expect(line.length).toBeLessThan(Math.max(2, columns));
  });

  it("has no figures with --quiet, with --verbose and where there is no line", () => {
    const out = { write: () => {} };
    const progress = progressLine(out, 80, () => 0);
    const shows = (wishes: Parameters<typeof commandLog>[1]) => commandLog(out, wishes).advance !== undefined;
    expect(shows({ quiet: false, verbose: false, progress })).toBe(true);
    expect(shows({ quiet: true, verbose: false, progress })).toBe(false);
    expect(shows({ quiet: false, verbose: true, progress })).toBe(false);
    expect(shows({ quiet: false, verbose: false })).toBe(false);
  });
});
