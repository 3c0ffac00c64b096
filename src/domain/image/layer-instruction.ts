import { withoutSecrets } from "../secrets/mask-secrets.ts";

/** A longer instruction is a script. Its first words are enough to recognise it. */
const MAX_LENGTH = 500;

/**
 * The shells that builders put before a RUN's command: `/bin/sh -c`, `/bin/bash -o pipefail -c`, `cmd /S /C`,
 * PowerShell. Ignores case, which is harmless here.
 */
const SHELL =
  /(?<=^|\s)(?:(?:\/(?:usr\/(?:local\/)?)?bin\/)?(?:ba|da|a|z|k)?sh(?:\s+-[a-z]+(?:\s+pipefail)?)*?\s+-[a-z]*c\s+|cmd(?:\.exe)?\s+\/S\s+\/C\s+|(?:powershell|pwsh)(?:\.exe)?\s+(?:-\w+\s+)*?-Command\s+)/gi;

/**
 * The displayed Dockerfile instruction for an entry of an image's history. It leaves out the builders' additions, and
 * the values of build arguments, ARG and ENV, since tokens leak there. Other secrets are masked too. Builders write
 * those values unquoted, so a value's end is unknown. If in doubt, the rest is removed.
 *
 * Formats: BuildKit (`RUN |1 TOKEN=x /bin/sh -c make # buildkit`, frontend/dockerfile/dockerfile2llb
 * `runCommandString`), Docker's classic builder and Buildah (`|1 TOKEN=x /bin/sh -c make`, `/bin/sh -c #(nop)  ENV
 * A=b`).
 */
export function shownInstruction(createdBy: string): string {
  const whole = createdBy.trim();
  const text = /\s# buildkit$/.test(whole) ? whole.slice(0, -"# buildkit".length).trimEnd() : whole;
  const nop = /^(?:\S+\s+(?:\/S\s+\/C|-c|-Command)\s*|powershell[\s\S]*?)\s#\(nop\)\s*/i.exec(text);
  return bounded(withoutSecrets(instruction(nop === null ? text : text.slice(nop[0].length))));
}

function instruction(text: string): string {
  const withArguments = /^(?:RUN\s+)?\|\d+(?:\s|$)/.exec(text);
  if (withArguments !== null) return runWithArguments(text.slice(withArguments[0].length));
  const assignment = /^((?:ONBUILD\s+)*(?:ENV|ARG))\s+([\s\S]*)$/i.exec(text);
  if (assignment !== null) return `${assignment[1]?.toUpperCase()} ${firstName(assignment[2] ?? "")}`;
  const run = /^RUN\s+/i.exec(text)?.[0] ?? "";
  const rest = text.slice(run.length);
  const first = rest.matchAll(SHELL).next().value;
  const shell = first?.index === 0 ? first[0].length : 0;
  return run !== "" || shell > 0 ? `RUN ${rest.slice(shell)}` : text;
}

/** Only the first name is certain: a value may contain spaces and further `NAME=`. */
function firstName(text: string): string {
  const name = /^[A-Za-z_][\w.-]*/.exec(text)?.[0];
  return name === undefined ? "…" : name === text ? name : `${name}=…`;
}

/**
 * The command of a RUN with build arguments. It follows the last shell, since a value may contain a shell too. Without
 * a known shell (JSON form, or another shell), the end of the values is unknown.
 */
function runWithArguments(text: string): string {
  const last = [...text.matchAll(SHELL)].at(-1);
  return last === undefined ? "RUN …" : `RUN ${text.slice(last.index + last[0].length)}`;
}

/**
 * Shortens an instruction. The lines of a here-document are removed: they are a file's content, not the instruction.
 */
function bounded(text: string): string {
  const document = /<<-?\s*["']?\w+/.exec(text);
  const lineEnd = document === null ? -1 : text.indexOf("\n", document.index);
  const head = lineEnd === -1 ? text : `${text.slice(0, lineEnd)} …`;
  const line = head.replace(/\s+/g, " ").trim();
  return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

interface HistoryEntry {
  readonly created_by?: string | undefined;
  readonly empty_layer?: boolean | undefined;
}

/**
 * The instruction of each layer, in order. If the history does not have exactly one entry per layer (squashed images,
 * other builders), all are undefined.
 */
export function layerInstructions(
  history: readonly HistoryEntry[] | undefined,
  layers: number,
): (string | undefined)[] {
  const entries = (history ?? []).filter((entry) => entry.empty_layer !== true);
  if (entries.length !== layers) return new Array(layers).fill(undefined);
  return entries.map(({ created_by }) => {
    const shown = shownInstruction(created_by ?? "");
    return shown === "" ? undefined : shown;
  });
}
