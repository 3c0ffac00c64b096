import { z } from "zod";
import { GateError } from "../../../system/errors.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { lastWords, runGrype } from "../process/run.ts";

const schema = z.object({
  application: z.literal("grype"),
  version: z.string(),
  supportedDbSchema: z.union([z.number(), z.string()]),
});

const DEADLINE_MS = 30_000;

/** What a Grype says of itself. */
export interface ToldVersion {
  readonly version: string;
  /** The model of the databases that it reads: `6`. */
  readonly schema: string;
}

/**
 * Asks a program for its version.
 * @throws GateError `grype-unusable`, `grype-version-invalid`, `run-cancelled`, `program-…`
 */
export async function askVersion(path: string, world: World): Promise<ToldVersion> {
  const databaseFolder = privateFolder(world, "no-database");
  const args = ["version", "-o", "json"];
  const result = await runGrype({ program: path, args, databaseFolder, timeoutMs: DEADLINE_MS }, world);
  const told = result.code === 0 ? versionIn(result.stdout) : undefined;
  if (told !== undefined) return { version: released(told.version, path), schema: String(told.supportedDbSchema) };
  const why = result.timedOut
    ? `gave no answer within ${DEADLINE_MS / 1000} s`
    : `ended with ${result.signal ?? `exit code ${result.code}`} and told none`;
  throw new GateError(
    "grype-unusable",
    `${JSON.stringify(path)} is not a Grype that works here: asked for its version it ${why} (${lastWords(result)})`,
    "Check that it is a Grype for this operating system and processor; `grype version -o json` must print its version.",
  );
}

function versionIn(stdout: string) {
  try {
    return schema.safeParse(JSON.parse(stdout)).data;
  } catch {
    return undefined;
  }
}

/** A build that does not know its own version has none of which faults are known. */
function released(version: string, path: string): string {
  const [, digits] = /^v?(\d{1,4}\.\d{1,4}\.\d{1,4})$/.exec(version) ?? [];
  if (digits !== undefined) return digits;
  throw new GateError(
    "grype-version-invalid",
    `${JSON.stringify(path)} says that it is Grype ${JSON.stringify(version.slice(0, 60))}, which is not a released version`,
    'Use a released Grype, or build it with `-ldflags "-X main.version=0.121.3"`.',
  );
}
