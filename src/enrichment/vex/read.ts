import { isObject } from "../../domain/json/is-object.ts";
import { purlKey } from "../../domain/purl.ts";
import { GateError } from "../../system/errors.ts";
import { isCsaf, readCsaf } from "./csaf.ts";
import { isCycloneDx, readCycloneDx } from "./cyclonedx.ts";
import { BadVex, parsedJson, type Reading, type VexContents, type VexDocument } from "./document.ts";
import { isOpenVex, readOpenVex } from "./openvex.ts";

/** A document for a vendor's whole product line has some megabytes. */
export const MAX_VEX_BYTES = 64 * 1024 * 1024;

/** A document's bytes, with its name. */
export interface VexFile extends Pick<VexDocument, "name" | "hub"> {
  readonly bytes: Buffer;
  /** For a document of a hub: keys of the products that it may speak of. Its statements about others are not read. */
  readonly about?: ReadonlySet<string> | undefined;
}

/**
 * Reads VEX documents, in order: OpenVEX 0.2, CycloneDX, CSAF.
 * @param reading its time, since claims with a later date are not accepted, and the remaining budget
 * @throws GateError `vex-invalid`, `vex-too-large`
 */
export function readVexDocuments(files: readonly VexFile[], reading: Reading): VexDocument[] {
  return files.map(({ name, hub, bytes, about }) => {
    try {
      const contents = contentsOf(bytes, reading);
      const claims = contents.claims.filter(({ product }) => about === undefined || about.has(purlKey(product)));
      return { name, ...(hub !== undefined && { hub }), ...contents, claims };
    } catch (cause) {
      throw refusal(name, cause);
    }
  });
}

function refusal(name: string, cause: unknown): unknown {
  if (!(cause instanceof BadVex)) return cause;
  const what = `The VEX document ${JSON.stringify(name)} ${cause.message}`;
  if (cause.isTooLarge)
    return new GateError(
      "vex-too-large",
      what,
      "Leave out the products that these images do not have, and documents about them.",
      { cause },
    );
  return new GateError(
    "vex-invalid",
    what,
    "OpenVEX 0.2, CycloneDX with `vulnerabilities`, and CSAF 2 are read, as JSON. A document of an unknown format accepts nothing.",
    { cause },
  );
}

const FORMATS = [
  [isOpenVex, readOpenVex],
  [isCycloneDx, readCycloneDx],
  [isCsaf, readCsaf],
] as const;

function contentsOf(bytes: Buffer, reading: Reading): VexContents {
  const { value, keys } = parsedJson(bytes);
  if (!isObject(value)) throw new BadVex("is not a VEX document");
  const [format, second] = FORMATS.filter(([isFormat]) => isFormat(value));
  if (format === undefined) throw new BadVex("has an unsupported format");
  if (second !== undefined) throw new BadVex("has two formats at once");
  return format[1]({ value, keys }, reading);
}
