import { z } from "zod";
import { toldVersion, VERSION_DEADLINE_MS } from "../../../supply/told-version.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { lastWords, runGrype } from "../process/run.ts";
import { GRYPE } from "./release.ts";

const schema = z.object({
  application: z.literal("grype"),
  version: z.string(),
  supportedDbSchema: z.union([z.number(), z.string()]),
});

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
  const result = await runGrype({ program: path, args, databaseFolder, timeoutMs: VERSION_DEADLINE_MS }, world);
  const asked = {
    path,
    command: "grype version -o json",
    parse: (json: unknown) => schema.safeParse(json).data,
    said: ` (${lastWords(result)})`,
    remedy: 'Use a released Grype, or build it with `-ldflags "-X main.version=0.121.3"`.',
  };
  const { version, supportedDbSchema } = toldVersion(result, asked, GRYPE);
  return { version, schema: String(supportedDbSchema) };
}
