import type { JudgeSettings, ScanOutcome } from "../domain/judge/judge.ts";
import type { PolicyChange } from "../domain/policy/change.ts";
import { exploitDataWanted } from "../domain/policy/exploit-limits.ts";
import type { Policy } from "../domain/policy/policy.ts";
import type { VexMatcher } from "../enrichment/vex/matcher.ts";
import type { SharedCache } from "../system/shared-cache.ts";
import { databaseStore } from "../system/store/store.ts";
import type { World } from "../system/world.ts";
import type { RuleFiles } from "./rule-files.ts";

/** The facts that raise or lower a finding's weight in addition to its severity, in the form that judging needs. */
export type Weights = Pick<JudgeSettings, "exploits" | "missingExploitData" | "vex">;

/** Work that was begun before the scan. */
export interface Weighing {
  /** Waits for the work that runs alongside the scan. */
  about(outcomes: readonly ScanOutcome[]): Promise<Weights>;
  /** The pull request's changes of VEX documents that {@link about} has read. */
  changes(): readonly PolicyChange[];
  /** Notes for the user, as plain sentences; call it after judging. */
  notes(): string[];
}

/** The sources of the weights. */
export interface EnrichmentSources extends Pick<RuleFiles, "vex" | "readHubs"> {
  /** True if requests are forbidden. */
  readonly offline: boolean;
  /** Keeps KEV and EPSS between runs. */
  readonly cache?: SharedCache | undefined;
}

const NOTHING: Weighing = { about: async () => ({}), changes: () => [], notes: () => [] };

/**
 * Parses the VEX documents and begins to prepare KEV and EPSS, if inputs or policy want them. Otherwise it loads, reads
 * and requests nothing.
 * @throws GateError `vex-invalid`, `vex-too-large`; from `about` also the errors of a VEX repository, `run-cancelled`
 */
export async function beginWeighing(
  policy: Policy,
  { vex, readHubs, offline, cache }: EnrichmentSources,
  world: World,
): Promise<Weighing> {
  const wanted = exploitDataWanted(policy);
  const isDataWanted = wanted.kev || wanted.epss;
  const isVexWanted = vex.length > 0 || readHubs !== undefined;
  if (!isDataWanted && !isVexWanted) return NOTHING;
  const { createVexMatcher, prepareExploitData, readingAt, readVexDocuments } = await import("../enrichment/index.ts");
  const reading = readingAt(world.now());
  // Their mistakes are reported before the scan.
  const documents = readVexDocuments(vex, reading);
  const preparing = isDataWanted
    ? prepareExploitData(policy, { offline, cache, store: databaseStore(world).store }, world)
    : undefined;
  // `about` handles the failure. If the run ends before, the failure must not count as unhandled.
  preparing?.catch(() => {});
  let data: Awaited<typeof preparing>;
  let hubs: ReturnType<NonNullable<typeof readHubs>> | undefined;
  let matcher: VexMatcher | undefined;
  return {
    async about(outcomes) {
      const scans = outcomes.flatMap((outcome) => ("scan" in outcome ? [outcome.scan] : []));
      data = await preparing;
      // Later questions are about the same targets.
      if (isVexWanted && matcher === undefined) {
        hubs = readHubs?.(scans);
        // A document that is named by itself takes precedence over a repository's with the same time.
        matcher = createVexMatcher([...readVexDocuments(hubs?.files ?? [], reading), ...documents]);
      }
      const ids = new Set(scans.flatMap(({ findings }) => findings.map(({ id }) => id)));
      return { exploits: data?.about(ids), missingExploitData: data?.missing, vex: matcher?.statementOf };
    },
    changes: () => hubs?.changes ?? [],
    notes: () => [...(data?.notes ?? []), ...(matcher?.notes() ?? [])],
  };
}
