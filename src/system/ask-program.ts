import { timeLimit, untilAborted } from "./background.ts";
import { cancelled } from "./errors.ts";
import { notStarted, type ProcessOptions } from "./process.ts";

/**
 * Asks a program of this machine what it is, as by `--version`. It reaches no network: what may well hang is run by
 * `runProcess`. The library cannot end a program; one that hangs all the same is left behind at the deadline, as a
 * script that waits for an input that never ends.
 * @param path absolute
 * @returns code null: it did not end in time
 * @throws GateError `program-not-started`, `run-cancelled`
 */
export async function askProgram(
  path: string,
  args: readonly string[],
  { cwd, env, signal, deadlineMs }: Pick<ProcessOptions, "cwd" | "env" | "signal" | "deadlineMs">,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  // Loaded only here, as most runs ask nothing.
  const { getExecOutput } = await import("@actions/exec");
  // The library takes a line of words, in which quotes keep a path with spaces together.
  const line = `"${path.replaceAll('"', '\\"')}"`;
  const options = { cwd, env: { ...env }, silent: true, ignoreReturnCode: true };
  const either = AbortSignal.any([signal, timeLimit(deadlineMs)]);
  try {
    signal.throwIfAborted();
    const { exitCode: code, stdout, stderr } = await untilAborted(getExecOutput(line, [...args], options), either);
    return { code, stdout, stderr };
  } catch (cause) {
    if (signal.aborted) throw cancelled();
    if (!either.aborted) throw notStarted(path, cause);
    return { code: null, stdout: "", stderr: `no answer within ${deadlineMs / 1000} s` };
  }
}
