/** An expected failure, told so that a person can act on it: the run's answer is `error`. */
export class GateError extends Error {
  override readonly name = "GateError";
  /** Kebab-case, two words or more; stable, so that it can be searched for. */
  readonly code: string;
  /** What happened, without a final full stop. */
  readonly what: string;
  /** What to do about it, as one or more full sentences. */
  readonly remedy: string;

  constructor(code: string, what: string, remedy: string, options?: { cause?: unknown }) {
    super(`[${code}] ${what}. ${remedy}`, options);
    this.code = code;
    this.what = what;
    this.remedy = remedy;
  }
}

/** What the run was doing was cut short from outside. */
export function cancelled(): GateError {
  return new GateError("run-cancelled", "The run was cancelled", "Run it again.");
}

/** Turns whatever was thrown into a {@link GateError}; what we did not foresee becomes `internal-error`. */
export function asGateError(thrown: unknown): GateError {
  if (thrown instanceof GateError) return thrown;
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new GateError(
      "disk-full",
      "The disk is full",
      "Free some space where RUNNER_TEMP and RUNNER_TOOL_CACHE lie: layers, databases and reports need it.",
      { cause: thrown },
    );
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new GateError(
    "internal-error",
    `Image Gate itself failed: ${text}`,
    "This is a fault of Image Gate, not of your image. Please report it with this log.",
    { cause: thrown },
  );
}
