import { asGateError } from "../../system/errors.ts";
import type { Access, BaseUse, RuleReader } from "../platform.ts";
import { type Api, connect } from "./api/api.ts";
import { readerAtBase } from "./base-policy.ts";
import type { GitHubEvent } from "./event.ts";

/** Connects at the first file, and asks for each commit once. */
export function ruleReader({ token, offline }: Access, event: GitHubEvent, signal: AbortSignal): RuleReader {
  let api: Promise<Api> | undefined;
  const readers = new Map<BaseUse, ReturnType<typeof readerAtBase>>();
  return async (use, file) => {
    if (offline) return { unreadable: "`offline` forbids asking GitHub's API" };
    try {
      api ??= connect({ token, event, signal });
      const reader = readers.get(use) ?? readerAtBase(await api, use);
      readers.set(use, reader);
      return await reader(file);
    } catch (thrown) {
      const { what, remedy } = asGateError(thrown);
      return { unreadable: `${what}. ${remedy}` };
    }
  };
}
