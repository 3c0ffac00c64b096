import { asGateError } from "../../system/errors.ts";
import type { Log } from "../../system/world.ts";
import type { Access, Sending } from "../platform.ts";
import { concernsAll } from "./api/failure.ts";
import type { GitHubEvent } from "./event.ts";

/** What is known before GitHub is asked anything. */
export interface Circumstances extends Access {
  readonly event: GitHubEvent;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cancelled: boolean;
}

/** What there is to send, and what it would change. */
interface Meant {
  /** Why there is nothing, as a clause; undefined: there is. */
  readonly nothing: string | undefined;
  /** What of the default branch it would change: `alerts`. */
  readonly changes: string;
  readonly sha: string | undefined;
  /** What GitHub takes for a commit and for a ref. */
  readonly isSha: RegExp;
  readonly isRef: RegExp;
}

/**
 * Whether something about the image can be sent to where GitHub keeps it for a branch. A run that a stranger can cause with
 * the repository's own rights is about the default branch for GitHub, where nothing must come from a stranger's image.
 */
function decideSending({ event, env, token, offline, cancelled }: Circumstances, meant: Meant): Sending {
  const no = (level: "info" | "warning", why: string): Sending => ({ level, why });
  if (cancelled) return no("info", "the run was cancelled");
  if (offline) return no("info", "`offline` forbids asking GitHub");
  if (event.name === "") return no("info", "this run is outside of GitHub");
  if (meant.nothing !== undefined) return no("info", meant.nothing);
  if (event.privileged)
    return no(
      "warning",
      `a run on \`${event.name}\` would change the default branch's ${meant.changes} by an image that a stranger may have made`,
    );
  if (token === "") return no("warning", "the input `token` is empty");
  const { sha = "" } = meant;
  const { GITHUB_REF: ref = "" } = env;
  if (!meant.isSha.test(sha)) return no("warning", "GITHUB_SHA names no commit");
  if (!meant.isRef.test(ref)) return no("warning", "GITHUB_REF names no branch, tag or pull request");
  return { about: { sha, ref } };
}

/**
 * Whether SARIF can be uploaded, of so many targets that were judged. It is about what the run is about: GITHUB_SHA and
 * GITHUB_REF.
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

/** Whether the packages of so many judged images can be sent. Of a pull request they belong to its head: the merge commit is in no branch. */
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
 * Sends one after another; each trouble is a warning. What GitHub refuses of one it would refuse of all, so that ends it.
 * @param left says how many are not tried then
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
