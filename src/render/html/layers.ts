import type { Layer } from "../../domain/finding.ts";
import type { TargetVerdict } from "../../domain/verdict.ts";
import { shortInstruction } from "../shared/location.ts";
import { escaped, name } from "./text.ts";

/** The layers that findings sit in: the same one in several targets is one. */
export interface KnownLayers {
  /** By which a finding's layer is found; undefined where it has none. */
  keyOf(layer: Layer | undefined): number | undefined;
  /** Options of the control, with the targets that they belong to. */
  readonly options: string;
}

interface Known {
  readonly layer: Layer;
  readonly key: number;
  readonly targets: Set<number>;
}

/** Collects the layers of all findings. */
export function knownLayers(targets: readonly TargetVerdict[]): KnownLayers {
  const byDigest = new Map<string, Known>();
  for (const [index, target] of targets.entries()) {
    for (const layer of layersOf(target)) {
      const known = byDigest.get(layer.diffId) ?? { layer, key: byDigest.size, targets: new Set() };
      known.targets.add(index);
      byDigest.set(layer.diffId, known);
    }
  }
  return {
    keyOf: (layer) => (layer === undefined ? undefined : byDigest.get(layer.diffId)?.key),
    options: optionsOf([...byDigest.values()], targets),
  };
}

function layersOf(target: TargetVerdict): Set<Layer> {
  const layers = new Set<Layer>();
  if (target.answer === "error") return layers;
  for (const { finding } of target.findings) if (finding.layer !== undefined) layers.add(finding.layer);
  return layers;
}

/** One target: the layers in their order. Several: those of each, behind those that they share. */
function optionsOf(known: readonly Known[], targets: readonly TargetVerdict[]): string {
  const groups = targets.map(({ target }, index) => ({
    label: name(target.label, 100),
    layers: known.filter((each) => each.targets.size === 1 && each.targets.has(index)),
  }));
  const shared = known.filter((each) => each.targets.size > 1);
  const all = [{ label: "in several targets", layers: shared }, ...groups].filter(({ layers }) => layers.length > 0);
  return all
    .map(({ label, layers }) => {
      const options = [...layers].sort(byNumber).map(option).join("");
      return targets.length === 1 ? options : `<optgroup label="${label}">${options}</optgroup>`;
    })
    .join("");
}

function byNumber(a: Known, b: Known): number {
  return (a.layer.number ?? Number.MAX_SAFE_INTEGER) - (b.layer.number ?? Number.MAX_SAFE_INTEGER);
}

function option({ layer, key }: Known): string {
  const instruction = layer.instruction === undefined ? "" : shortInstruction(layer.instruction, 80);
  const number = layer.number === undefined ? "" : `${layer.number}`;
  const words = [number, escaped(instruction)].filter((part) => part !== "").join(": ");
  return `<option value="${key}">${words || escaped(layer.diffId.slice(0, 19))}</option>`;
}
