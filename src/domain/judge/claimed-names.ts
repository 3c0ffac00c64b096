import { unique } from "../collections.ts";
import { hasUnconfirmedTag, parseReference } from "../image/reference.ts";
import { listSome } from "../list-some.ts";
import { compileImageGlobs } from "../policy/glob.ts";
import type { Policy } from "../policy/policy.ts";
import type { ScanOutcome } from "./judge.ts";

/**
 * Finds files that claim a name for which the policy has a rule, although the user did not give them that name. No rule
 * matches a claimed name, so without this note the policy would silently have no effect on such a file.
 * @returns sentences; they contain untrusted references
 */
export function claimNotes(outcomes: readonly ScanOutcome[], { targets, exceptions }: Policy): string[] {
  const matching = compileImageGlobs([...targets, ...exceptions]);
  return scannedAmong(outcomes).flatMap(({ target, scan: { artifact } }) => {
    const typed = matching(artifact.names).all;
    const file = target.file ?? target.input;
    const claim = artifact.claims?.find(
      (each) => parseReference(each) !== undefined && hasMore(matching([each]).all, typed),
    );
    if (claim === undefined) return [];
    return [
      `${file} calls itself ${claim}, for which the policy has \`images\`; rules ignore an image's own names. If it is that image, write \`${target.kind}: ${file} as ${claim}\`.`,
    ];
  });
}

function scannedAmong(outcomes: readonly ScanOutcome[]) {
  return outcomes.flatMap((outcome) => ("error" in outcome ? [] : [outcome]));
}

/**
 * Finds images that a rule matches only by a tag next to a digest, which is unconfirmed. Without this note, an
 * exception would silently have no effect.
 * @returns sentences; they contain untrusted references
 */
export function unconfirmedTagNotes(outcomes: readonly ScanOutcome[], policy: Policy): string[] {
  const matching = compileImageGlobs([...policy.targets, ...policy.exceptions, ...(policy.coverage ?? [])]);
  const found = scannedAmong(outcomes).flatMap(({ scan: { artifact } }) => {
    const { all, confirmed } = matching(artifact.names);
    return hasMore(all, confirmed) ? artifact.names.filter(hasUnconfirmedTag).slice(0, 1) : [];
  });
  if (found.length === 0) return [];
  return [
    `The tag alongside the digest of ${listSome(unique(found), MOST)} chooses no exception and no lenient limit: the digest identifies the image, and the tag is not confirmed. Name the image or its digest in the policy's \`images\`.`,
  ];
}

/** Number of references that one note names. */
const MOST = 3;

function hasMore(some: ReadonlySet<unknown>, others: ReadonlySet<unknown>): boolean {
  return [...some].some((each) => !others.has(each));
}
