import type { JudgeSettings, ScanOutcome } from "../domain/judge.ts";
import { exploitDataWanted } from "../domain/policy/exploit-limits.ts";
import type { Policy } from "../domain/policy/policy.ts";
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
  /** Notes for the user, as plain sentences; call it after judging. */
  notes(): string[];
}

/** The sources of the weights. */
export interface EnrichmentSources extends Pick<RuleFiles, "vex"> {
  /** Whether requests are forbidden. */
  readonly offline: boolean;
  /** Keeps KEV and EPSS between runs. */
  readonly cache?: SharedCache | undefined;
}

const NOTHING: Weighing = { about: async () => ({}), notes: () => [] };

/**
 * Parses the VEX documents and begins to prepare KEV and EPSS, if inputs or policy want them. Otherwise it loads, reads and
 * requests nothing.
 * @throws GateError `vex-invalid`, `vex-too-large`; from `about`: `run-cancelled`
 */
export async function beginWeighing(
  policy: Policy,
  { vex, offline, cache }: EnrichmentSources,
  world: World,
): Promise<Weighing> {
  const isDataWanted = wantsExploitData(policy);
  if (!isDataWanted && vex.length === 0) return NOTHING;
  const { createVexMatcher, prepareExploitData, readVexDocuments } = await import("../enrichment/index.ts");
  const matcher = vex.length === 0 ? undefined : createVexMatcher(readVexDocuments(vex, world.now()));
  const request = { offline, cache, store: isDataWanted ? databaseStore(world) : "" };
  const preparing = isDataWanted ? prepareExploitData(policy, request, world) : undefined;
  // `about` handles the failure. If the run ends before, the failure must not count as unhandled.
  preparing?.catch(() => {});
  let dataNotes: readonly string[] = [];
  return {
    async about(outcomes) {
      const data = await preparing;
      dataNotes = data?.notes ?? [];
      return {
        exploits: data?.about(advisoriesOf(outcomes)),
        missingExploitData: data?.missing,
        vex: matcher?.statementOf,
      };
    },
    notes: () => [...dataNotes, ...(matcher?.notes() ?? [])],
  };
}

function advisoriesOf(outcomes: readonly ScanOutcome[]): Set<string> {
  const scans = outcomes.flatMap((outcome) => ("scan" in outcome ? [outcome.scan] : []));
  return new Set(scans.flatMap(({ findings }) => findings.map(({ id }) => id)));
}

function wantsExploitData(policy: Policy): boolean {
  const { kev, epss } = exploitDataWanted(policy);
  return kev || epss;
}
