import { repositoryName } from "../../domain/image/reference.ts";
import { listSome, number } from "../../domain/list-some.ts";
import { compileGlob } from "../../domain/policy/glob.ts";
import { compareSemver, compareText } from "../../domain/versions/order.ts";
import { listTags } from "../../images/registry/tags.ts";
import { GateError } from "../../system/errors.ts";
import type { Allowance } from "../declared/programs/run.ts";
import type { Gathering } from "../gather.ts";
import type { SourceOf } from "../parse-source.ts";
import { failure } from "./errors.ts";

/** Maximum number of tags in a note. */
const MAX_NAMES = 20;
/** Maximum number of tags of a repository. */
const MAX_TAGS = 100_000;

/**
 * The newest tags of a repository, by the order of versions. The registry is only asked for its list of tags.
 * @throws GateError `image-…`, `registry-…`, `discovery-…`
 */
export async function readRegistry(
  source: SourceOf<"registry">,
  found: Gathering,
  allowance: Allowance,
): Promise<void> {
  const { repository } = source;
  const path = repository.slice(repository.indexOf("/") + 1);
  const tags = await listTags(repositoryName(repository), MAX_TAGS, allowance).catch((thrown) => {
    throw failure(`The list of tags of ${repository}`, thrown, allowance);
  });
  for (const tag of chooseTags(tags, source, found)) found.add({ reference: `${repository}:${tag}` }, `${path}:${tag}`);
}

/**
 * The newest of the matching tags. A tag without an order, such as `latest`, counts only if the line names it exactly.
 * @throws GateError `discovery-no-version`
 */
export function chooseTags(
  all: readonly string[],
  { repository, tags: pattern = "*", newest }: Omit<SourceOf<"registry">, "kind" | "line">,
  found: Pick<Gathering, "note">,
): readonly string[] {
  const fits = compileGlob(pattern);
  const fitting = all.filter(fits);
  if (fitting.length === 0) found.note(`No tag of ${repository} fits ${pattern}; it has ${number(all.length)}.`);
  if (fitting.length === 0 || !/[*?]/.test(pattern)) return fitting;
  const versions = fitting
    .filter(isVersion)
    .sort(newestFirst)
    .filter((tag, index, sorted) => index === 0 || compareSemver(tag, sorted[index - 1] as string) !== 0);
  const others = fitting.filter((tag) => !isVersion(tag)).sort(compareText);
  if (versions.length === 0)
    throw new GateError(
      "discovery-no-version",
      `No tag of ${repository} that fits ${pattern} is a version, so none is the newest: ${listSome(others, MAX_NAMES)}`,
      `Name one tag: \`registry:${repository}:${others[0]}\`.`,
    );
  const tags = versions.slice(0, newest);
  if (tags.length < fitting.length)
    found.note(
      `${repository} has ${number(all.length)} tags, of which ${number(fitting.length)} fit ${pattern}; those that count are ${listSome(tags, MAX_NAMES)}.`,
    );
  for (const tag of others) found.note(`These tags of ${repository} are not versions, and are skipped`, tag);
  return tags;
}

function isVersion(tag: string): boolean {
  return compareSemver(tag, tag) !== undefined;
}

/** The longest of several spellings of a version says most: `1.27.0`, `1.27`, `1`. */
function newestFirst(a: string, b: string): number {
  return (compareSemver(b, a) ?? 0) || b.length - a.length || compareText(a, b);
}
