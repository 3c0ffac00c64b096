import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { ScanResult, Target } from "../domain/target.ts";
import type { IncompatibleSbom, Scanner, StoredSbom } from "../scanners/scanner.ts";
import type { World } from "../system/world.ts";

// Stored SBOMs are read by the scanner that has made them. Others are asked about the packages that it lists.

/** What comes before and after the scanner that reads a stored SBOM. */
export interface AroundStored {
  /** Why the SBOM does not do for all that are asked. Undefined: it does. */
  readonly refusal?: (sbom: StoredSbom) => IncompatibleSbom | undefined;
  /** The answer of all, from what the SBOM's own scanner says. */
  readonly matched: (
    target: Target,
    listed: ScanResult | IncompatibleSbom,
    world: World,
  ) => Promise<ScanResult | IncompatibleSbom>;
}

/** Empty if the scanner reads no stored SBOMs. */
export function storedBy(
  { scanStored, scanStoredTogether }: Scanner,
  { refusal, matched }: AroundStored,
): Pick<Scanner, "scanStored" | "scanStoredTogether"> {
  if (scanStored === undefined) return {};
  return {
    scanStored: async (target, sbom, world) =>
      refusal?.(sbom) ?? matched(target, await scanStored(target, sbom, world), world),
    ...(scanStoredTogether && {
      async scanStoredTogether(items, world) {
        const refused = items.map(({ sbom }) => refusal?.(sbom));
        const open = items.filter((_, at) => refused[at] === undefined);
        const found = open.length < 2 ? [] : await scanStoredTogether(open, world);
        const answers = new Map<(typeof items)[number], ScanResult | IncompatibleSbom>();
        for (const [at, item] of open.entries()) {
          const each = found[at];
          const answer = each && (await matched(item.target, each, world).catch(unless(world.signal)));
          if (answer !== undefined) answers.set(item, answer);
        }
        return items.map((item, at) => refused[at] ?? answers.get(item));
      },
    }),
  };
}

/** What fails among others is scanned alone, which tells why. */
function unless({ aborted }: AbortSignal): (thrown: unknown) => undefined {
  return (thrown) => {
    if (aborted) throw thrown;
  };
}

/** Gives work a file for a report that is removed afterwards: hundreds of them would fill the disk. */
export async function withOwnReport<T>(
  { runFolder }: Pick<World, "runFolder">,
  work: (reportFile: string) => Promise<T>,
): Promise<T> {
  const reportFile = join(runFolder, `stored-${randomUUID()}.json`);
  try {
    return await work(reportFile);
  } finally {
    rmSync(reportFile, { force: true });
  }
}
