import { GateError } from "../errors.ts";
import { readGivenFile } from "../files.ts";
import type { World } from "../world.ts";
import { BadVex, type VexContents, type VexDocument } from "./claim.ts";
import { isCsaf, readCsaf } from "./csaf.ts";
import { isCycloneDx, readCycloneDx } from "./cyclonedx.ts";
import { isOpenVex, readOpenVex } from "./openvex.ts";

/** A vendor's whole product line has some megabytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads VEX documents, in their order: OpenVEX 0.2, CycloneDX, CSAF.
 * @throws GateError `vex-invalid`; `file-…` as `readGivenFile`.
 */
export function readVexDocuments(paths: readonly string[], world: Pick<World, "workspace" | "temp">): VexDocument[] {
  return paths.map((path) => {
    const bytes = readGivenFile({ what: "VEX document", path, maxBytes: MAX_BYTES }, world);
    try {
      return { name: path, ...contentsOf(bytes) };
    } catch (cause) {
      // Too deep a tree of products ends as a RangeError.
      if (!(cause instanceof BadVex || cause instanceof RangeError)) throw cause;
      throw new GateError(
        "vex-invalid",
        `The VEX document ${JSON.stringify(path)} ${cause instanceof BadVex ? cause.message : "is nested too deeply"}`,
        "OpenVEX 0.2, CycloneDX with `vulnerabilities`, and CSAF 2 are read, as JSON. Nothing is accepted by a document that is not understood.",
        { cause },
      );
    }
  });
}

function contentsOf(bytes: Buffer): VexContents {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new BadVex("is not JSON", { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new BadVex("is no VEX document");
  const document = value as Readonly<Record<string, unknown>>;
  if (isOpenVex(document)) return readOpenVex(document);
  if (isCycloneDx(document)) return readCycloneDx(document);
  if (isCsaf(document)) return readCsaf(document);
  throw new BadVex("is of no format that is read");
}
