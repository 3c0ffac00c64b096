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

export const failed = (reason: string): GivenAnswer => ({ outcome: "failed", reason });

/** Does the work of such a process, and answers. An error's message is the reason of a failure. */
export async function answerOnce(work: () => Promise<GivenAnswer>): Promise<never> {
  const onError = (error: unknown) => failed(String((error as Error)?.message ?? error));
  // It leads its own group, so nothing else ends it if the action is killed.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.exit(1), 500).unref();
  // The library's output has workflow commands, masks and signed addresses.
  process.stdout.write = () => true;
  process.stderr.write = () => true;
  // Node itself would print the error with its requests, which hold the token.
  process.on("uncaughtException", (error) => finish(onError(error)));
  return finish(await work().catch(onError));
}

/** Removes the token, and the queries of addresses, which hold signatures. */
export function withoutSecrets(text: string, token: string | undefined): string {
  const bare = text.replaceAll(/\?[^\s"']+/g, "?…").replaceAll(/\bsig=[^&\s"']*/gi, "sig=…");
  return token ? bare.replaceAll(token, "***") : bare;
}
