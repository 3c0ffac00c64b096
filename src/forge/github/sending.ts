import type { GitHubEvent } from "../../job/github/event.ts";
import { asGateError } from "../../system/errors.ts";
import type { Log } from "../../system/world.ts";
import { quoted } from "../api-failure.ts";
import type { ClientLimits } from "../client.ts";
import { concernsOne } from "../failures.ts";
import type { Lacking, SentAbout } from "../forge.ts";

/** The means of sending. */
export interface SentBy {
  readonly event: GitHubEvent;
  readonly token: string;
  readonly log: Log;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Pick<ClientLimits, "timeoutMs" | "budgetMs">;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The commit and branch to which GitHub adds data about an image. If a stranger can start a run with the repository's
 * rights, GitHub counts it to the default branch. Nothing about a stranger's image must end up there.
 */
export function sentAbout(event: GitHubEvent, env: Env, data: "alerts" | "packages"): SentAbout | Lacking {
  const no = (why: string): Lacking => ({ level: "warning", why });
  const { GITHUB_REF: ref = "" } = env;
  // For a pull request packages belong to its head, since the merge commit is in no branch.
  const sha = (data === "alerts" ? event.runSha : event.commit) ?? "";
  if (event.privileged)
    return no(
      `a run on \`${event.trigger}\` would change the default branch's ${data} with an image that a stranger may have made`,
    );
  if (!/^[0-9a-f]{40,64}$/i.test(sha)) return no("GITHUB_SHA names no commit");
  return /^refs\/(?:heads|tags|pull)\/./.test(ref)
    ? { sha, ref }
    : no("GITHUB_REF names no branch, tag or pull request");
}

/** The remedy for data that a server did not take. */
export const NOT_TAKEN =
  "The verdict is unaffected; please report this to Image Gate if the message does not name a setting of yours.";

/** A message that GitHub did not take something. @param said its reason, as it came */
export function notTaken(what: string, said: string): string {
  return `GitHub did not take ${what}: ${quoted(said, 500) || "it does not say why"}`;
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
