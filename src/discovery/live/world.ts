import type { ProgramWorld } from "../../system/program-folders.ts";
import type { World } from "../../system/world.ts";

/** What the live sources need of the machine. */
export type LiveWorld = ProgramWorld & Pick<World, "signal">;

/** How long one source may take, if nobody says otherwise. */
export const SOURCE_DEADLINE_MS = 600_000;
