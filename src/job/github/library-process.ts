import { writeSync } from "node:fs";
import type { GivenAnswer } from "./library.ts";

// Shared by the processes that make one request each with a library of GitHub: `cache/service.ts` and
// `artifacts/service.ts`. Such a library cannot be cancelled, retries for half a minute, and prints workflow commands.

/** Ends the process with its answer, the only line of stdout. Open connections must not keep it alive. */
export function finish(answer: GivenAnswer): never {
  const reason = withoutSecrets(answer.reason ?? "", process.env.ACTIONS_RUNTIME_TOKEN);
  writeSync(1, JSON.stringify({ ...answer, reason }));
  process.exit(0);
}

/** Does the work of such a process, and answers. An error's message is the reason of a failure. */
export async function answerOnce(work: () => Promise<GivenAnswer>): Promise<never> {
  const onError = (error: unknown) =>
    ({ outcome: "failed", reason: String((error as Error)?.message ?? error) }) as const;
  // It leads its own group, so nothing else ends it if the action is killed.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.exit(1), 500).unref();
  silence();
  // Node itself would print the error with its requests, which hold the token.
  process.on("uncaughtException", (error) => finish(onError(error)));
  return finish(await work().catch(onError));
}

/** Drops the library's output, which holds workflow commands, masks and signed addresses. */
function silence(): void {
  const drop = (_data: unknown, ...rest: unknown[]): boolean => {
    const done = rest.at(-1);
    if (typeof done === "function") process.nextTick(done as () => void);
    return true;
  };
  process.stdout.write = drop;
  process.stderr.write = drop;
}

/** Removes the token, and the queries of addresses, which hold signatures. */
export function withoutSecrets(text: string, token: string | undefined): string {
  const bare = text.replaceAll(/\?[^\s"']+/g, "?…").replaceAll(/\bsig=[^&\s"']*/gi, "sig=…");
  return token ? bare.replaceAll(token, "***") : bare;
}
