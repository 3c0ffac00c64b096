import type { z } from "zod";
import { GateError } from "../../../system/errors.ts";

type Path = readonly PropertyKey[];

/** A report that cannot be judged; names where, never what stands there. */
export function invalidReport(what: string, path?: Path, cause?: unknown): GateError {
  const where = path === undefined || path.length === 0 ? "" : ` at ${keyPath(path)}`;
  return new GateError(
    "report-invalid",
    `The Trivy report ${what}${where}`,
    "It must be the whole JSON of `trivy … --format json`, SchemaVersion 2, not converted and not a compliance report.",
    { cause },
  );
}

/**
 * @param at where `value` stands in the report, and in a list of rows the row
 * @throws GateError `report-invalid`
 */
export function parsed<T>(schema: z.ZodType<T>, value: unknown, at: Path, ...row: PropertyKey[]): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalidReport(issue?.code === "invalid_type" ? `has no ${expected(issue.expected)}` : "has a wrong value", [
    ...at,
    ...row,
    ...(issue?.path ?? []),
  ]);
}

/** Lists of rows were taken out before: what is left under such a key is no list. */
function expected(type: string): string {
  return type === "never" ? "array" : type;
}

function keyPath(path: Path): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
}
