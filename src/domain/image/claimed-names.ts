import type { ScanOutcome } from "../judge.ts";
import { compileImageGlobs } from "../policy/glob.ts";
import type { Policy } from "../policy/policy.ts";
import { parseReference } from "./reference.ts";

/**
 * Finds files that claim a name for which the policy has a rule, although the user did not give them that name. No rule
 * matches a claimed name, so without this note the policy would silently have no effect on such a file.
 * @returns sentences; they contain untrusted references
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
