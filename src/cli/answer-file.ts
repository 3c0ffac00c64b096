import { renameSync, rmSync, writeFileSync } from "node:fs";
import { GateError } from "../system/errors.ts";

/**
 * Writes an answer into the file that `--output` names: as a whole, or not at all.
 * @throws GateError `answer-not-written`
 */
export function writeAnswer(path: string, text: string): void {
  const beside = `${path}.${process.pid}.part`;
  try {
    writeFileSync(beside, text, { flag: "wx" });
    renameSync(beside, path);
  } catch (cause) {
    rmSync(beside, { force: true });
    throw new GateError(
      "answer-not-written",
      `The file of \`--output\`, ${JSON.stringify(path)}, cannot be written (${(cause as NodeJS.ErrnoException).code})`,
      "Name a file in a folder that exists and has space left, or leave `--output` out.",
      { cause },
    );
  }
}
