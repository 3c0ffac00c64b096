import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { closest } from "../domain/did-you-mean.ts";
import { GateError } from "../system/errors.ts";
import { writtenValue, yamlDocuments, yamlTokens } from "../system/yaml.ts";
import type { Command, CommandOption } from "./command.ts";
import { contradiction, optionsOf } from "./options.ts";

const MOST_BYTES = 1024 * 1024;
const BOUNDS = { depth: 40, lexemes: 100_000 };

/**
 * The options of a file that `--config` names: YAML, keyed by the options' names. A list may have several items.
 * @throws GateError `options-file-unreadable`, `options-file-invalid` with all mistakes at once
 */
export function readConfig(path: string, command: Command, workspace: string): Map<string, string> {
  const options = optionsOf(command);
  const mistakes: string[] = [];
  const read = new Map<string, string>();
  for (const [key, value] of Object.entries(mappingOf(textOf(path, workspace), path))) {
    const { option, isOff } = optionOf(key, options);
    const text = option === undefined ? unknownKey(key, options) : textValue(option, isOff ? opposite(value) : value);
    if ("mistake" in text) mistakes.push(text.mistake);
    else if (read.has(option?.name ?? key)) mistakes.push(`\`${option?.name}\` is there twice, also as its opposite`);
    else read.set(option?.name ?? key, text.value);
  }
  const contrary = contradiction(read, command.formats);
  if (contrary !== undefined) mistakes.push(contrary);
  if (mistakes.length > 0) throw invalid(path, mistakes.join("; "));
  return read;
}

/** The option that a key names. Help shows a switch that is on by default as `--no-color`: `no-color: true`. */
function optionOf(key: string, options: readonly CommandOption[]) {
  const named = (name: string) => options.find((one) => one.name === name && one.name !== "config");
  const option = named(key);
  if (option !== undefined || !key.startsWith("no-")) return { option, isOff: false };
  const positive = named(key.slice("no-".length));
  return { option: positive?.kind === "switch" ? positive : undefined, isOff: true };
}

function opposite(value: unknown): unknown {
  return typeof value === "boolean" ? !value : value;
}

function textOf(path: string, workspace: string): string {
  try {
    const file = resolve(workspace, path);
    // A read from a device, or from a pipe without a writer, would never end.
    const status = statSync(file);
    if (!status.isFile()) throw Object.assign(new Error("pipe"), { code: "it is not a regular file" });
    const bytes = status.size <= MOST_BYTES ? readFileSync(file) : undefined;
    if (bytes !== undefined && bytes.length <= MOST_BYTES) return bytes.toString();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new GateError(
      "options-file-unreadable",
      `The file of \`--config\`, ${JSON.stringify(path)}, cannot be read (${code})`,
      "Check the path, which is relative to the working directory.",
      { cause },
    );
  }
  throw invalid(path, `it is larger than ${MOST_BYTES} bytes`);
}

function mappingOf(text: string, path: string): Readonly<Record<string, unknown>> {
  const tokens = yamlTokens(text, BOUNDS);
  if (!Array.isArray(tokens)) throw invalid(path, "it is nested too deeply, or too long");
  const [document, ...others] = yamlDocuments(tokens, text.length, true);
  const [error] = document?.errors ?? [];
  if (document === undefined || others.length > 0 || error !== undefined)
    throw invalid(path, error?.message.split("\n")[0] ?? "it has several documents");
  const value = writtenValue(document);
  if (value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw invalid(path, "it is not a mapping of options");
  const [warning] = document.warnings;
  if (warning !== undefined) throw invalid(path, warning.message.split("\n")[0] ?? "it has a tag");
  const { items = [] } = document.contents as { readonly items?: readonly { readonly key?: unknown }[] };
  const names = items.map(({ key }) => String(key));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(path, `${JSON.stringify(twice)} is there twice`);
  return value as Readonly<Record<string, unknown>>;
}

function textValue({ name, kind, choices }: CommandOption, value: unknown): { value: string } | { mistake: string } {
  if (kind === "switch")
    return typeof value === "boolean" ? { value: String(value) } : { mistake: `\`${name}\` must be true or false` };
  const items = kind === "list" && Array.isArray(value) ? value : [value];
  if (!items.every((item) => ["string", "number", "boolean"].includes(typeof item)))
    return { mistake: `\`${name}\` must be ${kind === "list" ? "a text or a list of texts" : "a text or a number"}` };
  const text = items.join("\n");
  if (text === "" && !Array.isArray(value)) return { mistake: `\`${name}\` is empty` };
  if (choices && !choices.includes(text)) return { mistake: `\`${name}\` must be one of ${choices.join(", ")}` };
  return { value: text };
}

function unknownKey(name: string, options: readonly CommandOption[]): { mistake: string } {
  if (name === "config") return { mistake: "`config` cannot name another file" };
  const meant = closest(
    name,
    options.map((option) => option.name),
  );
  return {
    mistake: `${JSON.stringify(name)} is not an option${meant === undefined ? "" : ` (did you mean \`${meant}\`?)`}`,
  };
}

function invalid(path: string, what: string): GateError {
  return new GateError(
    "options-file-invalid",
    `The file of \`--config\`, ${JSON.stringify(path)}, is wrong: ${what}`,
    "Write the names of options without their dashes, each with its value; `--help` lists them.",
  );
}
