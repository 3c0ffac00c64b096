import type { Rescanned } from "../../domain/history/seen.ts";
import type { Target } from "../../domain/target.ts";
import { harmlessJson, resultOf } from "../json/results.ts";
import type { RescanView } from "./view.ts";

/** A platform keeps at most 1 MiB of outputs. The other outputs are short. */
const LIMIT = 900_000;

/**
 * The output `results`: as the gate's, with where each image runs and by which way it was scanned (`sbom`, `image` or
 * `report`, empty if it was not). If that is longer than outputs may be, each image has its first place only; the JSON
 * report has all.
 * @param moreOf what else is known about a target: {@link resultOf}
 */
export function rescanResults({ images }: RescanView, moreOf: (target: Target) => object = () => ({})): string {
  const running = images.flatMap((image) => image.running);
  const withPlaces = (most: number) =>
    harmlessJson(running.map((each) => rescannedResult(each, most, moreOf(each.verdict.target))));
  const all = withPlaces(Number.POSITIVE_INFINITY);
  return all.length <= LIMIT ? all : withPlaces(1);
}

function rescannedResult({ verdict, where, way }: Rescanned, places: number, more: object): object {
  const listed = where.slice(0, places).map(({ source, name }) => ({ source, name }));
  return { ...resultOf(verdict, more), where: listed, way: way ?? "" };
}
