import { type ReadDocument, readDocument } from "../documents/read-document.ts";
import { REPORT_READERS } from "../scanners/readers.ts";
import type { World } from "../system/world.ts";
import { readTyped } from "./reading.ts";

/** The option that names the image of a scanner's report. */
export const AS_OPTION = {
  name: "as",
  kind: "text",
  value: "IMAGE",
  about: "The image that a scanner's report is about, for rules by image.",
} as const;

/** Maximum number of bytes of a report or an SBOM: 50,000 findings take 30 MB. */
const MAX_DOCUMENT_BYTES = 256 * 1024 * 1024;

/**
 * A report or an SBOM that was typed.
 * @param as the image that a scanner's report is about
 * @throws GateError `document-…`, `report-…`, `file-…`
 */
export function typedDocument(file: string, world: Pick<World, "workspace">, as?: string): ReadDocument {
  const bytes = readTyped({ what: "report", path: file, maxBytes: MAX_DOCUMENT_BYTES }, world);
  return readDocument(bytes, { input: file, as }, REPORT_READERS);
}
