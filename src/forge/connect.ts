import { asClause } from "../domain/one-line.ts";
import type { Platform } from "../job/job.ts";
import { GateError } from "../system/errors.ts";
import type { CommentMode, Comments, Forge, Lacking, SentAbout, StateStore } from "./forge.ts";
import { once } from "./once.ts";
import { checkBranchName, labelOf } from "./state-branch.ts";

/** Connects a run to its server when it is called first. */
export type Connect = () => Promise<Forge | Lacking>;

/** A run's rights to ask its server, from its inputs. */
interface Access {
  readonly token?: string | undefined;
  /** No request to the server is allowed. */
  readonly offline: boolean;
}

/**
 * The only place that applies `offline` to the server. The server decides what it lacks without a token, and says so in
 * its `Lacking`.
 * @param read the inputs, when they are needed: a run's record exists before they are read
 */
export function connector({ forge, words }: Pick<Platform, "forge" | "words">, read: () => Access): Connect {
  return once(async () => {
    if (forge === undefined) return {};
    const { token = "", offline } = read();
    const why = `\`offline\` forbids asking ${words.name}`;
    if (offline) return { why, level: "info", remedy: "Leave `offline` out on this trigger" };
    return forge(token);
  });
}

/** A capability of the server; or why the run does not have it. @param level how to say that the server lacks it */
export function capability<T extends object>(
  forge: Forge | Lacking,
  pick: (forge: Forge) => T | Lacking | undefined,
  { lacking: why }: Platform["words"],
  level: Lacking["level"] = "warning",
): T | Lacking {
  return "why" in forge ? forge : (pick(forge) ?? { why, level });
}

/** The branch with the state; closed if the run is not allowed to ask. @throws GateError `state-branch-invalid` */
export async function stateBranch(name: string, forge: Forge | Lacking): Promise<StateStore | undefined> {
  const state = "why" in forge ? forge : forge.state;
  if (state === undefined || !("why" in state)) return state?.(name);
  checkBranchName(name);
  const { why, remedy = "Name a folder with `state-dir`" } = state;
  const what = `The state on ${labelOf(name)} cannot be read: ${why}`;
  const fail = () => Promise.reject(new GateError("state-token-missing", what, `${remedy}.`));
  return { label: labelOf(name), readOnlyBecause: async () => why, read: fail, write: fail };
}

/** Decides whether to write, update or leave the comment, before any request. */
export function decideComment(
  mode: CommentMode,
  answer: "pass" | "fail" | "error",
  forge: Forge | Lacking,
  { change: { problem, noConversation }, words }: Pick<Platform, "change" | "words">,
): { readonly comments: Comments; readonly create: boolean } | Lacking {
  const comments = capability(forge, (server) => server.comments, words, "info");
  const lacking = "why" in comments ? comments : undefined;
  if (mode === "never") return { level: "info", why: "the input `comment` is `never`" };
  if (lacking?.level === "info") return lacking;
  if (problem !== undefined) return { level: "warning", why: asClause(problem) };
  if (noConversation !== undefined) return { level: "info", why: noConversation };
  return "why" in comments ? comments : { comments, create: mode === "always" || answer !== "pass" };
}

/**
 * Decides whether data about what was judged is sent to a page of the repository.
 * @param nothing why there is nothing to send, as a clause; undefined if there is something
 */
export function decideSending<T extends { readonly about: SentAbout | Lacking }>(
  page: T | Lacking,
  nothing: string | undefined,
  signal: AbortSignal,
): { readonly page: T; readonly about: SentAbout } | Lacking {
  if (signal.aborted) return { level: "info", why: "the run was cancelled" };
  if ("why" in page) return page;
  if (nothing !== undefined) return { level: "info", why: nothing };
  const { about } = page;
  return "why" in about ? about : { page, about };
}
