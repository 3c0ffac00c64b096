import type { IssueTracker } from "./platform.ts";

/** What asks the platform. */
type Asking = Pick<IssueTracker, "ours" | "open" | "change">;

/**
 * A tracker that asks for nothing until its first question. Then `begin` runs, once: it may load code, and find out
 * whose token it is.
 */
export function lateTracker(known: Omit<IssueTracker, keyof Asking>, begin: () => Promise<Asking>): IssueTracker {
  let begun: Promise<Asking> | undefined;
  const asking = () => {
    begun ??= begin();
    return begun;
  };
  return {
    ...known,
    ours: async () => (await asking()).ours(),
    open: async (issue) => (await asking()).open(issue),
    change: async (issue, change) => (await asking()).change(issue, change),
  };
}
