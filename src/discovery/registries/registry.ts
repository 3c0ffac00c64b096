import { repositoryName } from "../../domain/image/reference.ts";
import { number } from "../../domain/list-some.ts";
import { compileGlob } from "../../domain/policy/glob.ts";
import { compareSemver, compareText } from "../../domain/versions/order.ts";
import { ImageFault } from "../../images/fault.ts";
import type { ReaderOptions } from "../../images/registry/client.ts";
import { listTags } from "../../images/registry/tags.ts";
import { GateError } from "../../system/errors.ts";
import { listed } from "../live/asking.ts";
import type { Read, RegistryTags } from "../source.ts";
import { failure, type Limits, tooMany } from "./errors.ts";

/** Maximum number of tags of a repository. */
const MAX_TAGS = 100_000;

/**
 * The newest tags of a repository, by the order of versions. The registry is only asked for its list of tags.
 * @throws GateError `discovery-…`
 */
export async function readRegistry(
  source: RegistryTags & { readonly line: string },
  credentials: ReaderOptions["credentials"],
  limits: Limits,
): Promise<Read> {
  const { repository, line } = source;
  const all = await tagsOf(repository, credentials, limits);
  const { tags, notes } = chooseTags(all, source);
  const path = repository.slice(repository.indexOf("/") + 1);
  const images = tags.map((tag) => ({
    reference: `${repository}:${tag}`,
    at: { source: line, name: `${path}:${tag}` },
  }));
  return { images, notes };
}

async function tagsOf(repository: string, credentials: ReaderOptions["credentials"], limits: Limits) {
  const what = `The tags of ${repository}`;
  try {
    const { tags, isWhole } = await listTags(repositoryName(repository), MAX_TAGS, {
      credentials,
      signal: limits.signal,
    });
    if (!isWhole) throw tooMany(what, MAX_TAGS);
    return tags;
  } catch (thrown) {
    throw failure(what, thrown instanceof ImageFault ? thrown.cause : thrown, limits);
  }
}

/**
 * The newest of the tags that fit. A tag without an order, such as `latest`, counts only if the line names it as it is.
 * @throws GateError `discovery-no-version`
 */
export function chooseTags(
  all: readonly string[],
  { repository, tags: pattern = "*", newest }: Omit<RegistryTags, "kind">,
): { readonly tags: readonly string[]; readonly notes: readonly string[] } {
  const fits = compileGlob(pattern);
  const fitting = all.filter(fits);
  if (fitting.length === 0)
    return { tags: [], notes: [`No tag of ${repository} fits ${pattern}; it has ${number(all.length)}.`] };
  if (!/[*?]/.test(pattern)) return { tags: fitting, notes: [] };
  const versions = fitting
    .filter(isVersion)
    .sort(newestFirst)
    .filter((tag, index, sorted) => index === 0 || compareSemver(tag, sorted[index - 1] as string) !== 0);
  const others = fitting.filter((tag) => !isVersion(tag)).sort(compareText);
  if (versions.length === 0)
    throw new GateError(
      "discovery-no-version",
      `No tag of ${repository} that fits ${pattern} is a version, so none is the newest: ${listed(others)}`,
      `Name one tag: \`registry:${repository}:${others[0]}\`.`,
    );
  const tags = versions.slice(0, newest);
  const notes: string[] = [];
  if (tags.length < fitting.length)
    notes.push(
      `${repository} has ${number(all.length)} tags, of which ${number(fitting.length)} fit ${pattern}; those that count are ${listed(tags)}.`,
    );
  if (others.length > 0)
    notes.push(`These tags of ${repository} are not versions, and are passed over: ${listed(others)}.`);
  return { tags, notes };
}

function isVersion(tag: string): boolean {
  return compareSemver(tag, tag) !== undefined;
}

/** Of several spellings of a version, the longest one says most: `1.27.0`, `1.27`, `1`. */
function newestFirst(a: string, b: string): number {
  return (compareSemver(b, a) ?? 0) || b.length - a.length || compareText(a, b);
}
