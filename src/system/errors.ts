/** An expected failure, described so that the user can act on it. The run's answer is `error`. */
export class GateError extends Error {
  override readonly name = "GateError";
  /** Kebab-case, two words or more; it never changes, so that users can search for it. */
  readonly code: string;
  /** The event, without a final full stop. */
  readonly what: string;
  /** The remedy, as one or more full sentences. */
  readonly remedy: string;
  /** Further remedies where an action has an input: sentences by the inputs' names. */
  readonly byInput: Readonly<Record<string, string>> | undefined;

  constructor(
    code: string,
    what: string,
    remedy: string,
    options: { readonly cause?: unknown; readonly byInput?: Readonly<Record<string, string>> | undefined } = {},
  ) {
    super(errorText({ code, what, remedy }), options);
    this.code = code;
    this.what = what;
    this.remedy = remedy;
    this.byInput = options.byInput;
  }
}

/** The parts of an error that reports have. */
type Described = Pick<GateError, "code" | "what" | "remedy">;

/** Only the parts of an error that reports have. */
export function described({ code, what, remedy }: Described): Described {
  return { code, what, remedy };
}

/** `[code] what. remedy`. After a list of mistakes, the remedy has its own line. */
export function errorText({ code, what, remedy }: Described): string {
  return `[${code}] ${what}${what.includes("\n") ? "\n" : ". "}${remedy}`;
}

/** The run was cancelled from outside. */
export function cancelled(): GateError {
  return new GateError("run-cancelled", "The run was cancelled", "Run it again.");
}

/** Turns a thrown value into a {@link GateError}; an unforeseen one becomes `internal-error`. */
export function asGateError(thrown: unknown): GateError {
  if (thrown instanceof GateError) return thrown;
  // The work failed, and then also its clean-up: the first of the two failures is the reason.
  if (thrown instanceof SuppressedError) return asGateError(thrown.suppressed);
  const { code, what, remedy } = (thrown ?? {}) as Partial<Record<"code" | "what" | "remedy", unknown>>;
  // A failure that the domain describes, which does not know this module.
  if (typeof code === "string" && typeof what === "string" && typeof remedy === "string")
    return new GateError(code, what, remedy, { cause: thrown });
  if (code === "ENOSPC" || code === "EDQUOT")
    return new GateError(
      "disk-full",
      "The disk is full",
      "Free some space for temporary files and the cache: layers, databases and reports need it.",
      { cause: thrown },
    );
  const text = (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, "");
  return new GateError(
    "internal-error",
    `Image Gate itself failed: ${text}`,
    "This is a fault of Image Gate, not of your image. Please report it with this log.",
    { cause: thrown },
  );
}

/** A failure's message, with queries removed from URLs: in a redirect's target, the query is often a login. */
export function withoutQueries(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\?\S*/g, "");
}

/** The result of the work, or the other value if it throws. For facts that only trying shows: does a path lead on? */
export function tryOr<T, Other>(work: () => T, otherwise: Other): T | Other {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
