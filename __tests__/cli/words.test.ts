import { describe, expect, it } from "vitest";
import { INPUT_NAMES } from "../../src/actions/verify/inputs.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { verifyCommand } from "../../src/cli/verify/verify.ts";
import { readWords } from "../../src/cli/words.ts";
import { fakePlatform } from "../platforms/fake-platform.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/folder.ts";

const parse = (args: readonly string[]) => readWords(args, verifyCommand);

function inputsOf(args: readonly string[], command = verifyCommand): Record<string, string> {
  const asked = readWords(args, command);
  if (!("inputs" in asked)) throw new Error(JSON.stringify(asked));
  return Object.fromEntries(asked.inputs);
}

describe("a command line", () => {
  it("has the image as a word and every input as an option", () => {
    expect(inputsOf(["ghcr.io/acme/app:1", "--cosign-key=a=b", "--tlog=false", "--max-high="])).toEqual({
      image: "ghcr.io/acme/app:1",
      "cosign-key": "a=b",
      tlog: "false",
      "max-high": "",
    });
    for (const name of INPUT_NAMES) expect(inputsOf([`--${name}=x`])).toEqual({ [name]: "x" });
  });

  it.each([
    [["-h"], "help"],
    [["a", "--help"], "help"],
    [["--cosign-key", "cosign.pub"], '"--cosign-key" lacks its value: --cosign-key=VALUE'],
    [["--cosign-kye=x"], "did you mean --cosign-key=…?"],
    [["--key=x"], '"--key=x" is not an option'],
    [["-v"], '"-v" is not an option'],
    [["-vx"], '"-vx" is not an option'],
    [["--"], '"--" is not an option'],
    [["a", "--", "-b"], '"--" is not an option'],
    [["--__proto__=x"], "is not an option"],
    [["--no-tlog"], '"--no-tlog" is not an option'],
    [["a", "b"], "`image` is there twice"],
    [["--tlog=true", "--tlog=false"], "`tlog` is there twice"],
  ])("of %j is answered", (args, answer) => {
    const asked = parse(args);
    if ("inputs" in asked) throw new Error("was accepted");
    expect("help" in asked ? "help" : asked.mistake).toContain(answer);
  });

  it("collects lines if the command takes lists", () => {
    expect(inputsOf(["a", "--tlog=x", "b"], { ...verifyCommand, takesLists: true })).toEqual({
      image: "a\nb",
      tlog: "x",
    });
  });

  it("is described with inputs that exist", () => {
    for (const [, name] of verifyCommand.usage.matchAll(/--([a-z-]+)=/g)) expect(INPUT_NAMES).toContain(name);
  });
});

describe("image-gate.js", () => {
  async function run(line: readonly string[]) {
    using folder = temporaryFolder("cli");
    const written = { out: "", err: "" };
    const terminal = {
      out: { write: (text: string) => (written.out += text) },
      err: { write: (text: string) => (written.err += text) },
    };
    const world = testWorld(folder.path);
    return { code: await runCommandLine(line, { world, platform: fakePlatform(), terminal }), ...written };
  }

  it("lists its commands, and each explains itself", async () => {
    expect(await run(["--help"])).toMatchObject({ code: 0, out: expect.stringContaining("verify"), err: "" });
    expect(await run([])).toMatchObject({ code: 2, out: expect.stringContaining("verify") });
    expect(await run(["verify", "--help"])).toEqual({ code: 0, out: `${verifyCommand.usage}\n`, err: "" });
  });

  it("names the command that was probably meant", async () => {
    const { code, out, err } = await run(["verfy", "a"]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain('"verfy" is not a command; did you mean verify?');
  });
});
