import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { GateError } from "../system/errors.ts";

/**
 * Writes an answer into the file that `--output` names: as a whole, or not at all. A link stays one. A device or a pipe
 * is written to: root would put a file in the place of `/dev/null`.
 * @throws GateError `answer-not-written`
 */
export function writeAnswer(path: string, text: string): void {
  let beside: string | undefined;
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there !== undefined && !there.isFile()) {
      writeFileSync(path, text);
      return;
    }
    const real = there === undefined ? path : realpathSync(path);
    beside = `${real}.${process.pid}.part`;
    writeFileSync(beside, text, { flag: "wx" });
    renameSync(beside, real);
  } catch (cause) {
    if (beside !== undefined) rmSync(beside, { force: true });
    throw new GateError(
      "answer-not-written",
      `The file of \`--output\`, ${JSON.stringify(path)}, cannot be written (${(cause as NodeJS.ErrnoException).code})`,
      "Name a file in a folder that exists and has space left, or leave `--output` out.",
      { cause },
    );
  }
}
