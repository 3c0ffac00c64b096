import type { RunningImage } from "../../domain/history/seen.ts";
import type { RunningScan } from "../../scan/running/index.ts";
import { credentialsFor } from "../../scanners/trivy/scan/registry-credentials.ts";
import type { World } from "../../system/world.ts";
import { harborOf, type Inputs } from "./inputs.ts";

/** Whether Harbor's own report on an image is judged. */
export function hasReport({ harborReport }: Pick<Inputs, "harborReport">, { where }: Pick<RunningImage, "where">) {
  return harborReport && where.some(({ source }) => harborOf(source) !== undefined);
}

/** Who reads Harbor's own reports. Undefined: they do not count. */
export async function reportsOf(
  inputs: Inputs,
  images: readonly RunningImage[],
  world: World,
): Promise<RunningScan["reported"]> {
  if (!inputs.harborReport) return undefined;
  const lines = new Set(images.flatMap(({ where }) => where.map(({ source }) => source)));
  const origins = [...lines].flatMap((line) => harborOf(line) ?? []);
  if (origins.length === 0) return undefined;
  const { harborScanner } = await import("../../scanners/harbor/index.ts");
  const scanner = harborScanner({
    origins: new Map(origins.map((origin) => [new URL(origin).host, origin])),
    credentials: credentialsFor(world),
    maxAgeMs: inputs.maxDbAge,
    timeoutMs: inputs.timeout,
  });
  return { scanner, has: (image) => hasReport(inputs, image) };
}
