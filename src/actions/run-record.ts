import { EMPTY_POLICY } from "../domain/policy/policy.ts";

/** A run's access to its platform, by its inputs. */
export function accessOf({ token = "", offline }: { readonly token?: string | undefined; readonly offline: boolean }) {
  return { token, offline };
}

/** A placeholder for the policy until it has been read. */
export const UNREAD_POLICY = {
  policy: EMPTY_POLICY,
  source: { from: "workspace", isUnread: true },
  change: undefined,
} as const;
