import { describe, expect, it } from "vitest";
import { parseEnvironmentFile, workflowCommands } from "./workflow-commands.ts";

describe("workflow commands, as the runner reads them", () => {
  const names = (log: string) => workflowCommands(log).map((command) => command.name);

  it.each([
    ["after white space", "  \t::error::x"],
    ["after a carriage return", "progress\r::error::x"],
    ["after a zero-width space", "\u200b::error::x"],
    ["in the old form, anywhere", "name ##[error]x"],
  ])("finds a command %s", (_, log) => expect(names(log)).toEqual(["error"]));

  it.each([
    ["an unknown name", "::nothing::x"],
    ["text before it", "x ::error::y"],
    ["no end", "::error x"],
  ])("finds none with %s", (_, log) => expect(names(log)).toEqual([]));

  it("obeys stop-commands until its token", () => {
    expect(names("::stop-commands::tok\n::error::x\n::tok::\n::notice::y")).toEqual(["stop-commands", "notice"]);
  });
});

describe("environment files", () => {
  it("keeps equals signs and line breaks of values", () => {
    expect(parseEnvironmentFile("a=b=c\nd<<E\n1\n\n2\nE\n")).toEqual({ a: "b=c", d: "1\n\n2" });
  });

  it("refuses what the runner would refuse", () => {
    expect(() => parseEnvironmentFile("no value\n")).toThrow("No name in line 1");
    expect(() => parseEnvironmentFile("a<<E\n1\n")).toThrow('No line "E"');
  });
});
