import type { Target } from "../domain/target.ts";
import type { TargetVerdict } from "../domain/verdict.ts";
import { imageOf, lastingName, withoutTag } from "../naming.ts";
import { distinct } from "../render/plain.ts";

/** In UTF-16 units. */
const LONGEST = 200;

/**
 * The category under which code scanning keeps a target's alerts: `image-gate/ghcr.io/acme/app`. The next build's upload of
 * the same category replaces this one's, and two of a run never share one, as GitHub would refuse their file. Targets
 * that would (also one that could not be judged this time, lest the other's name change with it) are told apart by their tags, without what these have of the commit; what is still alike gets a number.
 * @param commits SHAs that tags may be made from
 */
export function categoriesOf(targets: readonly TargetVerdict[], commits: readonly string[]): Map<Target, string> {
  const groups = [...Map.groupBy(targets, (target) => distinct(`image-gate/${lastingName(target)}`, LONGEST))];
  const categories = new Map<Target, string>();
  const taken = new Set<string>();
  const give = (target: Target, wanted: string) => {
    let category = wanted;
    for (let number = 2; taken.has(category); number += 1) category = `${wanted} ${number}`;
    taken.add(category);
    categories.set(target, category);
  };
  for (const [name, [first, second]] of groups) if (first && !second) give(first.target, name);
  for (const [name, group] of groups) {
    if (group.length === 1) continue;
    for (const judged of group) {
      const tag = stableTag(imageOf(judged) ?? "", commits);
      give(judged.target, tag === "" ? name : distinct(`${name}:${tag}`, LONGEST));
    }
  }
  return categories;
}

/** A tag without the parts that are the commit's SHA or its beginning: they would make a new category for every commit. */
function stableTag(image: string, commits: readonly string[]): string {
  const tag = image.slice(withoutTag(image).length).replace(/@.*$/, "").replace(/^:/, "");
  const isCommit = (part: string) => part.length >= 7 && commits.some((sha) => sha.startsWith(part.toLowerCase()));
  return tag
    .split("-")
    .filter((part) => !isCommit(part))
    .join("-");
}
