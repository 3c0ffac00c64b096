import { mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { quoted } from "../../../domain/one-line.ts";
import { isBaseline } from "../../../forge/baseline.ts";
import { GateError } from "../../../system/errors.ts";
import { removedAtEnd } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { type FilesToKeep, type Kept, MOST_HANDED_ON, type NotKept, type ReportToKeep } from "../../job.ts";
import type { GitHubEvent } from "../event.ts";
import { kindIn } from "../kinds.ts";
import { type AskingWorld, askLibrary } from "../library.ts";

/** A request to the process that moves an artifact. */
export interface ArtifactRequest {
  readonly name: string;
  /** Absolute: the folder of the artifact's files. */
  readonly folder: string;
  /** Absolute, within the folder. Absent: the archive of this run's artifact is fetched into the folder. */
  readonly files?: readonly string[];
}

const impossible = (why: string) => ({ outcome: "impossible", why }) as const;
const failed = (reason: string) => ({ outcome: "failed", reason, remedy: REACH }) as const;
/** The remedy for an upload or a fetch that failed. */
const REACH =
  "Open port 443 to results-receiver.actions.githubusercontent.com and *.blob.core.windows.net for the runner (docs/network.md of Image Gate)";
/** This run has an artifact of that name, which cannot be changed. */
const TAKEN = { ...failed("its name is taken"), remedy: "Start the run again" };
/** The service's message about it. */
const EXISTS = /\(409\)|already exists/;

const DEADLINE_MS = 60_000;
/** The JavaScript file of the process that moves artifacts, alongside the bundle. */
const PROGRAM = fileURLToPath(new URL("./artifact-service.js", import.meta.url));

/** A clause that says why this run can keep no artifact; undefined if it can. Sends no request. */
export function whyNoArtifacts(env: World["env"]): string | undefined {
  if (kindIn(env).artifacts === "none") return "a GitHub Enterprise Server has no artifacts of this kind";
  if (!env.ACTIONS_RESULTS_URL || !env.ACTIONS_RUNTIME_TOKEN) return "this job has no artifact service";
  return undefined;
}

/** Uploads or fetches an artifact. @returns its number on the run's page. Never throws */
async function moveArtifact(
  request: ArtifactRequest,
  world: AskingWorld,
  { program = PROGRAM, deadlineMs = DEADLINE_MS } = {},
): Promise<{ readonly outcome: "kept"; readonly id: number | undefined } | NotKept> {
  const why = whyNoArtifacts(world.env);
  if (why !== undefined) return impossible(why);
  // The library refuses every server that is not GitHub's, and uses the address for nothing else.
  const isReplaced = kindIn(world.env).artifacts === "replaced";
  const env = (): Record<string, string> => (isReplaced ? { GITHUB_SERVER_URL: "https://github.com" } : {});
  const answer = await askLibrary(request, { program, deadlineMs, env }, world);
  if (answer === undefined) return impossible("the run was cancelled");
  if (answer.outcome === "kept") return { outcome: "kept", id: answer.id };
  return EXISTS.test(answer.reason) ? TAKEN : failed(answer.reason);
}

/**
 * Keeps the report as an artifact of this run, for later runs to compare with. It does so only on a push to the default
 * branch and on a schedule, since later runs trust only those. Never throws: a failure is a warning and does not change
 * the verdict.
 */
export async function keepReport(
  { name, file }: ReportToKeep,
  event: GitHubEvent,
  world: AskingWorld & Pick<World, "log">,
  options?: Parameters<typeof moveArtifact>[2],
): Promise<void> {
  const { log, signal } = world;
  if (!isBaseline(event) || signal.aborted) return;
  const kept = await moveArtifact({ name, files: [file], folder: dirname(file) }, world, options);
  if (kept.outcome === "impossible") log.info(`Baseline: no report is kept for later runs: ${kept.why}.`);
  else if (kept.outcome === "kept") log.info(`Baseline: kept the report as the artifact ${name}.`);
  else if (kept === TAKEN) log.info(`Baseline: this run has kept a report as ${name} already.`);
  else
    log.warning(
      new GateError(
        "baseline-not-kept",
        `The report was not kept as the artifact ${name}, so that later runs compare with an older one: ${quoted(kept.reason)}`,
        `${REACH}, or set \`baseline: none\`.`,
      ).message,
    );
}

/**
 * Keeps files as an artifact of this run. Never throws.
 * @param runUrl the run's page
 * @param program the JavaScript file of the process that uploads
 */
export async function keepFiles(
  { deadlineMs, ...request }: FilesToKeep,
  runUrl: string | undefined,
  world: AskingWorld,
  program?: string,
): Promise<Kept> {
  if (runUrl === undefined) return impossible("this run has no page");
  const kept = await moveArtifact(request, world, { program, deadlineMs });
  if (kept.outcome !== "kept") return kept;
  if (kept.id === undefined) return failed("the service gave it no number");
  return { outcome: "kept", url: `${runUrl}/artifacts/${kept.id}` };
}

/**
 * Keeps a file for other jobs of this run. A name that is taken counts as kept, since it identifies the contents. Never
 * throws.
 * @returns undefined: it is kept
 */
export async function keepForRun(name: string, file: string, world: AskingWorld): Promise<NotKept | undefined> {
  const kept = await moveArtifact({ name, files: [file], folder: dirname(file) }, world);
  return kept.outcome === "kept" || kept === TAKEN ? undefined : kept;
}

/** The archive of the artifact that a job of this run has kept, or why it is not there. */
export async function fetchFromRun(name: string, world: AskingWorld): Promise<Buffer | NotKept> {
  const folder = mkdtempSync(join(world.runFolder, "fetched-"));
  using _ = removedAtEnd(folder);
  const kept = await moveArtifact({ name, folder }, world);
  if (kept.outcome !== "kept") return kept;
  const [file = "no file"] = readdirSync(folder);
  const { size = Infinity } = statSync(join(folder, file), { throwIfNoEntry: false }) ?? {};
  if (size > MOST_HANDED_ON) return failed("the service gave no file, or a larger one than such an archive can be");
  return readFileSync(join(folder, file));
}
