import type { RunStamp } from "../../../domain/run-stamp.ts";

/** Whether a run may write over what another wrote. */
export type Precedence = { readonly write: true } | { readonly write: false; readonly why: string };

const YES: Precedence = { write: true };
const no = (why: string): Precedence => ({ write: false, why });

/**
 * Whether this run's comment may take the place of the one that is there: the answer of an older run, or about an older commit,
 * never stands in the place of a newer one's, whichever ends last.
 * @param head the pull request's head as it is now; undefined: GitHub does not say
 * @returns `why` as the end of a sentence that begins with `No comment:`
 */
export function precedence(
  mine: RunStamp | undefined,
  theirs: RunStamp | undefined,
  head: string | undefined,
): Precedence {
  if (theirs === undefined || mine === undefined) return YES;
  if (mine.run === theirs.run)
    return mine.attempt >= theirs.attempt ? YES : no(`attempt ${theirs.attempt} of this run has written it`);
  const [isMineHead, isTheirsHead] = [mine, theirs].map(({ commit }) => commit !== undefined && commit === head);
  const areKnown = mine.commit !== undefined && theirs.commit !== undefined;
  if (areKnown && mine.commit !== theirs.commit && isMineHead) return YES;
  if (areKnown && mine.commit !== theirs.commit && isTheirsHead)
    return no(`the one that is there is about ${theirs.commit}, the pull request's head, and this run is not`);
  if (areKnown && mine.commit === theirs.commit && isPush(mine) !== isPush(theirs))
    return isPush(theirs) ? YES : no("the pull request's own run has written one about the same commit");
  return byAge(mine, theirs, isMineHead === true || (areKnown && mine.commit === theirs.commit));
}

/** Run ids grow over all workflows. Who starts an older run again of the commit that counts means its answer. */
function byAge(mine: RunStamp, theirs: RunStamp, isCurrent: boolean): Precedence {
  if (mine.run > theirs.run || (isCurrent && mine.attempt > 1)) return YES;
  return no(`a newer run has written one (run ${theirs.run}, this is ${mine.run})`);
}

/** A branch's push knows nothing of the pull request: neither its base, nor the merge with it, nor whose policy it is judged by. */
function isPush({ event }: RunStamp): boolean {
  return event === "push";
}

/** The one of several comments whose word counts most; of equals the last. At least one must be given. */
export function strongest<T extends { readonly stamp?: RunStamp | undefined }>(
  comments: readonly [T, ...T[]],
  head: string | undefined,
): T {
  return comments.reduce((best, next) => {
    if (next.stamp === undefined) return best.stamp === undefined ? next : best;
    return precedence(next.stamp, best.stamp, head).write ? next : best;
  });
}
