import { timeLimit, untilAborted } from "./background.ts";
import { cancelled } from "./errors.ts";
import { notStarted, type ProcessOptions } from "./process.ts";

/**
 * Asks a program of this machine for facts about itself, as with `--version`. It must not use the network: programs
 * that might hang are run with `runProcess`. The library cannot end a program. One that hangs nevertheless is left
 * behind at the deadline, for example a script that waits for input.
 * @param path absolute
 * @returns code null: it did not end in time
 * @throws GateError `program-not-started`, `run-cancelled`
 */
export async function askProgram(
  path: string,
  args: readonly string[],
  { cwd, env, signal, deadlineMs }: Pick<ProcessOptions, "cwd" | "env" | "signal" | "deadlineMs">,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  // Loaded only here, as most runs need no such answer.
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
