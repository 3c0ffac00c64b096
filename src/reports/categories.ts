import { referenceParts } from "../domain/image/reference.ts";
import type { Target } from "../domain/target.ts";
import { imageOf, isCommit, lastingName, withoutCommits } from "../domain/target-names.ts";
import type { TargetVerdict } from "../domain/verdict.ts";
import { CATEGORY_PREFIX } from "../render/report-format.ts";
import { distinct } from "../render/shared/safe-text.ts";

/** In UTF-16 units. */
const LONGEST = 200;

/** A target as it was judged, or with the tag of a tar that could not be. */
export type Categorised = TargetVerdict & { readonly savedAs?: string | undefined };

/**
 * The category under which code scanning keeps a target's alerts: `image-gate/ghcr.io/acme/app`. The next build's upload of
 * the same category replaces this one's, and two of a run never share one, as GitHub would refuse their file. Targets that
 * would (also one that could not be judged this time, as far as its image is known, lest the other's name change with it)
 * are told apart by their tags, without what these have of the commit; files that are still alike by their paths, so that
 * none takes the name of one that is missing; the rest by a number.
 * @param commits SHAs that tags and paths may be made from
 */
export function categoriesOf(targets: readonly Categorised[], commits: readonly string[]): Map<Target, string> {
  const categories = new Map<Target, string>();
  const taken = new Set<string>();
  const give = (target: Target, wanted: string) => {
    let category = wanted;
    for (let number = 2; taken.has(category); number += 1) category = `${wanted} ${number}`;
    taken.add(category);
    categories.set(target, category);
  };
  const byImage = [
    ...Map.groupBy(targets, (target) => distinct(CATEGORY_PREFIX + lastingName(target, commits), LONGEST)),
  ];
  for (const [name, [first, second]] of byImage) if (first && !second) give(first.target, name);
  for (const [name, group] of byImage) {
    if (group.length === 1) continue;
    for (const [tagged, alike] of Map.groupBy(group, (each) => withTag(name, each, commits))) {
      const isAlone = alike.length === 1;
      for (const { target } of alike) give(target, isAlone ? tagged : withPath(tagged, target, commits));
    }
  }
  return categories;
}

function withTag(name: string, judged: Categorised, commits: readonly string[]): string {
  const tag = stableTag(imageOf(judged) ?? "", commits);
  return tag === "" ? name : distinct(`${name}:${tag}`, LONGEST);
}

function withPath(name: string, { as, file }: Target, commits: readonly string[]): string {
  return as === undefined || file === undefined
    ? name
    : distinct(`${name} (${withoutCommits(file, commits)})`, LONGEST);
}

/** A tag without the parts that are the commit's SHA or its beginning: they would make a new category for every commit. */
function stableTag(image: string, commits: readonly string[]): string {
  const { tag = "" } = referenceParts(image);
  return tag
    .split("-")
    .filter((part) => !isCommit(part, commits))
    .join("-");
}
