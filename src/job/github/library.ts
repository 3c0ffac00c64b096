import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { authorityVariables } from "../../system/authorities.ts";
import { tryOr } from "../../system/errors.ts";
import { handedOn, PROXY_VARIABLES } from "../../system/own-environment.ts";
import { runProcess } from "../../system/process.ts";
import { removedAtEnd } from "../../system/store/private-file.ts";
import type { World } from "../../system/world.ts";
import { kindIn } from "./kinds.ts";

const answerSchema = z.object({
  /**
   * - `restored`, `missing`, `unusable`: a cache's entry. An entry that the token cannot read is missing as well. An
   *   unusable one is damaged, or Image Gate did not write it.
   * - `saved`, `kept`: it is in the service, or as an artifact in the folder.
   * - `exists`: the name is taken.
   * - `declined`: the service did not take the entry: another job is saving it, or the token lacks the right.
   */
  outcome: z.enum(["restored", "missing", "unusable", "saved", "kept", "exists", "declined", "failed"]),
  reason: z.string().default(""),
  /** The key of the entry that was found. */
  key: z.string().default(""),
  /** The id that an artifact has on the run's page. */
  id: z.int().positive().optional(),
});

/** The result of a GitHub library in a process of ours. The library says little more than whether it worked. */
export type LibraryAnswer = Readonly<z.infer<typeof answerSchema>>;

/** The answer as the process gives it: the only line of stdout. */
export type GivenAnswer = Readonly<z.input<typeof answerSchema>>;

export type AskingWorld = Pick<World, "env" | "runFolder" | "signal">;

/** The variables that @actions/cache 6.3.0 and @actions/artifact 6.2.1 read, and those by which Node reaches them. */
const HANDED_ON = [
  "ACTIONS_CACHE_MODE",
  "ACTIONS_CACHE_SERVICE_V2",
  "ACTIONS_CACHE_URL",
  "ACTIONS_RESULTS_URL",
  "ACTIONS_RUNTIME_TOKEN",
  "GITHUB_RETENTION_DAYS",
  "GITHUB_SERVER_URL",
  ...PROXY_VARIABLES,
];

/**
 * Makes one request in a separate process, and ends it at the deadline or on the signal, with all that it has started.
 * Its environment has no input, no folder of the job, and no token except the service's own. Never throws.
 * @param request its one argument, without a secret: the absolute folder of the files, and more
 * @param program the process's JavaScript file
 * @param env variables alongside the usual ones, for a private folder of the process that has no other file
 * @returns undefined if the signal ended it
 */
export async function askLibrary<Request extends { readonly folder: string }>(
  request: Request,
  { program, deadlineMs, env }: { program: string; deadlineMs: number; env(room: string): Record<string, string> },
  { env: jobs, runFolder, signal }: AskingWorld,
): Promise<LibraryAnswer | undefined> {
  const failed = (reason: string) => answerSchema.parse({ outcome: "failed", reason });
  try {
    const room = mkdtempSync(join(runFolder, "service-"));
    using _ = removedAtEnd(room);
    const temporary = join(room, "temporary");
    mkdirSync(temporary, { mode: 0o700 });
    const result = await runProcess(process.execPath, [program, JSON.stringify(request)], {
      // Relative paths start here for @actions/glob; for the names in a tar they start at GITHUB_WORKSPACE.
      cwd: request.folder,
      env: {
        ...handedOn(jobs, HANDED_ON),
        ...authorityVariables(jobs, kindIn(jobs).isOwnServer),
        HOME: room,
        TMPDIR: temporary,
        RUNNER_TEMP: temporary,
        GITHUB_WORKSPACE: request.folder,
        ...env(room),
      },
      deadlineMs,
      signal,
    });
    if (result.aborted) return undefined;
    if (result.timedOut) return failed(`it took longer than ${deadlineMs / 1000} s`);
    const ended = `its process ended without an answer (${result.signal ?? result.code})`;
    return tryOr(() => answerSchema.parse(JSON.parse(result.stdout)), failed(ended));
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}
