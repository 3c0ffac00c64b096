import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { quoted } from "../../domain/one-line.ts";
import { invalidPlan, type Plan, readPlan, type WrittenPlan } from "../../fleet/shard-plan.ts";
import { MOST_HANDED_ON, type NotKept, type Platform } from "../../job/job.ts";
import { fileInZip, ZipFault } from "../../supply/zip.ts";
import { cancelled, GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";

/** The only file in the plan's artifact. */
const FILE = "plan.json";

/** The same plan has the same name, so a job that is started again may find its own. */
const nameOf = (digest: string) => `image-gate-plan-${digest}`;

/**
 * Keeps the plan for the jobs that scan and merge.
 * @throws GateError `fleet-no-artifacts`, `fleet-plan-not-kept`, `run-cancelled`
 */
export async function keepPlan({ bytes, digest }: WrittenPlan, platform: Platform, world: World): Promise<void> {
  const file = join(world.runFolder, FILE);
  writeFileSync(file, bytes);
  const { keep } = runFilesOf(platform);
  const failed = await keep(nameOf(digest), file);
  const fault = { code: "fleet-plan-not-kept", what: "The plan could not be kept as an artifact" };
  if (failed !== undefined) throw faultOf(failed, fault, world);
}

/**
 * The plan of this run.
 * @param digest its SHA-256, as the plan's job gave it
 * @throws GateError `fleet-no-artifacts`, `fleet-plan-not-fetched`, `fleet-plan-invalid`, `run-cancelled`
 */
export async function fetchPlan(digest: string, platform: Platform, world: Pick<World, "signal">): Promise<Plan> {
  const { fetch } = runFilesOf(platform);
  const name = nameOf(digest);
  const zip = await fetch(name);
  if (Buffer.isBuffer(zip)) return readPlan(unpacked(zip, name), digest);
  throw faultOf(zip, { code: "fleet-plan-not-fetched", what: `The artifact ${name} could not be fetched` }, world);
}

function unpacked(zip: Buffer, name: string): Buffer {
  try {
    return fileInZip(zip, { name: FILE, maxBytes: MOST_HANDED_ON, isOnly: true });
  } catch (cause) {
    if (!(cause instanceof ZipFault)) throw cause;
    throw invalidPlan(`The artifact ${name} ${cause.message}`, cause);
  }
}

function runFilesOf({ runFiles, words }: Platform) {
  if (runFiles === undefined) throw noArtifacts(words.lacking);
  return runFiles;
}

function noArtifacts(why: string): GateError {
  return new GateError(
    "fleet-no-artifacts",
    `The jobs of a run in parts hand the plan on as an artifact: ${why}`,
    "Leave `part` out, so that one job scans all images.",
  );
}

function faultOf(failed: NotKept, { code, what }: Record<"code" | "what", string>, { signal }: Pick<World, "signal">) {
  if (signal.aborted) return cancelled();
  if (failed.outcome === "impossible") return noArtifacts(failed.why);
  return new GateError(code, `${what}: ${quoted(failed.reason)}`, `${failed.remedy}, and start the job again.`);
}
