import { GateError } from "../system/errors.ts";
import { readGivenFile } from "../system/given-files.ts";
import { harmless } from "../system/harmless-text.ts";
import type { World } from "../system/world.ts";
import type { Args, Command, Format, Seat } from "./command.ts";

/** The answer of a command that only reads. */
export interface Answer {
  /** For standard output, with a final line feed unless it is empty. Untrusted until it is made harmless. */
  readonly out: string;
  /** For standard error, likewise. */
  readonly err: string;
  /** 0: it answered, or it passes; 1: it fails; 2: there is no answer. */
  readonly code: 0 | 1 | 2;
}

/**
 * Says an answer. A stranger's text in it is harmless on a terminal.
 * @param isData the answer is a file for another program, which a pipe must not change
 * @returns its exit code
 */
export function say({ out, err, code }: Answer, { answer, terminal }: Seat, { isData = false } = {}): number {
  if (err !== "") terminal.err.write(harmless(err));
  if (out !== "") answer(isData && !terminal.isTerminal ? out : harmless(out));
  return code;
}

/** The parts of the world that a reading command needs. */
type ReadingWorld = Pick<World, "workspace" | "temp" | "now" | "env" | "toolCache" | "runFolder" | "platform">;

/** The request to a command that only reads. */
export interface ReadingRequest<Own = ReadingWorld> {
  readonly world: Own;
  readonly format: Format;
}

/** Runs a command that only reads. */
export function reading(
  answer: (given: Args, asked: ReadingRequest<World>) => Answer | Promise<Answer>,
): Command["run"] {
  return async (given, seat) => say(await answer(given, seat), seat);
}

/** An answer as JSON that is harmless on a terminal, or as lines. */
export function answered(
  format: Format,
  value: unknown,
  lines: () => readonly string[],
  rest: Partial<Pick<Answer, "err" | "code">> = {},
): Answer {
  const out = format === "json" ? `${harmlessDocument(JSON.stringify(value, null, 2))}\n` : linesOf(lines());
  return { out, err: "", code: 0, ...rest };
}

/**
 * The same JSON document, in which no character controls a terminal: C1 controls and bidirectional signs are escaped,
 * too. Such characters can only be in its strings.
 */
export function harmlessDocument(json: string): string {
  return json.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

/** Lines as text for standard output or standard error. */
export function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/**
 * The bytes of a file whose path was typed at a terminal. It may be anywhere, since the user has the right to read it.
 * A link in the workspace does not lead out of it.
 * @param what the file's name in messages: `report`
 * @throws GateError `file-missing`, `file-outside-workspace`, `file-not-regular`, `file-too-large`, `file-unreadable`
 */
export function readTyped(
  { what, path, maxBytes }: { readonly what: string; readonly path: string; readonly maxBytes: number },
  { workspace }: Pick<World, "workspace">,
): Buffer {
  return readGivenFile({ what, path, maxBytes }, { workspace, temp: workspace, isAtTerminal: true });
}

/**
 * The same as a text in UTF-8.
 * @param ignoreBOM a byte order mark stays
 * @throws GateError `file-not-text`, and the errors of {@link readTyped}
 */
export function readTypedText(
  given: Parameters<typeof readTyped>[0],
  world: Pick<World, "workspace">,
  { ignoreBOM = false } = {},
): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM }).decode(readTyped(given, world));
  } catch (cause) {
    if (cause instanceof GateError) throw cause;
    const what = `The ${given.what} ${JSON.stringify(given.path)} is not UTF-8 text`;
    throw new GateError("file-not-text", what, "Save the file as UTF-8.", { cause });
  }
}
