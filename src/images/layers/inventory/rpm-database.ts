import type { Found } from "../content.ts";
import type { SystemList } from "./text-lists.ts";

/** RPM's database. */
export function readRpmDatabase(_bytes: Buffer): SystemList {
  const found: Found = { kind: "rpm" };
  return { found, owned: [] };
}
