import { resolve } from "node:path";
import { GateError } from "../system/errors.ts";
import { readGivenFile } from "../system/given-files.ts";
import { harmless } from "../system/harmless-text.ts";
import type { World } from "../system/world.ts";
import { harmlessDocument } from "./answers.ts";
import type { Seat } from "./command.ts";

/** What a command that only reads has to say. */
export interface Answer {
  /** For standard output, with a final line feed unless it is empty. Untrusted until it is made harmless. */
  readonly out: string;
  /** For standard error, likewise. */
  readonly err: string;
  /** 0: it answered, or it passes; 1: it fails; 2: there is no answer. */
  readonly code: 0 | 1 | 2;
}

/**
 * Says an answer. What a stranger wrote is harmless on a terminal.
 * @param isData the answer is a file for another program, which a pipe must not change
 * @returns its exit code
 */
export function say({ out, err, code }: Answer, { answer, terminal }: Seat, { isData = false } = {}): number {
  if (err !== "") terminal.err.write(harmless(err));
  if (out !== "") answer(isData && !terminal.isTerminal ? out : harmless(out));
  return code;
}

/** Lines as text for one of both outputs. */
export function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** An answer as JSON that is harmless on a terminal, too. */
export function jsonOf(value: unknown): string {
  return `${harmlessDocument(JSON.stringify(value, null, 2))}\n`;
}

/**
 * The bytes of a file that was typed at a terminal, which may lie anywhere: the person who typed it may read it.
 * @param what what messages call the file: `report`
 * @throws GateError `file-missing`, `file-not-regular`, `file-too-large`, `file-unreadable`
 */
export function readTyped(
  { what, path, maxBytes }: { readonly what: string; readonly path: string; readonly maxBytes: number },
  { workspace }: Pick<World, "workspace">,
): Buffer {
  try {
    return readGivenFile({ what, path: resolve(workspace, path), maxBytes }, { workspace: "/", temp: "/" });
  } catch (thrown) {
    if (!(thrown instanceof GateError)) throw thrown;
    // Not the whole path, and not the words of a workflow.
    const remedy =
      thrown.code === "file-missing" ? "Check the path, which is relative to the working directory." : thrown.remedy;
    const named = thrown.what.replace(JSON.stringify(resolve(workspace, path)), () => JSON.stringify(path));
    throw new GateError(thrown.code, named, remedy, { cause: thrown });
  }
}

/**
 * The same as a text in UTF-8.
 * @throws GateError `file-not-text`, and those of {@link readTyped}
 */
export function readTypedText(given: Parameters<typeof readTyped>[0], world: Pick<World, "workspace">): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readTyped(given, world));
  } catch (cause) {
    if (cause instanceof GateError) throw cause;
    const what = `The ${given.what} ${JSON.stringify(given.path)} is not UTF-8 text`;
    throw new GateError("file-not-text", what, "Save the file as UTF-8.", { cause });
  }
}
