import { GateError } from "../../system/errors.ts";
import type { Mistake } from "../mistakes.ts";

const REMEDY = "Correct the file, or take out what does not belong there.";

/** @param mistakes what is wrong, each with its place; none has the file's own values */
export function invalidIgnoreFile(file: string, mistakes: readonly Mistake[]): GateError {
  const lines = mistakes.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  return new GateError("ignore-file-invalid", `The ignore file cannot be read:\n${lines.join("\n")}`, REMEDY);
}

/** @param why a clause about the file */
export function unknownIgnoreFile(file: string, why: string): GateError {
  return new GateError(
    "ignore-file-unknown",
    `${JSON.stringify(file)} is not an ignore file that can be imported: ${why}`,
    "Give a .trivyignore, a .trivyignore.yaml, a .grype.yaml with `ignore`, or the JSON of a Harbor allowlist.",
  );
}
