import { z } from "zod";
import { WAYS } from "../domain/history/running.ts";
import type { ReadOf } from "../domain/report/fields.ts";
import type { ScanResult } from "../domain/target.ts";
import type { ScannedImages } from "../scan/running/index.ts";
import { targetError } from "./plan-document.ts";
import { scanResult } from "./scan-checks.ts";
import type { Shard } from "./shard-plan.ts";

/** The run of the platform that a report is of. */
const shardRun = z.object({ repository: z.string().optional(), run: z.int(), attempt: z.int() });
export type ShardRun = ReadOf<typeof shardRun>;

/** A report's first line. */
export const shardHead = z.object({
  version: z.literal(1),
  shard: z.string(),
  /** SHA-256 of the plan whose share was scanned. */
  plan: z.string(),
  /** Absent: there is no platform. */
  run: shardRun.optional(),
});
export type ShardHead = ReadOf<typeof shardHead>;

/** A line with what was found in one content. The others count them from 0. */
export const scanLine = z.object({ scan: scanResult });

/** A line for each image, in the order of the plan. */
export const imageLine = z.object({
  /** The number of its {@link scanLine}. */
  of: z.int().nonnegative().optional(),
  way: z.enum(WAYS).optional(),
  error: targetError.optional(),
});

/** A line with the SBOM of a digest that was scanned for the first time, by gzip, as base64. */
export const sbomLine = z.object({ digest: z.string(), packed: z.string() });

/** The last line: without it, the report was cut off. */
export const endLine = z.object({
  /** How many lines come before it. */
  lines: z.int().nonnegative(),
  /** What a reader must know of the whole shard, as sentences. */
  notes: z.array(z.string()),
});

/** The report of one shard, line by line: JSON, so that a merge reads one content at a time. */
export function* writeShard(
  { name: shard, plan }: Pick<Shard, "name" | "plan">,
  { scanned, sboms, notes }: ScannedImages,
  run: ShardRun | undefined,
): Generator<string> {
  let lines = 0;
  const line = (value: object) => {
    lines += 1;
    return `${JSON.stringify(value)}\n`;
  };
  yield line({ version: 1, shard, plan, run });
  // Images of one content have their own copies of its result, which share the findings.
  const contents = new Map<ScanResult["findings"], number>();
  for (const { outcome, way } of scanned) {
    if ("error" in outcome) {
      const { code, what, remedy } = outcome.error;
      yield line({ error: { code, what, remedy } });
      continue;
    }
    const { findings } = outcome.scan;
    let of = contents.get(findings);
    if (of === undefined) {
      of = contents.size;
      contents.set(findings, of);
      yield line({ scan: outcome.scan });
    }
    yield line({ of, way });
  }
  for (const [digest, packed] of sboms) yield line({ digest, packed: packed.toString("base64") });
  yield line({ lines, notes });
}
