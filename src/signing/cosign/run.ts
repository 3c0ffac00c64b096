import { cancelled, GateError } from "../../system/errors.ts";
import { type ProcessResult, runProcess } from "../../system/process.ts";
import { privateFolder } from "../../system/store/private-file.ts";
import type { World } from "../../system/world.ts";
import { cosignEnvironment, type Secrets } from "./environment.ts";

/** The secrets and limits of one call of Cosign. */
export interface CallOptions extends Secrets {
  /** Milliseconds, two minutes by default. */
  readonly deadlineMs?: number | undefined;
  /** Bytes of standard output; with more, the call fails. 1 MiB by default. */
  readonly maxOutput?: number | undefined;
}

/** The result of a call of Cosign. Its standard output is complete. */
export type Ran = Pick<ProcessResult, "code" | "stdout" | "stderr">;

const DEADLINE_MS = 120_000;
const MAX_OUTPUT = 1024 * 1024;

/**
 * Runs Cosign from an argument list, in an empty folder, with its own environment and a closed standard input, so
 * that it cannot ask for a password. An exit code other than 0 is not an error here: the caller knows what it means.
 * @param path a Cosign from `findCosign`
 * @throws GateError `cosign-timeout`, `cosign-output-too-large`, `run-cancelled`, `program-…`
 */
export async function runCosign(
  path: string,
  args: readonly string[],
  options: CallOptions,
  world: World,
): Promise<Ran> {
  const { deadlineMs = DEADLINE_MS, maxOutput = MAX_OUTPUT } = options;
  world.log.debug(`cosign ${args.join(" ")}`);
  const result = await runProcess(path, args, {
    cwd: privateFolder(world, "cosign"),
    env: cosignEnvironment(options, world),
    deadlineMs,
    signal: world.signal,
    // One more byte than is allowed, to distinguish a cut output from a complete one.
    maxCapture: maxOutput + 1,
  });
  if (result.aborted) throw cancelled();
  if (result.timedOut)
    throw new GateError(
      "cosign-timeout",
      `\`cosign ${args[0]}\` did not end within ${deadlineMs / 1000} s`,
      "Check that the registry answers, and for a keyless signature Sigstore's services, then run again.",
    );
  if (Buffer.byteLength(result.stdout) > maxOutput)
    throw new GateError(
      "cosign-output-too-large",
      `\`cosign ${args[0]}\` wrote more than ${maxOutput} bytes`,
      "Remove signatures and attestations that are no longer needed from the registry.",
    );
  return result;
}

/** The last line that is not empty, shortened for a message; empty if there is none. */
export function lastLineOf(output: string): string {
  const last = output.trim().split("\n").at(-1)?.trim() ?? "";
  return last.length <= 600 ? last : `${last.slice(0, 300)} … ${last.slice(-300)}`;
}
