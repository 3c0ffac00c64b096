import { z } from "zod";
import { addDays, dayOf } from "../../domain/dates.ts";
import { isObject } from "../../domain/json/is-object.ts";
import { type GivenText, type IgnoreFile, invalidIgnoreFile } from "./ignore-file.ts";

/** The last second that a date can represent: the end of the year 9999. */
const MAX_SECONDS = 253_402_300_799;

/** `CVEAllowlist` of Harbor's API 2.0. */
const allowlist = z.object({
  items: z.array(z.object({ cve_id: z.string().trim().min(1) })).nullish(),
  expires_at: z.int().max(MAX_SECONDS).nullish(),
});

/** The allowlist of a system, or of a project in its API's form. Undefined: the document has none. */
export function harborAllowlist(document: unknown): unknown {
  if (!isObject(document)) return undefined;
  const found = document.cve_allowlist ?? document;
  if (!isObject(found) || !("items" in found)) return undefined;
  const { items } = found;
  const isOne = items === null || (Array.isArray(items) && items.every((each) => isObject(each) && "cve_id" in each));
  return isOne ? found : undefined;
}

/**
 * Reads the allowlist of a Harbor system or project. All entries share one end, and there are no reasons.
 * @throws GateError `ignore-file-invalid`
 */
export function readHarbor(found: unknown, { file }: Pick<GivenText, "file">): IgnoreFile {
  const read = allowlist.safeParse(found);
  if (!read.success) {
    const message = `${JSON.stringify(read.error.issues[0]?.path.join("."))} does not have the form that Harbor writes`;
    throw invalidIgnoreFile(file, [{ line: 1, column: 1, message }]);
  }
  const { items, expires_at: end } = read.data;
  // Harbor's list ends at that second. The day is included only if it is over then.
  const expires = typeof end === "number" && end > 0 ? addDays(dayOf(new Date((end + 1) * 1000)), -1) : undefined;
  const entries = (items ?? []).map(({ cve_id: id }) => ({ id, expires, comments: [] }));
  return { tool: "Harbor", entries, leftOut: [] };
}
