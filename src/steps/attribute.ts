import type { Inputs } from "../actions/gate/inputs.ts";
import { findBases } from "../base-image/find-bases.ts";
import type { JudgeSettings, ScanOutcome } from "../domain/judge.ts";
import type { GitHubEvent } from "../platforms/github/event.ts";
import type { View } from "../render/view.ts";
import type { Scans } from "../scan/scans.ts";
import type { World } from "../system/world.ts";
import type { RuleFiles } from "./rule-files.ts";

/** What is around the scans: the Dockerfile, the base images, the baselines. */
export interface Surroundings {
  /** The scans' own, with the Dockerfile's lines; a named baseline that cannot be used is an error of its target. */
  readonly outcomes: readonly ScanOutcome[];
  readonly forJudging: Pick<JudgeSettings, "changes" | "unsettled" | "origins">;
  readonly forView: Pick<View, "dockerfile" | "bases" | "comparisons">;
}

export interface Looking {
  /** @throws GateError `run-cancelled`; all other trouble is told and changes nothing, but for a named baseline */
  around(scans: Scans): Promise<Surroundings>;
}

/**
 * Reads what the inputs name before anything is scanned.
 * @param name under which former reports are found: no image may choose it
 * @param baselineFile the file that `baseline` names, where it was read
 * @throws GateError of the Dockerfile: `file-…`, `dockerfile-invalid`
 */
export async function prepareLooking(
  inputs: Inputs,
  event: GitHubEvent,
  name: string,
  baselineFile: RuleFiles["baseline"],
  world: World,
): Promise<Looking> {
  const dockerfile = inputs.dockerfile === undefined ? undefined : await given(inputs.dockerfile, world);
  return {
    async around(scans) {
      // Findings are known by what they are in memory: their lines come before anybody looks at them.
      const located = scans.outcomes.map((outcome) =>
        dockerfile === undefined || "error" in outcome
          ? outcome
          : { ...outcome, scan: dockerfile.locateLayers(outcome.scan, dockerfile.read) },
      );
      const bases = await findBases(located, { ...basesOf(inputs), rescan: scans.rescan }, world);
      const { outcomes, comparisons, changes, unsettled } = await compared(
        { ...scans, outcomes: located },
        inputs,
        event,
        name,
        baselineFile,
        world,
      );
      return {
        outcomes,
        forJudging: { changes, unsettled, origins: bases.origins },
        forView: { dockerfile: dockerfile?.read, bases: bases.reports, comparisons },
      };
    },
  };
}

async function given(path: string, world: World) {
  const { locateLayers, readDockerfile } = await import("../chunks/dockerfile.ts");
  return { read: readDockerfile(path, world), locateLayers };
}

function basesOf({ baseImage, baseImageCandidates: candidates, imageSource, offline }: Inputs) {
  return { baseImage, candidates, imageSource, offline };
}

/** Each target beside its baseline. */
async function compared(
  scans: Scans,
  { baseline, offline, token }: Inputs,
  event: GitHubEvent,
  name: string,
  file: RuleFiles["baseline"],
  world: World,
) {
  if (baseline === "none") return { outcomes: scans.outcomes };
  const { automaticBaseline, changesOf, compareTargets } = await import("../chunks/comparison.ts");
  const automatic = automaticBaseline({ name, event, token, offline }, world);
  const { outcomes, comparisons } = await compareTargets(baseline, scans, automatic, world, file);
  const { changes, unsettled } = changesOf(comparisons);
  return { outcomes, comparisons, changes, unsettled };
}
