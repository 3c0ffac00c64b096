import { concernsAll } from "../../forge/failures.ts";
import { asGateError } from "../../system/errors.ts";
import type { Log } from "../../system/world.ts";
import type { Access, Sending } from "../platform.ts";
import type { ConnectOptions } from "./api/api.ts";
import type { GitHubEvent } from "./event.ts";

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
  readonly signal?: AbortSignal;
  readonly limits?: Pick<ConnectOptions, "timeoutMs" | "budgetMs">;
}

/** What would be sent, and what it would change. */
interface Intended {
  /** A clause that says why there is nothing to send; undefined if there is something. */
  readonly nothing: string | undefined;
  /** What it would change on the default branch: `alerts`. */
  readonly changes: string;
  readonly sha: string | undefined;
  /** What GitHub accepts as a commit and as a ref. */
  readonly isSha: RegExp;
  readonly isRef: RegExp;
}

/**
 * Whether data about the image can be sent to GitHub, which keeps it for a branch. If a stranger can start a run with
 * the repository's rights, GitHub counts it to the default branch. Nothing about a stranger's image must end up there.
 */
function decideSending({ event, env, token, offline, cancelled }: Circumstances, intended: Intended): Sending {
  const no = (level: "info" | "warning", why: string): Sending => ({ level, why });
  if (cancelled) return no("info", "the run was cancelled");
  if (offline) return no("info", "`offline` forbids asking GitHub");
  if (event.name === "") return no("info", "this run is outside of GitHub");
  if (intended.nothing !== undefined) return no("info", intended.nothing);
  if (event.privileged)
    return no(
      "warning",
      `a run on \`${event.name}\` would change the default branch's ${intended.changes} by an image that a stranger may have made`,
    );
  if (token === "") return no("warning", "the input `token` is empty");
  const { sha = "" } = intended;
  const { GITHUB_REF: ref = "" } = env;
  if (!intended.isSha.test(sha)) return no("warning", "GITHUB_SHA names no commit");
  if (!intended.isRef.test(ref)) return no("warning", "GITHUB_REF names no branch, tag or pull request");
  return { about: { sha, ref } };
}

/**
 * Whether SARIF can be uploaded. It belongs to what the run is about: GITHUB_SHA and GITHUB_REF.
 * @param judged number of judged targets
 */
export function decideAlerts(judged: number, circumstances: Circumstances): Sending {
  return decideSending(circumstances, {
    nothing: judged === 0 ? "there is nothing to upload, as no target could be judged" : undefined,
    changes: "alerts",
    sha: circumstances.env.GITHUB_SHA,
    isSha: /^[0-9a-f]{40}$/i,
    isRef: /^refs\/(?:heads|tags|pull)\/./,
  });
}

/**
 * Whether packages can be sent. For a pull request they belong to its head, since the merge commit is in no branch.
 * @param images number of judged images
 */
export function decidePackages(images: number, circumstances: Circumstances): Sending {
  return decideSending(circumstances, {
    nothing: images === 0 ? "no image was judged" : undefined,
    changes: "packages",
    sha: circumstances.event.sha,
    isSha: /^[0-9a-f]{40,64}$/i,
    isRef: /^refs\/./,
  });
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
