import type { GitHubEvent } from "../../job/github/event.ts";
import { asGateError } from "../../system/errors.ts";
import type { Log } from "../../system/world.ts";
import type { ClientLimits } from "../client.ts";
import { concernsOne } from "../failures.ts";
import type { Lacking, SentAbout } from "../forge.ts";

/** By what something is sent. */
export interface SentBy {
  readonly event: GitHubEvent;
  readonly token: string;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Pick<ClientLimits, "timeoutMs" | "budgetMs">;
}

type Env = Readonly<Record<string, string | undefined>>;

/** What GitHub accepts as the commit and the ref of data, and what the data would change on the default branch. */
interface Intended {
  readonly changes: string;
  readonly sha: string | undefined;
  readonly isRef: RegExp;
}

/**
 * What data about an image belongs to on GitHub, which keeps it for a branch. If a stranger can start a run with the
 * repository's rights, GitHub counts it to the default branch. Nothing about a stranger's image must end up there.
 */
function aboutRun({ privileged, name }: GitHubEvent, env: Env, { changes, sha = "", isRef }: Intended) {
  const no = (why: string): Lacking => ({ level: "warning", why });
  const { GITHUB_REF: ref = "" } = env;
  if (privileged)
    return no(
      `a run on \`${name}\` would change the default branch's ${changes} with an image that a stranger may have made`,
    );
  if (!/^[0-9a-f]{40,64}$/i.test(sha)) return no("GITHUB_SHA names no commit");
  return isRef.test(ref) ? { sha, ref } : no("GITHUB_REF names no branch, tag or pull request");
}

/** Alerts belong to what the run is about: GITHUB_SHA and GITHUB_REF. */
export function alertsAbout(event: GitHubEvent, env: Env): SentAbout | Lacking {
  return aboutRun(event, env, { changes: "alerts", sha: env.GITHUB_SHA, isRef: /^refs\/(?:heads|tags|pull)\/./ });
}

/** For a pull request packages belong to its head, since the merge commit is in no branch. */
export function packagesAbout(event: GitHubEvent, env: Env): SentAbout | Lacking {
  return aboutRun(event, env, { changes: "packages", sha: event.sha, isRef: /^refs\/./ });
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
      if (others === 0 || concernsOne(asGateError(thrown))) continue;
      log.info(left(others));
      return;
    }
  }
}
