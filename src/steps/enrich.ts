import type { JudgeSettings, ScanOutcome } from "../domain/judge.ts";
import { exploitDataWanted } from "../domain/policy/exploit-limits.ts";
import type { Policy } from "../domain/policy/policy.ts";
import type { SharedCache } from "../system/shared-cache.ts";
import { databaseStore } from "../system/store/store.ts";
import type { World } from "../system/world.ts";
import type { RuleFiles } from "./rule-files.ts";

/** What lets findings weigh more or less than their severity does, as judging asks for it. */
export type Weights = Pick<JudgeSettings, "exploits" | "missingExploitData" | "vex">;

/** What was begun before the scan. */
export interface Weighing {
  /** Waits for what is still on its way, which was begun beside the scan. */
  about(outcomes: readonly ScanOutcome[]): Promise<Weights>;
  /** Once all is judged: what a reader must know of it, as plain sentences. */
  notes(): string[];
}

/** Where it comes from. */
export interface EnrichmentSources extends Pick<RuleFiles, "vex"> {
  /** No host may be asked. */
  readonly offline: boolean;
  /** Where KEV and EPSS are kept between runs. */
  readonly cache?: SharedCache | undefined;
}

const NOTHING: Weighing = { about: async () => ({}), notes: () => [] };

/**
 * Understands the VEX documents and begins to make KEV and EPSS ready, where inputs or policy ask for them; otherwise nothing is
 * loaded, read or asked.
 * @throws GateError `vex-invalid`, `vex-too-large`; from `about`: `run-cancelled`.
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
  // Whoever waits for it is told; a run that ends before must not end by it.
  preparing?.catch(() => {});
  let said: readonly string[] = [];
  return {
    async about(outcomes) {
      const data = await preparing;
      said = data?.notes ?? [];
      return {
        exploits: data?.about(advisoriesOf(outcomes)),
        missingExploitData: data?.missing,
        vex: matcher?.statementOf,
      };
    },
    notes: () => [...said, ...(matcher?.notes() ?? [])],
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
