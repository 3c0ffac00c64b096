import { EMPTY_POLICY } from "../domain/policy/policy.ts";

/** A placeholder for the policy until it has been read. */
export const UNREAD_POLICY = {
  policy: EMPTY_POLICY,
  source: { from: "workspace", isUnread: true },
  change: undefined,
} as const;
