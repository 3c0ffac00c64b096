import { GateError } from "../system/errors.ts";

/** A report exceeds Node's longest string, or its largest file. */
export function reportTooLarge(name: string, cause: unknown): GateError {
  return new GateError(
    "report-too-large",
    `The ${name} report is too large to be read at once`,
    "Scan less at a time: name parts of the target.",
    { cause, byInput: { "skip-dirs": "Or leave folders out with `skip-dirs`." } },
  );
}
