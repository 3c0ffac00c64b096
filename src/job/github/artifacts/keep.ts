import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { quoted } from "../../../domain/one-line.ts";
import { untrustedBecause } from "../../../forge/baseline.ts";
import { GateError } from "../../../system/errors.ts";
import type { World } from "../../../system/world.ts";
import { type FilesToKeep, type Kept, MOST_HANDED_ON, type NotKept } from "../../job.ts";
import { branchIn, type GitHubEvent } from "../event.ts";
import { moveArtifact, whyNoArtifacts } from "./process.ts";

export interface KeepOptions {
  /** The artifact's name. */
  readonly name: string;
  /** Absolute path of the artifact's only file. */
  readonly reportFile: string;
  readonly event: GitHubEvent;
  /** The JavaScript file of the process that uploads; by default the one beside the bundle. */
  readonly program?: string;
  /** Milliseconds for the upload. */
  readonly deadlineMs?: number;
}

type KeepWorld = Pick<World, "env" | "log" | "runFolder" | "signal">;

const DEADLINE_MS = 60_000;
/** The JavaScript file of the process that uploads, beside the bundle. */
const PROGRAM = fileURLToPath(new URL("./artifact-service.js", import.meta.url));

/**
 * Keeps the report as an artifact of this run, for later runs to compare with. It does so only on a push to the default
 * branch and on a schedule, since later runs trust only those. Never throws: a failure is a warning and does not change
 * the verdict.
 */
export async function keepReport(options: KeepOptions, world: KeepWorld): Promise<void> {
  const { name, reportFile, event, program = PROGRAM, deadlineMs = DEADLINE_MS } = options;
  const { env, log, signal } = world;
  if (!isTrusted(event, env) || signal.aborted) return;
  const files = { names: [name], files: [reportFile], folder: dirname(reportFile), deadlineMs };
  const kept = await keepFiles(files, "", world, program);
  if (kept.outcome === "impossible" && !signal.aborted)
    log.info(`Baseline: no report is kept for later runs: ${kept.why}.`);
  if (kept.outcome === "kept")
    log.info(`Baseline: kept the report as the artifact ${name} (${(statSync(reportFile).size / 1e6).toFixed(1)} MB).`);
  if (kept.outcome !== "failed") return;
  if (kept.reason === TAKEN) log.info(`Baseline: this run has kept a report as ${name} already.`);
  else log.warning(notKept(name, kept.reason).message);
}

/** The reason if files were not kept because each of their names is taken. */
const TAKEN = "its name is taken";
/** What a failed upload asks for. */
const REACH =
  "Open port 443 to results-receiver.actions.githubusercontent.com and *.blob.core.windows.net for the runner (docs/network.md of Image Gate)";

/** Whether later runs may trust this run's report. */
function isTrusted({ name: trigger, defaultBranch }: GitHubEvent, env: World["env"]): boolean {
  const branch = branchIn(env) ?? "";
  return defaultBranch !== undefined && untrustedBecause({ trigger, branch }, { branch: defaultBranch }) === undefined;
}

function notKept(name: string, reason: string): GateError {
  return new GateError(
    "baseline-not-kept",
    `The report was not kept as the artifact ${name}, so that later runs compare with an older one: ${quoted(reason)}`,
    `${REACH}, or set \`baseline: none\`.`,
  );
}

/**
 * Keeps files as an artifact of this run. If an earlier attempt or another leg of a matrix has taken a name, it tries
 * the next one. Never throws.
 * @param runUrl the run's page; empty: no address is needed
 * @param program the JavaScript file of the process that uploads
 */
export async function keepFiles(
  { names, files, folder, deadlineMs }: FilesToKeep,
  runUrl: string | undefined,
  world: Pick<World, "env" | "runFolder" | "signal">,
  program = PROGRAM,
): Promise<Kept> {
  const why = runUrl === undefined ? "this run has no page" : whyNoArtifacts(world.env);
  if (why !== undefined) return { outcome: "impossible", why };
  const end = performance.now() + deadlineMs;
  for (const name of names) {
    const left = Math.max(1, Math.round(end - performance.now()));
    const answer = await moveArtifact(program, { name, files, folder }, left, world);
    if (answer === undefined) return { outcome: "impossible", why: "the run was cancelled" };
    if (answer.outcome === "exists") continue;
    if (answer.outcome === "failed") return { ...answer, remedy: REACH };
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
export async function keepForRun(
  name: string,
  file: string,
  world: Pick<World, "env" | "runFolder" | "signal">,
): Promise<NotKept | undefined> {
  const files = { names: [name], files: [file], folder: dirname(file), deadlineMs: DEADLINE_MS };
  const kept = await keepFiles(files, "", world);
  if (kept.outcome === "kept" || (kept.outcome === "failed" && kept.reason === TAKEN)) return undefined;
  return kept;
}

/** The archive of the artifact that a job of this run has kept, or why it is not there. */
export async function fetchFromRun(
  name: string,
  world: Pick<World, "env" | "runFolder" | "signal">,
): Promise<Buffer | NotKept> {
  const impossible = whyNoArtifacts(world.env);
  if (impossible !== undefined) return { outcome: "impossible", why: impossible };
  const folder = mkdtempSync(join(world.runFolder, "fetched-"));
  try {
    const answer = await moveArtifact(PROGRAM, { name, folder }, DEADLINE_MS, world);
    if (answer === undefined) return { outcome: "impossible", why: "the run was cancelled" };
    const [file] = readdirSync(folder);
    const isThere = answer.outcome === "kept" && file !== undefined;
    if (isThere && statSync(join(folder, file)).size <= MOST_HANDED_ON) return readFileSync(join(folder, file));
    const why = isThere ? "it is larger than such an archive can be" : "the service gave no file";
    return { outcome: "failed", reason: "reason" in answer ? answer.reason : why, remedy: REACH };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
