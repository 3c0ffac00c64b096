import { discover, engineBridges } from "../../discovery/index.ts";
import { dayOf } from "../../domain/dates.ts";
import type { FoundImage, SourceOutcome } from "../../domain/history/running.ts";
import { type JudgeSettings, judge } from "../../domain/judge.ts";
import type { Verdict } from "../../domain/verdict.ts";
import { registryReader } from "../../images/registry/client.ts";
import type { Platform } from "../../platforms/platform.ts";
import { progressLine } from "../../render/log/log.ts";
import { resolveRunning, type ScannedImages, scanRunning } from "../../scan/running/index.ts";
import type { Scanner } from "../../scanners/scanner.ts";
import { installTrivy } from "../../scanners/trivy/install/install.ts";
import { credentialsFor } from "../../scanners/trivy/scan/registry-credentials.ts";
import { trivyScanner } from "../../scanners/trivy/scanner.ts";
import { beginWeighing, type Weighing } from "../../steps/enrich.ts";
import { loadPolicy, withChanges } from "../../steps/load-policy.ts";
import { addCommands } from "../../steps/plan-commands.ts";
import { planUpgrades } from "../../steps/plan-upgrades.ts";
import { loadRuleFiles } from "../../steps/rule-files.ts";
import { ruleSource } from "../../steps/rule-source.ts";
import { type Background, background } from "../../system/background.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { trivyOf } from "../shared-inputs.ts";
import { type Inputs, sourcesOf } from "./inputs.ts";
import type { Known } from "./known.ts";
import { loadHistory } from "./remember.ts";

/** Finds what runs, scans each digest once, and judges. Stores what it learns in `known`. */
export async function look(inputs: Inputs, known: Known, platform: Platform, world: World): Promise<Verdict> {
  await using work = background(world.signal);
  known.cache = inputs.cache && !inputs.offline ? await platform.sharedCache() : undefined;
  const install = { ...trivyOf(inputs), cache: known.cache };
  const installing = work.begin((signal) => installTrivy(install, { ...world, signal }));
  const loading = work.begin(() => loadHistory(inputs, known, platform, world));
  const { weighing, notes } = await loadRules(inputs, known, platform, world);
  const asking = { credentials: credentialsFor(world), timeoutMs: inputs.timeout };
  const { images, sources } = await discover(sourcesOf(inputs), world, asking);
  known.sources = sources;
  requireImages(images, sources);
  known.history = await loading;
  const scanner = await readyToScan(await installing, inputs, { ...known, work }, world);
  const scanned = await scan(images, scanner, { known, reuse: inputs.reuseSbom }, world);
  known.sboms = scanned.sboms;
  const verdict = await judged(scanned, scanner, { inputs, known, weighing }, world);
  const weighed = withChanges(known.policy, weighing.changes(), weighing.notes());
  known.policy = weighed.policy;
  known.notes = [...notes, ...weighed.notes, ...scanned.notes];
  known.rescanned = scanned.scanned.flatMap(({ image, way }, at) => {
    const one = verdict.targets[at];
    return one === undefined ? [] : [{ ...image, way, verdict: one }];
  });
  return verdict;
}

/** Loads the policy and the VEX documents, and begins to prepare what else weighs on findings. */
async function loadRules(inputs: Inputs, known: Known, platform: Platform, world: World) {
  const source = ruleSource("workspace", known.access(), platform);
  known.policy = await loadPolicy(inputs.policy, source, dayOf(known.now), world);
  const { vex, offline } = inputs;
  const files = await loadRuleFiles({ vex, baseline: "none" }, source, known.policy.policy, world);
  const { policy, notes } = withChanges(known.policy, files.changes, files.notes);
  known.policy = policy;
  return { weighing: await beginWeighing(policy.policy, { ...files, offline, cache: known.cache }, world), notes };
}

/**
 * A run without images has looked at nothing.
 * @throws GateError of the first source that could not be read
 */
function requireImages(images: readonly FoundImage[], sources: readonly SourceOutcome[]): void {
  if (images.length > 0) return;
  const error = sources.find((source) => source.error !== undefined)?.error;
  throw new GateError(
    error?.code ?? "no-running-image",
    error?.what ?? "No source of `discover` names an image",
    error?.remedy ?? "Check what the sources point at.",
  );
}

async function readyToScan(
  trivy: Awaited<ReturnType<typeof installTrivy>>,
  inputs: Inputs,
  { cache, work }: Known & { readonly work: Background },
  world: World,
): Promise<Scanner> {
  const all = { imageSource: [], skipDirs: [], skipFiles: [], descriptions: false };
  return trivyScanner(trivy, { ...inputs, ...all, cache }, work, world);
}

/** Scans each digest once, by its stored SBOM if there is one. Adds to `known` what only registries could say of the sources. */
async function scan(
  found: readonly FoundImage[],
  scanner: Scanner,
  { known, reuse }: { readonly known: Known; readonly reuse: boolean },
  world: World,
): Promise<ScannedImages> {
  const { history } = known;
  const sbomOf = (digest: string) => (reuse ? history?.sbom(digest) : undefined);
  const manifests = registryReader({ credentials: credentialsFor(world), signal: world.signal });
  const resolved = await resolveRunning(found, { manifests, isStored: (digest) => sbomOf(digest) !== undefined });
  known.sources = known.sources.map((each) => {
    const notes = resolved.notes.get(each.source);
    return notes === undefined ? each : { ...each, notes: [...each.notes, ...notes] };
  });
  await using engines = engineBridges(world);
  const means = { scanner, hostOf: engines.hostOf, sbomOf: history && reuse ? sbomOf : undefined };
  return await scanRunning(resolved, { ...means, progress: progressLine }, world);
}

/** Judges every image, and plans what clears those that fail. */
async function judged(
  { scanned }: ScannedImages,
  scanner: Scanner,
  { inputs, known, weighing }: { readonly inputs: Inputs; readonly known: Known; readonly weighing: Weighing },
  world: World,
): Promise<Verdict> {
  const outcomes = scanned.map(({ outcome }) => outcome);
  const { limits, ignoreUnfixed } = inputs;
  const { policy } = known.policy;
  const weights = await weighing.about(outcomes);
  const settings: JudgeSettings = { policy, limits, ignoreUnfixed, today: dayOf(known.now), ...weights };
  const { checkVersions } = scanner;
  const check = checkVersions && ((asked: Parameters<typeof checkVersions>[0]) => checkVersions(asked, world));
  return addCommands(
    await planUpgrades(judge(outcomes, settings), { settings, weigh: weighing.about, check }, world),
    world,
  );
}
