import { readFileSync, statSync } from "node:fs";

/** Beyond that it is not read a second time: its text alone would take this much memory, and as much again as values. */
const MOST_BYTES = 128 * 1024 * 1024;
const MOST_DEPTH = 1_000;

interface Component {
  readonly purl?: unknown;
  readonly components?: unknown;
}

/**
 * How many packages of a CycloneDX SBOM stand within other components and not at the top as well: Trivy reads the first level
 * alone, and says nothing of the others. None in any other text; undefined where nobody can tell.
 */
export function nestedComponentsIn(path: string): number | undefined {
  try {
    if (statSync(path).size > MOST_BYTES) return undefined;
    const document = JSON.parse(readFileSync(path, "utf8")) as Component | null;
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
  } catch {
    // SPDX as text, XML: what is no JSON has no such lists. What cannot be read Trivy refuses.
    return 0;
  }
}

function listOf(value: unknown): readonly Component[] {
  return Array.isArray(value)
    ? value.filter((each): each is Component => typeof each === "object" && each !== null)
    : [];
}
