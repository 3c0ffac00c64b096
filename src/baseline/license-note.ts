import { readSbom, type Sbom } from "../documents/sbom.ts";
import { licenseChanges } from "../domain/change/license-changes.ts";
import { inPlainWords } from "../domain/change/plain-words.ts";
import { isObject } from "../domain/json/is-object.ts";
import { licenseWords } from "../render/shared/license-words.ts";
import { readGivenFile } from "../system/given-files.ts";
import type { World } from "../system/world.ts";
import type { ScannedTarget, StoredBaseline } from "./stored-baseline.ts";

/** A larger SBOM is compared without its licences, since this reads it once more. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Says how the licences of a judged SBOM differ from the baseline's. Absent: they do not, or two programs
 * made them, or something else than an SBOM is compared. Two programs read licences out of the same files differently.
 */
export function licenseNote(
  { licensed }: StoredBaseline,
  { target }: ScannedTarget,
  world: Pick<World, "workspace" | "temp">,
): string | undefined {
  if (licensed?.tool === undefined || target.kind !== "sbom") return undefined;
  const now = sbomAt(target.input, world);
  if (now?.tool !== licensed.tool) return undefined;
  const words = licenseWords(licenseChanges(now.packages.map(inPlainWords), licensed.packages.map(inPlainWords)));
  return words === "" ? undefined : `Licences: ${words}.`;
}

/** It was scanned, so that it can be read. One that the scanner alone reads has no licences here. */
function sbomAt(path: string, world: Pick<World, "workspace" | "temp">): Sbom | undefined {
  try {
    const text = readGivenFile({ what: "SBOM", path, maxBytes: MOST_BYTES }, world).toString("utf8");
    const document: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    const sbom = isObject(document) ? readSbom(document) : undefined;
    return sbom === undefined || "wrong" in sbom ? undefined : sbom;
  } catch {
    return undefined;
  }
}
