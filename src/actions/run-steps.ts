import { EMPTY_POLICY } from "../domain/policy/policy.ts";

/** A run as it goes on: each step yields what it learnt, and the last one returns the result. */
export type Steps<Learnt extends object, Result> = AsyncGenerator<Partial<Learnt>, Result, void>;

/** How a run ended, and what it had learnt by then. */
export type Ended<Learnt extends object, Result> = { readonly learnt: Partial<Learnt> } & (
  | { readonly result: Result; readonly thrown?: undefined }
  | { readonly result?: undefined; readonly thrown: unknown }
);

/** Runs all steps. Never throws: a run that breaks off still reports what it had learnt. */
export async function runSteps<Learnt extends object, Result>(
  steps: Steps<Learnt, Result>,
): Promise<Ended<Learnt, Result>> {
  let learnt: Partial<Learnt> = {};
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done) return { learnt, result: step.value };
      learnt = { ...learnt, ...step.value };
    }
  } catch (thrown) {
    return { learnt, thrown };
  }
}

/** What a run may ask its platform, by its inputs. */
export function accessOf({ token = "", offline }: { readonly token?: string | undefined; readonly offline: boolean }) {
  return { token, offline };
}

/** A placeholder for the policy until it has been read. */
export const UNREAD_POLICY = {
  policy: EMPTY_POLICY,
  source: { from: "workspace", isUnread: true },
  change: undefined,
} as const;
