import { readFileSync, statSync } from "node:fs";

/** Beyond that it is not read a second time: its text alone would take this much memory, and as much again as values. */
const MOST_BYTES = 128 * 1024 * 1024;
const MOST_DEPTH = 1_000;

interface Component {
  readonly purl?: unknown;
  readonly components?: unknown;
}

interface Sbom {
  readonly components?: unknown;
  readonly metadata?: { readonly component?: { readonly type?: unknown } | null } | null;
  readonly packages?: unknown;
}

/** What Trivy does not tell of an SBOM. */
interface SbomFacts {
  /** Packages that stand within other components and not at the top as well; undefined: nobody can tell. */
  readonly nestedComponents: number | undefined;
  /** It says that it is of an image: CycloneDX of its subject, SPDX of one of its packages. */
  readonly isImageSbom: boolean;
}

/** Reads an SBOM once more. Of what is no JSON, or too large, little is known. */
export function readSbom(path: string): SbomFacts {
  try {
    if (statSync(path).size > MOST_BYTES) return { nestedComponents: undefined, isImageSbom: false };
    // A mark at the start is none of JSON's.
    const document = JSON.parse(readFileSync(path, "utf8").replace(/^\uFEFF/, "")) as Sbom | null;
    return { nestedComponents: nestedIn(document), isImageSbom: isOfImage(document) };
  } catch {
    // SPDX as text, XML: what is no JSON has no such lists. What cannot be read Trivy refuses.
    return { nestedComponents: 0, isImageSbom: false };
  }
}

function isOfImage(document: Sbom | null): boolean {
  if (document?.metadata?.component?.type === "container") return true;
  const packages: unknown = document?.packages;
  return (
    Array.isArray(packages) &&
    packages.some((each: { primaryPackagePurpose?: unknown } | null) => each?.primaryPackagePurpose === "CONTAINER")
  );
}

/** Of CycloneDX Trivy reads the first level of components alone, and says nothing of the others. */
function nestedIn(document: Sbom | null): number | undefined {
  const top = listOf(document?.components);
  const read = new Set(top.map(({ purl }) => purl));
  const nested = new Set<string>();
  let level = top.flatMap(({ components }) => listOf(components));
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === MOST_DEPTH) return undefined;
    for (const { purl } of level) if (typeof purl === "string" && !read.has(purl)) nested.add(purl);
    level = level.flatMap(({ components }) => listOf(components));
  }
  return nested.size;
}

function listOf(value: unknown): readonly Component[] {
  return Array.isArray(value)
    ? value.filter((each): each is Component => typeof each === "object" && each !== null)
    : [];
}
