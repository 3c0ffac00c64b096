import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { authorityVariables } from "../../system/authorities.ts";
import { tryOr } from "../../system/errors.ts";
import { handedOn, PROXY_VARIABLES, runProcess } from "../../system/process.ts";
import type { World } from "../../system/world.ts";
import { kindIn } from "./kinds.ts";

/** A request to a process of ours that uses a library of GitHub's: one command-line argument. It holds no secret. */
interface LibraryRequest {
  /** Absolute: the folder of the files. */
  readonly folder: string;
}

interface Asking<Answer> {
  /** The process's JavaScript file. */
  readonly program: string;
  readonly answers: z.ZodType<Answer>;
  readonly deadlineMs: number;
  /** Variables beside the usual ones. @param room a private folder of the process, without another file */
  env?(room: string): Readonly<Record<string, string>>;
}

type AskingWorld = Pick<World, "env" | "runFolder" | "signal">;

export interface Failed {
  readonly outcome: "failed";
  readonly reason: string;
}

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
 * @returns undefined if the signal ended it
 */
export async function askLibrary<Request extends LibraryRequest, Answer>(
  request: Request,
  { program, answers, deadlineMs, env }: Asking<Answer>,
  { env: jobs, runFolder, signal }: AskingWorld,
): Promise<Answer | Failed | undefined> {
  const failed = (reason: string): Failed => ({ outcome: "failed", reason });
  let room: string | undefined;
  try {
    room = mkdtempSync(join(runFolder, "service-"));
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
        ...env?.(room),
      },
      deadlineMs,
      signal,
      stdout: "capture",
    });
    if (result.aborted) return undefined;
    if (result.timedOut) return failed(`it took longer than ${deadlineMs / 1000} s`);
    const ended = `its process ended without an answer (${result.signal ?? result.code})`;
    return tryOr(() => answers.parse(JSON.parse(result.stdout)), failed(ended));
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  } finally {
    if (room !== undefined) rmSync(room, { recursive: true, force: true, maxRetries: 3 });
  }
}
