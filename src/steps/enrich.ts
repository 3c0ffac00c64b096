import type { JudgeSettings, ScanOutcome } from "../domain/judge/judge.ts";
import type { PolicyChange } from "../domain/policy/change.ts";
import { exploitDataWanted } from "../domain/policy/exploit-limits.ts";
import type { Policy } from "../domain/policy/policy.ts";
import type { ScanResult } from "../domain/target.ts";
import type { VexMatcher } from "../enrichment/vex/matcher.ts";
import type { SharedCache } from "../system/shared-cache.ts";
import { databaseStore } from "../system/store/store.ts";
import type { World } from "../system/world.ts";
import type { RuleFiles } from "./rule-files.ts";

/** What raises or lowers a finding's weight beside its severity, in the form that judging needs. */
export type Weights = Pick<JudgeSettings, "exploits" | "missingExploitData" | "vex">;

/** Work that was begun before the scan. */
export interface Weighing {
  /** Waits for the work that runs beside the scan. */
  about(outcomes: readonly ScanOutcome[]): Promise<Weights>;
  /** After {@link about}: what the pull request changes in VEX documents that are read only then. */
  changes(): readonly PolicyChange[];
  /** Notes for the user, as plain sentences; call it after judging. */
  notes(): string[];
}

/** The sources of the weights. */
export interface EnrichmentSources extends Pick<RuleFiles, "vex" | "readHubs"> {
  /** Whether requests are forbidden. */
  readonly offline: boolean;
  /** Keeps KEV and EPSS between runs. */
  readonly cache?: SharedCache | undefined;
}

const NOTHING: Weighing = { about: async () => ({}), changes: () => [], notes: () => [] };

/**
 * Parses the VEX documents and begins to prepare KEV and EPSS, if inputs or policy want them. Otherwise it loads, reads
 * and requests nothing.
 * @throws GateError `vex-invalid`, `vex-too-large`; from `about` also those of a VEX repository, `run-cancelled`
 */
export async function beginWeighing(
  policy: Policy,
  { vex, readHubs, offline, cache }: EnrichmentSources,
  world: World,
): Promise<Weighing> {
  const isDataWanted = wantsExploitData(policy);
  const isVexWanted = vex.length > 0 || readHubs !== undefined;
  if (!isDataWanted && !isVexWanted) return NOTHING;
  const { createVexMatcher, prepareExploitData, readingAt, readVexDocuments } = await import("../enrichment/index.ts");
  const reading = readingAt(world.now());
  // Their mistakes are reported before the scan.
  const documents = readVexDocuments(vex, reading);
  const request = { offline, cache, store: isDataWanted ? databaseStore(world).store : "" };
  const preparing = isDataWanted ? prepareExploitData(policy, request, world) : undefined;
  // `about` handles the failure. If the run ends before, the failure must not count as unhandled.
  preparing?.catch(() => {});
  let dataNotes: readonly string[] = [];
  let changes: readonly PolicyChange[] = [];
  let matcher: VexMatcher | undefined;
  return {
    async about(outcomes) {
      const data = await preparing;
      dataNotes = data?.notes ?? [];
      // What is asked later is about the same targets.
      if (isVexWanted && matcher === undefined) {
        const hubs = readHubs?.(scansOf(outcomes));
        changes = hubs?.changes ?? [];
        // A document that is named by itself is later than one of a repository with the same time.
        matcher = createVexMatcher([...readVexDocuments(hubs?.files ?? [], reading), ...documents]);
      }
      return {
        exploits: data?.about(advisoriesOf(outcomes)),
        missingExploitData: data?.missing,
        vex: matcher?.statementOf,
      };
    },
    changes: () => changes,
    notes: () => [...dataNotes, ...(matcher?.notes() ?? [])],
  };
}

function advisoriesOf(outcomes: readonly ScanOutcome[]): Set<string> {
  return new Set(scansOf(outcomes).flatMap(({ findings }) => findings.map(({ id }) => id)));
}

function scansOf(outcomes: readonly ScanOutcome[]): ScanResult[] {
  return outcomes.flatMap((outcome) => ("scan" in outcome ? [outcome.scan] : []));
}

function wantsExploitData(policy: Policy): boolean {
  const { kev, epss } = exploitDataWanted(policy);
  return kev || epss;
}
