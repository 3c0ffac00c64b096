import type { Rescanned } from "../../domain/history/running.ts";
import { oncePer } from "../../domain/memoize.ts";
import { harmlessJson, resultOf } from "../json/results.ts";
import { counted } from "../shared/phrases.ts";
import type { RescanView } from "./view.ts";

/** A platform keeps at most 1 MiB of outputs. The other outputs are short. */
const LIMIT = 900_000;

/** The output, and the number of omitted images: passing ones, and others. */
interface RescanResults {
  readonly json: string;
  readonly passing: number;
  readonly others: number;
}

/**
 * The output `results`: as the gate's, with each image's places and the way of its scan (`sbom`, `image` or `report`,
 * empty if it was not scanned). If that is longer than outputs may be, images that pass are left out, the last one
 * first, and then the last of the others. The JSON report has all.
 */
export const rescanResults = oncePer(({ images }: RescanView): RescanResults => {
  const all = images.flatMap(({ running }) =>
    running.map((each) => ({ passes: each.verdict.answer === "pass", text: resultText(each) })),
  );
  const kept = new Set<(typeof all)[number]>();
  let size = 0;
  for (const each of [...all.filter(({ passes }) => !passes), ...all.filter(({ passes }) => passes)]) {
    size += each.text.length + 1;
    if (size <= LIMIT) kept.add(each);
  }
  const left = all.filter((each) => !kept.has(each));
  const passing = left.filter(({ passes }) => passes).length;
  const texts = all.filter((each) => kept.has(each)).map(({ text }) => text);
  return { json: `[${texts.join(",")}]`, passing, others: left.length - passing };
});

/** Names the images that the output leaves out. Empty if it has all. */
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
