import type { ScanResult } from "../../domain/target.ts";
import type { IncompatibleSbom } from "../../scanners/scanner.ts";
import { asGateError } from "../../system/errors.ts";
import { atATime } from "../../system/pool.ts";
import type { World } from "../../system/world.ts";
import { withHeldLog } from "../held-log.ts";
import type { Found, Learnt } from "../obtain.ts";
import { workersOn } from "../workers.ts";
import { type Answer, type Content, type RunningScanner, targetOf } from "./content.ts";

/** How many stored SBOMs are scanned together. */
const MOST_TOGETHER = 25;

/** Scans the stored SBOMs that fit, several together. What has none, or one that does not fit, stays open. */
export async function byStoredSboms(
  open: readonly Content[],
  run: RunningScanner,
  world: World,
): Found<Content, Answer> {
  const { machine, say } = run;
  const stored = open.filter(({ digest }) => digest !== undefined && run.sbomOf?.(digest) !== undefined);
  const count = workersOn(machine, stored.length);
  const memory = machine.memory / count;
  const joined = count > 1 ? AbortSignal.abort() : new AbortController().signal;
  const size = Math.min(MOST_TOGETHER, Math.ceil(stored.length / count));
  const parts = Array.from({ length: Math.ceil(stored.length / size) }, (_, at) =>
    stored.slice(at * size, (at + 1) * size),
  );
  const found = await atATime(count, parts, (part) =>
    withHeldLog(world.log, joined, async (log) => {
      const began = performance.now();
      const own = { ...world, log };
      const learnt = new Map(await together(part, run, memory, own));
      for (const content of part) {
        const each = learnt.get(content) ?? (await byStoredSbom(content, run, { memory }, own));
        learnt.set(content, each);
        if (each.outcome !== undefined) say(content, each.outcome, began, log);
      }
      return learnt;
    }),
  );
  return new Map(found.flatMap((part) => [...part]));
}

/** Scans what can be scanned together, and leaves the rest out. */
async function together(
  contents: readonly Content[],
  { scanner, sbomOf }: RunningScanner,
  memory: number,
  world: World,
): Found<Content, Answer> {
  const items = contents.flatMap((content) => {
    const { images, digest } = content;
    const packed = digest === undefined ? undefined : sbomOf?.(digest);
    if (digest === undefined || packed === undefined) return [];
    return [{ content, target: targetOf(images[0]), sbom: { packed, digest, memory } }];
  });
  if (items.length < 2) return new Map();
  const found = await scanner.scanStoredTogether?.(items, world);
  return new Map(
    items.flatMap(({ content }, index): [Content, Learnt<Answer>][] => {
      const each = found?.[index];
      return each === undefined ? [] : [[content, fromSbom(each)]];
    }),
  );
}

/** The result of one stored SBOM. It has no outcome if there is no SBOM, or if it does not qualify. */
export async function byStoredSbom(
  { digest, images }: Content,
  { scanner, sbomOf }: Pick<RunningScanner, "scanner" | "sbomOf">,
  options: { readonly memory?: number; readonly anyVersion?: boolean },
  world: World,
): Promise<Learnt<Answer>> {
  const packed = digest === undefined ? undefined : sbomOf?.(digest);
  if (digest === undefined || packed === undefined || scanner.scanStored === undefined) return {};
  try {
    return fromSbom(await scanner.scanStored(targetOf(images[0]), { packed, digest, ...options }, world));
  } catch (thrown) {
    if (world.signal.aborted) throw thrown;
    // The image may have an answer all the same, or an error that says more.
    return { incompatible: { incompatible: asGateError(thrown).what, isOlder: false } };
  }
}

function fromSbom(found: ScanResult | IncompatibleSbom): Learnt<Answer> {
  return "incompatible" in found ? { incompatible: found } : { outcome: { scan: found, way: "sbom" } };
}
