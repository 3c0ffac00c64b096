import { GateError } from "../../../system/errors.ts";

/** Of a value in a report. */
export type Path = readonly PropertyKey[];

/** The error for a report that cannot be judged. It names the place, never the content. */
export function invalidReport(what: string, path?: Path, cause?: unknown): GateError {
  const place = path === undefined || path.length === 0 ? "" : ` at ${keyPath(path)}`;
  return new GateError(
    "report-invalid",
    `The Trivy report ${what}${place}`,
    "It must be the whole JSON of `trivy … --format json`, SchemaVersion 2, not converted and not a compliance report.",
    { cause },
  );
}

function keyPath(path: Path): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
}
