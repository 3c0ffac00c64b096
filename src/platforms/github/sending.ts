import type { ClientLimits } from "../../forge/client.ts";
import { concernsAll } from "../../forge/failures.ts";
import { asGateError } from "../../system/errors.ts";
import type { Log } from "../../system/world.ts";
import type { Access, Sending } from "../platform.ts";
import type { GitHubEvent } from "./event.ts";
import { lackingOn } from "./lacking.ts";

/** What is known before any request to GitHub. */
export interface Circumstances extends Access {
  readonly event: GitHubEvent;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cancelled: boolean;
}

/** By what something is sent. */
export interface SentBy {
  readonly event: GitHubEvent;
  readonly token: string;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Pick<ClientLimits, "timeoutMs" | "budgetMs">;
}

/** Something that would be sent. */
interface Intended {
  /** Why there is nothing to send, as a clause; undefined if there is something. */
  readonly nothing: string | undefined;
  /** What it would change on the default branch: `alerts`. */
  readonly changes: string;
  readonly sha: string | undefined;
  /** What GitHub accepts as a ref. */
  readonly isRef: RegExp;
}

/**
 * Whether data about the image can be sent to GitHub, which keeps it for a branch. If a stranger can start a run with
 * the repository's rights, GitHub counts it to the default branch. Nothing about a stranger's image must end up there.
 */
function decideSending(circumstances: Circumstances, { nothing, changes, sha = "", isRef }: Intended): Sending {
  const { event, env, cancelled } = circumstances;
  const { GITHUB_REF: ref = "" } = env;
  const no = (level: "info" | "warning", why: string): Sending => ({ level, why });
  const lacking = lackingOn(event, circumstances);
  if (cancelled) return no("info", "the run was cancelled");
  if (lacking?.level === "info") return no("info", lacking.why);
  if (nothing !== undefined) return no("info", nothing);
  if (event.privileged)
    return no(
      "warning",
      `a run on \`${event.name}\` would change the default branch's ${changes} by an image that a stranger may have made`,
    );
  if (lacking !== undefined) return no("warning", lacking.why);
  if (!/^[0-9a-f]{40,64}$/i.test(sha)) return no("warning", "GITHUB_SHA names no commit");
  if (!isRef.test(ref)) return no("warning", "GITHUB_REF names no branch, tag or pull request");
  return { about: { sha, ref } };
}

/**
 * Whether SARIF can be uploaded. It belongs to what the run is about: GITHUB_SHA and GITHUB_REF.
 * @param judged number of judged targets
 */
export function decideAlerts(judged: number, circumstances: Circumstances): Sending {
  const nothing = judged === 0 ? "there is nothing to upload, as no target could be judged" : undefined;
  const isRef = /^refs\/(?:heads|tags|pull)\/./;
  return decideSending(circumstances, { nothing, changes: "alerts", sha: circumstances.env.GITHUB_SHA, isRef });
}

/**
 * Whether packages can be sent. For a pull request they belong to its head, since the merge commit is in no branch.
 * @param images number of judged images
 */
export function decidePackages(images: number, circumstances: Circumstances): Sending {
  const nothing = images === 0 ? "no image was judged" : undefined;
  const { sha } = circumstances.event;
  return decideSending(circumstances, { nothing, changes: "packages", sha, isRef: /^refs\/./ });
}

/**
 * Sends one item after another; each failure is a warning. If GitHub would refuse all others for the same reason, it
 * stops.
 * @param left the log line that says how many are then not tried
 */
export async function sendInTurn<T>(
  items: readonly T[],
  send: (item: T) => Promise<void>,
  log: Log,
  left: (count: number) => string,
): Promise<void> {
  for (const [index, item] of items.entries()) {
    try {
      await send(item);
    } catch (thrown) {
      log.warning(asGateError(thrown).message);
      const others = items.length - index - 1;
      if (!concernsAll(thrown) || others === 0) continue;
      log.info(left(others));
      return;
    }
  }
}
