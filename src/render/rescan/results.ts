import type { Rescanned } from "../../domain/history/running.ts";
import { oncePer } from "../../domain/memoize.ts";
import { harmlessJson, resultOf } from "../json/results.ts";
import { counted } from "../shared/phrases.ts";
import type { RescanView } from "./view.ts";

/** A platform keeps at most 1 MiB of outputs. The other outputs are short. */
const LIMIT = 900_000;

/** The output, and how many images are not in it: those that pass, and others. */
interface RescanResults {
  readonly json: string;
  readonly passing: number;
  readonly others: number;
}

/**
 * The output `results`: as the gate's, with where each image runs and by which way it was scanned (`sbom`, `image` or
 * `report`, empty if it was not). If that is longer than outputs may be, images that pass are left out, the last one
 * first, and then the last of the others. The JSON report has all.
 */
export const rescanResults = oncePer(({ images }: RescanView): RescanResults => {
  const running = images.flatMap((image) => image.running);
  const texts = running.map(resultText);
  const passes = (index: number) => running[index]?.verdict.answer === "pass";
  const indexes = [...texts.keys()].reverse();
  const left = new Set<number>();
  let size = texts.reduce((sum, text) => sum + text.length + 1, 0);
  for (const index of [...indexes.filter(passes), ...indexes.filter((at) => !passes(at))]) {
    if (size <= LIMIT) break;
    left.add(index);
    size -= (texts[index]?.length ?? 0) + 1;
  }
  const passing = [...left].filter(passes).length;
  const json = `[${texts.filter((_, index) => !left.has(index)).join(",")}]`;
  return { json, passing, others: left.size - passing };
});

/** Says which images the output leaves out. Empty if it has all. */
export function leftFromResults(view: RescanView): string {
  const { passing, others } = rescanResults(view);
  if (passing + others === 0) return "";
  const rest = others === 0 ? "" : `, and ${counted(others, "other image")}`;
  return `The output of results has no room for ${counted(passing, "image")} that ${passing === 1 ? "passes" : "pass"}${rest}: the JSON report has all.`;
}

function resultText({ verdict, where, way }: Rescanned): string {
  const places = where.map(({ source, name }) => ({ source, name }));
  return harmlessJson({ ...resultOf(verdict, {}), where: places, way: way ?? "" });
}
