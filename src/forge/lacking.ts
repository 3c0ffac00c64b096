import type { Access, CommentDecision, CommentMode } from "../platforms/platform.ts";

/** Why a run cannot ask its server, or not write there. */
export interface Lacking {
  /** As a clause: `\`offline\` forbids asking GitHub`. */
  readonly why: string;
  /** How the log says so: a warning if the user may have wanted it otherwise. */
  readonly level: "info" | "notice" | "warning";
}

/** Checks `offline`; all that asks a server calls it. @param server its name */
export function offlineBecause({ offline }: Access, server: string): Lacking | undefined {
  return offline ? { why: `\`offline\` forbids asking ${server}`, level: "info" } : undefined;
}

/** Facts, known without a request, that decide whether a text of the run's conversation is written. */
interface AboutText {
  readonly lacking: Lacking | undefined;
  /** Why the run's event or pipeline could not be read, as a clause. */
  readonly problem: string | undefined;
  /** Why there is no conversation, as a clause; undefined: there is one, or it is looked for. */
  readonly none: string | undefined;
}

/** Whether to write, update or leave the text. */
export function decideText(
  mode: CommentMode,
  answer: "pass" | "fail" | "error",
  { lacking, problem, none }: AboutText,
): CommentDecision {
  const no = (level: Lacking["level"], why: string): CommentDecision => ({ write: false, level, why });
  if (mode === "never") return no("info", "the input `comment` is `never`");
  if (lacking?.level === "info") return no("info", lacking.why);
  if (problem !== undefined) return no("warning", problem);
  if (none !== undefined) return no("info", none);
  if (lacking !== undefined) return no(lacking.level, lacking.why);
  return { write: true, create: mode === "always" || answer !== "pass" };
}
