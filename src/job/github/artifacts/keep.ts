import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { quoted } from "../../../domain/one-line.ts";
import { isBaseline } from "../../../forge/baseline.ts";
import { GateError } from "../../../system/errors.ts";
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

/** What a run without a page, or without the service, or that was cancelled, answers. */
const impossible = (why: string) => ({ outcome: "impossible", why }) as const;
const CANCELLED = impossible("the run was cancelled");

/** Uploads or fetches an artifact. @returns undefined if the signal ended it */
function moveArtifact(program: string, request: ArtifactRequest, deadlineMs: number, world: AskingWorld) {
  // The library refuses every server that is not GitHub's, and uses the address for nothing else.
  const isReplaced = kindIn(world.env).artifacts === "replaced";
  const env = (): Record<string, string> => (isReplaced ? { GITHUB_SERVER_URL: "https://github.com" } : {});
  return askLibrary(request, { program, deadlineMs, env }, world);
}

/** A clause that says why this run can keep no artifact; undefined if it can. Sends no request. */
export function whyNoArtifacts(env: World["env"]): string | undefined {
  if (kindIn(env).artifacts === "none") return "a GitHub Enterprise Server has no artifacts of this kind";
  if (!env.ACTIONS_RESULTS_URL || !env.ACTIONS_RUNTIME_TOKEN) return "this job has no artifact service";
  return undefined;
}

const DEADLINE_MS = 60_000;
/** The JavaScript file of the process that uploads, beside the bundle. */
const PROGRAM = fileURLToPath(new URL("./artifact-service.js", import.meta.url));

/**
 * Keeps the report as an artifact of this run, for later runs to compare with. It does so only on a push to the default
 * branch and on a schedule, since later runs trust only those. Never throws: a failure is a warning and does not change
 * the verdict.
 */
export async function keepReport(
  { name, file }: ReportToKeep,
  event: GitHubEvent,
  world: AskingWorld & Pick<World, "log">,
  { program = PROGRAM, deadlineMs = DEADLINE_MS } = {},
): Promise<void> {
  const { log, signal } = world;
  if (!isBaseline(event) || signal.aborted) return;
  const files = { names: [name], files: [file], folder: dirname(file), deadlineMs };
  const kept = await keepFiles(files, "", world, program);
  if (kept === CANCELLED) return;
  if (kept.outcome === "impossible") log.info(`Baseline: no report is kept for later runs: ${kept.why}.`);
  else if (kept.outcome === "kept") log.info(`Baseline: kept the report as the artifact ${name}.`);
  else if (kept.reason === TAKEN) log.info(`Baseline: this run has kept a report as ${name} already.`);
  else
    log.warning(
      new GateError(
        "baseline-not-kept",
        `The report was not kept as the artifact ${name}, so that later runs compare with an older one: ${quoted(kept.reason)}`,
        `${REACH}, or set \`baseline: none\`.`,
      ).message,
    );
}

/** The reason if files were not kept because each of their names is taken. */
const TAKEN = "its name is taken";
/** What a failed upload asks for. */
const REACH =
  "Open port 443 to results-receiver.actions.githubusercontent.com and *.blob.core.windows.net for the runner (docs/network.md of Image Gate)";

/**
 * Keeps files as an artifact of this run. If an earlier attempt or another leg of a matrix has taken a name, it tries
 * the next one. Never throws.
 * @param runUrl the run's page; empty: no address is needed
 * @param program the JavaScript file of the process that uploads
 */
export async function keepFiles(
  { names, files, folder, deadlineMs }: FilesToKeep,
  runUrl: string | undefined,
  world: AskingWorld,
  program = PROGRAM,
): Promise<Kept> {
  const why = runUrl === undefined ? "this run has no page" : whyNoArtifacts(world.env);
  if (why !== undefined) return impossible(why);
  const end = performance.now() + deadlineMs;
  for (const name of names) {
    const left = Math.max(1, Math.round(end - performance.now()));
    const answer = await moveArtifact(program, { name, files, folder }, left, world);
    if (answer === undefined) return CANCELLED;
    if (answer.outcome === "exists") continue;
    if (answer.outcome === "failed") return { outcome: "failed", reason: answer.reason, remedy: REACH };
    if (answer.id === undefined && runUrl !== "")
      return { outcome: "failed", reason: "the service gave it no number", remedy: REACH };
    return { outcome: "kept", name, url: `${runUrl}/artifacts/${answer.id}` };
  }
  return { outcome: "failed", reason: TAKEN, remedy: REACH };
}

/**
 * Keeps a file for other jobs of this run. A name that is taken counts as kept: it says what the file is. Never throws.
 * @returns undefined: it is kept
 */
export async function keepForRun(name: string, file: string, world: AskingWorld): Promise<NotKept | undefined> {
  const files = { names: [name], files: [file], folder: dirname(file), deadlineMs: DEADLINE_MS };
  const kept = await keepFiles(files, "", world);
  if (kept.outcome === "kept" || (kept.outcome === "failed" && kept.reason === TAKEN)) return undefined;
  return kept;
}

/** The archive of the artifact that a job of this run has kept, or why it is not there. */
export async function fetchFromRun(name: string, world: AskingWorld): Promise<Buffer | NotKept> {
  const why = whyNoArtifacts(world.env);
  if (why !== undefined) return impossible(why);
  const folder = mkdtempSync(join(world.runFolder, "fetched-"));
  try {
    const answer = await moveArtifact(PROGRAM, { name, folder }, DEADLINE_MS, world);
    if (answer === undefined) return CANCELLED;
    const [file] = readdirSync(folder);
    const isThere = answer.outcome === "kept" && file !== undefined;
    if (isThere && statSync(join(folder, file)).size <= MOST_HANDED_ON) return readFileSync(join(folder, file));
    const without = isThere ? "it is larger than such an archive can be" : "the service gave no file";
    return { outcome: "failed", reason: answer.reason || without, remedy: REACH };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
