import { GateError } from "./errors.ts";

/** The environment in which a program is asked. */
interface Asking {
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Asks a program of this machine what it is, as by `--version`. It reaches no network and waits for nothing: what could
 * hang is run by `runProcess`, which has a deadline.
 * @param path absolute
 * @throws GateError `program-not-started`
 */
export async function askProgram(path: string, args: readonly string[], { cwd, env }: Asking) {
  // Loaded only here, as most runs ask nothing.
  const { getExecOutput } = await import("@actions/exec");
  // The library takes a line of words, in which quotes keep a path with spaces together.
  const line = `"${path.replaceAll('"', '\\"')}"`;
  const options = { cwd, env: { ...env }, silent: true, ignoreReturnCode: true };
  try {
    const { exitCode: code, stdout, stderr } = await getExecOutput(line, [...args], options);
    return { code, stdout, stderr };
  } catch (cause) {
    throw new GateError(
      "program-not-started",
      `The program ${JSON.stringify(path)} could not be started (${(cause as Error).message.replace(/\.$/, "")})`,
      "Check that it is made for this operating system and processor and that the machine has memory left.",
      { cause },
    );
  }
}
