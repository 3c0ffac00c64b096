import { z } from "zod";
import {
  type InstalledProgram,
  installedProgram,
  type ProgramWish,
  type VersionQuestion,
} from "../../../supply/installed.ts";
import type { SigstoreTrust } from "../../../supply/signature.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { runGrype } from "../process/run.ts";
import { GRYPE, type GrypeTable, grypePublisher } from "./release.ts";

const schema = z.object({ application: z.literal("grype"), version: z.string() });

export const GRYPE_VERSION: VersionQuestion = {
  publisher: GRYPE,
  args: ["version", "-o", "json"],
  parse: (json) => schema.safeParse(json).data?.version,
  run: (program, args, timeoutMs, world) =>
    runGrype({ program, args, databaseFolder: privateFolder(world, "no-database"), timeoutMs }, world),
};

/**
 * @param trust whose signatures count, and what releases are held to; only tests use others than Sigstore's and ours
 * @throws GateError `grype-…`, `runner-unsupported`, `run-cancelled`, `program-…`
 */
export function installGrype(
  wish: ProgramWish,
  world: World,
  trust: SigstoreTrust & { readonly table?: GrypeTable } = {},
): Promise<InstalledProgram> {
  return installedProgram(wish, { ...GRYPE_VERSION, publisher: grypePublisher(trust.table) }, trust, world);
}
