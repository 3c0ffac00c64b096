// Workflow commands as GitHub's runner reads them from a step's output (actions/runner: ActionCommand.cs and
// ActionCommandManager.cs), the old form `##[command]` included, which it finds anywhere in a line.

/** Commands that the runner knows; anything else stays text. */
const KNOWN = new Set(
  [
    ["add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "internal-set-repo-path"],
    ["notice", "remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning"],
  ].flat(),
);

export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

export interface Annotation {
  readonly level: "error" | "warning" | "notice";
  readonly message: string;
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
}

type Escapes = readonly (readonly [escaped: string, plain: string])[];

const DATA: Escapes = [
  ["%0D", "\r"],
  ["%0A", "\n"],
  ["%25", "%"],
];
const PROPERTY: Escapes = [["%3A", ":"], ["%2C", ","], ...DATA];
const OLD: Escapes = [["%3B", ";"], ["%5D", "]"], ...DATA];

const unescaped = (text: string, escapes: Escapes): string =>
  escapes.reduce((value, [escaped, plain]) => value.replaceAll(escaped, plain), text);

function command(head: string, data: string, separator: string, escapes: [Escapes, Escapes]): Command | undefined {
  const [, name = "", list = ""] = /^([^ ]*) ?(.*)$/s.exec(head) ?? [];
  if (!KNOWN.has(name)) return undefined;
  const properties: Record<string, string> = {};
  for (const pair of list.trim().split(separator)) {
    const at = pair.indexOf("=");
    if (at > 0 && at < pair.length - 1)
      properties[pair.slice(0, at).toLowerCase()] = unescaped(pair.slice(at + 1), escapes[0]);
  }
  return { name, properties, message: unescaped(data, escapes[1]) };
}

function parseLine(line: string): Command | undefined {
  // .NET compares culturally, ignoring characters without a width. They are trimmed like white space here.
  const trimmed = line.replace(/^[\s\u0085\p{Cf}\p{Cc}]+/u, "");
  const end = trimmed.startsWith("::") ? trimmed.indexOf("::", 2) : -1;
  const found = end < 0 ? undefined : command(trimmed.slice(2, end), trimmed.slice(end + 2), ",", [PROPERTY, DATA]);
  if (found) return found;
  const start = line.indexOf("##[");
  const close = start < 0 ? -1 : line.indexOf("]", start);
  return close < 0 ? undefined : command(line.slice(start + 3, close), line.slice(close + 1), ";", [OLD, OLD]);
}

/** The commands that the runner would execute, in order. A carriage return ends a line, too. */
export function workflowCommands(log: string): Command[] {
  const commands: Command[] = [];
  let resume: string | undefined;
  for (const line of log.split(/\r\n|\r|\n/)) {
    if (resume !== undefined) {
      if (line.trim() === `::${resume}::`) resume = undefined;
      continue;
    }
    const found = parseLine(line);
    if (!found) continue;
    commands.push(found);
    if (found.name === "stop-commands") resume = found.message;
  }
  return commands;
}

/** The annotations among the commands. */
export function annotationsOf(commands: readonly Command[]): Annotation[] {
  return commands.flatMap(({ name, message, properties: { title, file, line } }) =>
    name === "error" || name === "warning" || name === "notice"
      ? [{ level: name, message, ...(title && { title }), ...(file && { file }), ...(line && { line: Number(line) }) }]
      : [],
  );
}

/** Names and values of a file such as GITHUB_OUTPUT: `name=value` lines, or a value between two delimiters. */
export function parseEnvironmentFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const [, name, operator, rest = ""] = /^(.+?)(<<|=)(.*)$/s.exec(line) ?? [];
    if (name === undefined) {
      if (line !== "") throw new Error(`No name in line ${index + 1} of an environment file: ${JSON.stringify(line)}`);
    } else if (operator === "=") {
      values[name] = rest;
    } else {
      const end = lines.indexOf(rest, index + 1);
      if (end < 0) throw new Error(`No line ${JSON.stringify(rest)} ends the value of ${name}`);
      values[name] = lines.slice(index + 1, end).join("\n");
      index = end;
    }
  }
  return values;
}
