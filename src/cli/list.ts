import type { CommandEntry } from "./command.ts";
import { verify } from "./verify/index.ts";

/** The commands of `dist/image-gate.js`. A new one is a line here. */
export const COMMANDS: readonly CommandEntry[] = [verify];
