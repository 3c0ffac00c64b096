import type { ScanOutcome } from "../judge.ts";
import { compileImageGlobs } from "../policy/glob.ts";
import type { Policy } from "../policy/policy.ts";
import { parseReference } from "./reference.ts";

/**
 * Says of each file that calls itself by a name for which the policy has a rule, but was not given that name by the user, that
 * no rule goes by it. Else a policy that seems to be about the image would be without effect, unseen.
 * @returns sentences; the names in them are a stranger's references
 */
export function claimNotes(outcomes: readonly ScanOutcome[], { targets, exceptions }: Policy): string[] {
  const rules = [...targets, ...exceptions].flatMap((rule, index) =>
    (rule.images ?? []).map((glob) => ({ glob, value: index })),
  );
  const matching = compileImageGlobs(rules);
  return outcomes.flatMap((outcome) => {
    if ("error" in outcome) return [];
    const { target, scan } = outcome;
    const { names, claims = [] } = scan.artifact;
    const typed = matching(names);
    const claim = claims.find((each) => parseReference(each) !== undefined && hasMore(matching([each]), typed));
    if (claim === undefined) return [];
    const line = `\`${target.kind}: ${target.file ?? target.input} as ${claim}\``;
    return [
      `${target.file ?? target.input} calls itself ${claim}, for which the policy has \`images\`; no rule goes by what an image calls itself. Where it is that image, write ${line}.`,
    ];
  });
}

function hasMore(some: ReadonlySet<number>, others: ReadonlySet<number>): boolean {
  return [...some].some((each) => !others.has(each));
}
