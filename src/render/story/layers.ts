import type { Layer } from "../../domain/finding.ts";
import type { PackageRow } from "../../domain/rows/package-rows.ts";
import type { JudgedFinding } from "../../domain/verdict.ts";
import { instructionWords, sourceWords } from "../shared/location.ts";
import { counted } from "../shared/phrases.ts";
import { type Inline, isEmpty, join, listed, type Rows, say, strong } from "../tree.ts";

/**
 * The instruction of each layer that a table or the plan refers to by its number, each once, and whether it is the base
 * image's.
 */
export function layersSection(rows: readonly PackageRow[], rank: number): Rows {
  const layers = numbered(rows);
  return listed(layers, {
    row: (layer) => [layerWords(layer)],
    rank,
    share: 0.1,
    what: "more layer",
    open: 0,
    folded: () => `Layers: the instructions of the ${counted(layers.length, "layer")} with findings`,
  });
}

interface Named {
  readonly layer: Layer;
  readonly origin: JudgedFinding["origin"];
}

/** The layers whose number is known, the lowest number first. */
function numbered(rows: readonly PackageRow[]): Named[] {
  const layers = new Map<number, Named>();
  for (const { findings } of rows) {
    const [{ finding, origin }] = findings;
    const { layer } = finding;
    if (layer?.number !== undefined && !layers.has(layer.number)) layers.set(layer.number, { layer, origin });
  }
  return [...layers.values()].sort((a, b) => (a.layer.number as number) - (b.layer.number as number));
}

function layerWords({ layer, origin }: Named): Inline {
  const about = join(", ", [sourceWords(layer), origin === "base" ? "base image" : ""]);
  return join(" ", [strong(`${layer.number}`), instructionWords(layer), isEmpty(about) ? "" : say`(${about})`]);
}
