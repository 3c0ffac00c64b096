import { z } from "zod";
import { type InstalledProgram, installedProgram, type VersionQuestion } from "../../../supply/installed.ts";
import type { ProgramWish } from "../../../supply/publisher.ts";
import type { SigstoreTrust } from "../../../supply/signature.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { runScanner } from "../../program.ts";
import { trivyEnvironment } from "../process/environment.ts";
import { TRIVY } from "./release.ts";

const schema = z.object({ Version: z.string() });

export const TRIVY_VERSION: VersionQuestion = {
  publisher: TRIVY,
  args: ["version", "-f", "json"],
  parse: (json) => schema.safeParse(json).data?.Version,
  run(path, args, deadlineMs, world) {
    const options = { env: trivyEnvironment(world, "files"), deadlineMs } as const;
    return runScanner(path, [...args, "--cache-dir", privateFolder(world, "version")], options, world);
  },
};

/** @throws GateError `trivy-…`, `runner-unsupported`, `run-cancelled`, `program-…` */
export function installTrivy(wish: ProgramWish, world: World, trust: SigstoreTrust = {}): Promise<InstalledProgram> {
  return installedProgram(wish, TRIVY_VERSION, trust, world);
}
