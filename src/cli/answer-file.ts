import { realpathSync, statSync, writeFileSync } from "node:fs";
import { GateError } from "../system/errors.ts";
import { replaceWhole } from "../system/given-files.ts";

/**
 * Writes an answer into the file that `--output` names: as a whole, or not at all. A link stays one. A device or a pipe
 * is written to: root would put a file in the place of `/dev/null`.
 * @throws GateError `answer-not-written`
 */
export function writeAnswer(path: string, text: string): void {
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there !== undefined && !there.isFile()) {
      writeFileSync(path, text);
      return;
    }
    replaceWhole(there === undefined ? path : realpathSync(path), [text], { mode: 0o666 });
  } catch (cause) {
    throw new GateError(
      "answer-not-written",
      `The file of \`--output\`, ${JSON.stringify(path)}, cannot be written (${(cause as NodeJS.ErrnoException).code})`,
      "Name a file in a folder that exists and has space left, or leave `--output` out.",
      { cause },
    );
  }
}
