import type { ScanResult } from "../../domain/target.ts";
import type { IncompatibleSbom, StoredSbom } from "../../scanners/scanner.ts";
import { atATime } from "../../system/pool.ts";
import type { World } from "../../system/world.ts";
import { withHeldLog } from "../held-log.ts";
import { workersOn } from "../workers.ts";
import { type Content, type Found, type Learnt, type RunningScanner, targetOf } from "./content.ts";

/** How many stored SBOMs are looked up together. Larger batches save hardly more, and use more memory. */
const MOST_TOGETHER = 25;

/** Looks up the stored SBOMs that fit, several together. What has none, or one that does not fit, stays open. */
export async function byStoredSboms(open: readonly Content[], run: RunningScanner, world: World): Found {
  const { machine, say } = run;
  const stored = open.filter(({ digest }) => digest !== undefined && run.sbomOf?.(digest) !== undefined);
  const count = workersOn(machine, stored.length);
  const memory = machine.memory / count;
  const size = Math.min(MOST_TOGETHER, Math.ceil(stored.length / count));
  const parts = Array.from({ length: Math.ceil(stored.length / size) }, (_, at) =>
    stored.slice(at * size, (at + 1) * size),
  );
  const found = await atATime(count, parts, (part) =>
    withHeldLog(world.log, count === 1, async (log) => {
      const began = performance.now();
      const learnt = await storedAnswers(part, run, { memory }, { ...world, log });
      for (const [content, { outcome }] of learnt) if (outcome !== undefined) say(content, outcome, began, log);
      return learnt;
    }),
  );
  return new Map(found.flatMap((part) => [...part]));
}

/** The results of stored SBOMs. One that is not used has no outcome. */
export async function storedAnswers(
  contents: readonly Content[],
  { scanner, sbomOf }: Pick<RunningScanner, "scanner" | "sbomOf">,
  options: Pick<StoredSbom, "memory" | "anyVersion">,
  world: World,
): Found {
  const items = contents.flatMap((content) => {
    const { images, digest } = content;
    const packed = digest === undefined ? undefined : sbomOf?.(digest);
    if (digest === undefined || packed === undefined) return [];
    return [{ content, target: targetOf(images[0]), sbom: { packed, digest, ...options } }];
  });
  const found = items.length === 0 ? [] : await scanner.scanStored?.(items, world);
  return new Map(
    items.flatMap(({ content }, index): [Content, Learnt][] => {
      const each = found?.[index];
      return each === undefined ? [] : [[content, learntOf(each)]];
    }),
  );
}

function learntOf(found: ScanResult | IncompatibleSbom): Learnt {
  return "incompatible" in found ? { incompatible: found } : { outcome: { scan: found, way: "sbom" } };
}
