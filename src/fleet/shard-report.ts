import type { Way } from "../domain/history/seen.ts";
import type { ScanResult } from "../domain/target.ts";
import type { TargetError } from "../domain/verdict.ts";
import type { ScannedImages } from "../scan/running/index.ts";
import { digestOf, type Shard } from "./shard-plan.ts";

/** The run of the platform that a report is of. */
export interface ShardRun {
  readonly repository?: string | undefined;
  readonly run: number;
  readonly attempt: number;
}

/** A report's first line. */
export interface ShardHead {
  readonly version: 1;
  readonly shard: string;
  /** {@link digestOf} the share that was scanned. */
  readonly plan: string;
  /** Absent: there is no platform. */
  readonly run?: ShardRun | undefined;
}

/** A line with what was found in one content. The others count them from 0. */
export interface ScanLine {
  readonly scan: ScanResult;
}

/** A line for each image, in the order of the plan. */
export interface ImageLine {
  /** The number of its {@link ScanLine}. */
  readonly of?: number | undefined;
  readonly way?: Way | undefined;
  readonly error?: TargetError | undefined;
}

/** A line with the SBOM of a digest that was scanned for the first time. */
export interface SbomLine {
  readonly digest: string;
  /** By gzip, as base64. */
  readonly packed: string;
}

/** The last line: without it, the report was cut off. */
export interface EndLine {
  /** How many lines come before it. */
  readonly lines: number;
  /** What a reader must know of the whole shard, as sentences. */
  readonly notes: readonly string[];
}

/** The report of one shard, line by line: JSON, so that a merge reads one content at a time. */
export function* writeShard(
  { entry }: Pick<Shard, "entry">,
  { scanned, sboms, notes }: ScannedImages,
  run: ShardRun | undefined,
): Generator<string> {
  let lines = 0;
  const line = (value: ShardHead | ScanLine | ImageLine | SbomLine | EndLine) => {
    lines += 1;
    return `${JSON.stringify(value)}\n`;
  };
  yield line({ version: 1, shard: entry.shard, plan: digestOf(entry), run });
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
