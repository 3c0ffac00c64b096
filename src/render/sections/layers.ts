import type { Layer } from "../../domain/finding.ts";
import type { JudgedFinding } from "../../domain/verdict.ts";
import { listRows, type Rows } from "../markdown/fit.ts";
import { instructionWords, sourceWords } from "../markdown/location.ts";
import { details } from "../markdown/markdown.ts";
import { counted, joined } from "../shared/phrases.ts";

/** Layers that are named in one line. More are a list that is folded. */
const OPEN = 5;

/**
 * What made each layer that a table or the plan refers to by its number, each once, and whether it is the base image's.
 */
export function layersSection(findings: readonly JudgedFinding[], rank: number): Rows {
  const layers = numbered(findings);
  return listRows(layers, {
    row: layerRow,
    rank,
    share: 0.1,
    layout: (shown, left) => {
      const rest = left === 0 ? [] : [`_${counted(left, "more layer")} left out here._`];
      if (layers.length <= OPEN) return `<sub>Layers: ${[...shown, ...rest].join(" · ")}</sub>`;
      return details(
        `Layers: what made the ${counted(layers.length, "layer")} with findings`,
        [...shown, ...rest].map((line) => `- ${line}`).join("\n"),
      );
    },
  });
}

interface Named {
  readonly layer: Layer;
  readonly origin: JudgedFinding["origin"];
}

/** The layers whose number is known, the lowest number first. */
function numbered(findings: readonly JudgedFinding[]): Named[] {
  const layers = new Map<number, Named>();
  for (const { finding, origin } of findings) {
    const { layer } = finding;
    if (layer?.number !== undefined && !layers.has(layer.number)) layers.set(layer.number, { layer, origin });
  }
  return [...layers.values()].sort((a, b) => (a.layer.number as number) - (b.layer.number as number));
}

function layerRow({ layer, origin }: Named): string {
  const made = instructionWords(layer);
  const where = sourceWords(layer.source);
  const about = joined(", ", [where, origin === "base" ? "base image" : ""]);
  return joined(" ", [`**${layer.number}**`, made, about === "" ? "" : `(${about})`]);
}
