import { BASELINE_TRIGGERS } from "../forge/baseline.ts";
import type { Connect } from "../forge/connect.ts";
import type { KeptReport } from "../forge/forge.ts";
import type { Platform, RunChange } from "../job/job.ts";
import { asGateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { artifactName } from "./artifact-name.ts";
import type { AutomaticBaseline } from "./compare-targets.ts";

export interface AutomaticOptions {
  /** The gate's name, under which runs of the default branch keep their report. An image cannot choose it. */
  readonly name: string;
  readonly forge: Connect;
  readonly platform: Pick<Platform, "change" | "words">;
}

/**
 * Finds the report of the default branch's last good run. A failure is not an error: the result is then a missing
 * baseline with the reason.
 */
export function automaticBaseline(
  { name, forge: connect, platform }: AutomaticOptions,
  { log, signal }: Pick<World, "log" | "signal">,
): AutomaticBaseline {
  return async () => {
    try {
      const forge = await connect();
      if ("why" in forge)
        return () => ({ none: forge.why, ...(forge.level === "info" ? { quiet: true } : { trouble: true }) });
      if (forge.keptReports === undefined) return () => ({ none: platform.words.lacking, quiet: true });
      const { noConversation, trigger } = platform.change;
      if (noConversation !== undefined && !BASELINE_TRIGGERS.includes(trigger))
        return () => ({ none: "this run does not check a change", quiet: true });
      const kept = await forge.keptReports(artifactName(name));
      return await newest(kept, platform.change, log);
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      const { what, remedy } = asGateError(thrown);
      log.info(`No baseline: ${what}. ${remedy}`);
      return () => ({ none: what, trouble: true });
    }
  };
}

async function newest(
  reports: AsyncIterable<KeptReport>,
  change: RunChange,
  log: World["log"],
): Promise<Awaited<ReturnType<AutomaticBaseline>>> {
  let isOther = false;
  for await (const kept of reports) {
    // Loaded only here: most runs have no baseline, and the schemas of reports take 10 ms of CPU.
    const { baselineInReport, readKeptReport } = await import("./kept-report.ts");
    const report = readKeptReport(kept);
    if ("unusable" in report) {
      isOther ||= report.isOther === true;
      log.info(`Baseline: the report of run ${kept.url ?? kept.commit} is not taken: it ${report.unusable}.`);
      continue;
    }
    const { branch, commit, url, madeAt } = kept;
    const source = { kind: "run", branch, commit: commit || report.provenance.commit, url, madeAt } as const;
    return (judged) => baselineInReport(report, judged, source, `The report of ${branch}`);
  }
  const branch = change.defaultBranch ?? "the default branch";
  const other = `the report that ${branch} has kept is from another version of Image Gate; its next successful run keeps a new one (with \`mode: warn\` if it fails)`;
  // Only a run that did not fail keeps a report: with an old image, the first run needs `mode: warn`.
  const absent = `no successful run on ${branch} was found that has kept a report under this name (let the gate run there, with \`mode: warn\` if it fails)`;
  return () => ({ none: isOther ? other : absent });
}
