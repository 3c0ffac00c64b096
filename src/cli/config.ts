import { Command as Commander, CommanderError } from "commander";
import { GateError } from "../system/errors.ts";
import { writtenValue } from "../system/yaml.ts";
import type { Command, Given } from "./command.ts";
import { optionsOf } from "./options.ts";
import { describe, givenBy } from "./program.ts";
import { readTypedText } from "./reading.ts";

const MOST_BYTES = 1024 * 1024;

/**
 * The options of a file that `--config` names: YAML, keyed by the options' names. A list may have several items. It is
 * read as the same options on a command line.
 * @throws GateError `file-…`, `options-file-invalid`
 */
export function readConfig(path: string, command: Command, workspace: string): Map<string, string> {
  const text = readTypedText({ what: "file of `--config`", path, maxBytes: MOST_BYTES }, { workspace });
  const entries = Object.entries(mappingOf(text, path));
  const switches = new Set(optionsOf(command).flatMap(({ name, kind }) => (kind === "switch" ? [name] : [])));
  const args = entries.flatMap(([key, value]) => argumentsOf(key, value, switches));
  if (args.includes(undefined)) throw invalid(path, "a value is neither a text, nor a number, nor a list of these");
  const read = optionsIn(args as string[], command, path);
  if (read.has("config")) throw invalid(path, "`config` cannot name another file");
  return new Map(read);
}

function optionsIn(args: readonly string[], command: Command, path: string): Given["options"] {
  const mistakes: string[] = [];
  const parser = describe(new Commander(), "", { ...command, words: "" })
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text) => void mistakes.push(text), writeErr: () => {} });
  try {
    return givenBy(parser.parse(args, { from: "user" })).options;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    throw invalid(
      path,
      mistakes
        .join("")
        .trim()
        .replace(/^error: /, ""),
    );
  }
}

/** Undefined in place of a value that no option can have. `no-color: false` is `--color`. */
function argumentsOf(key: string, value: unknown, switches: ReadonlySet<string>): (string | undefined)[] {
  const [, no, name = ""] = /^(no-)?(.*)$/s.exec(key) ?? [];
  if (switches.has(name) && (value === "true" || value === "false"))
    return [(value === "true") === (no === undefined) ? `--${name}` : `--no-${name}`];
  return [value].flat().map((item: unknown) => (typeof item === "string" ? `--${key}=${item}` : undefined));
}

function mappingOf(text: string, path: string): object {
  let value: unknown;
  try {
    value = writtenValue(text) ?? {};
  } catch (thrown) {
    throw invalid(path, (thrown as Error).message.split("\n")[0] ?? "");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(path, "it is not a mapping of options");
  return value;
}

function invalid(path: string, what: string): GateError {
  return new GateError(
    "options-file-invalid",
    `The file of \`--config\`, ${JSON.stringify(path)}, is wrong: ${what.replace(/\s*\n\s*/g, " ")}`,
    "Write the names of options without their dashes, each with its value; `--help` lists them.",
  );
}
