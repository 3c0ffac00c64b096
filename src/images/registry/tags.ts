import { z } from "zod";
import { FinalError } from "../../system/http.ts";
import { askRegistry, newSession, type ReaderOptions } from "./client.ts";

/** The list is longer than the limit. */
export class TooManyError extends Error {
  override readonly name = "TooManyError";
  /** The subject of the sentence: `The repositories of the project shop`. */
  readonly what: string;
  readonly most: number;

  constructor(what: string, most: number) {
    super(`${what} are more than ${most}`);
    this.what = what;
    this.most = most;
  }
}

/** The requested length of a page, which is also the most that a usual registry gives. */
const PAGE_SIZE = 1000;
/** A registry without pages answers with all tags at once. */
const MAX_PAGE = 16 * 1024 * 1024;
const TAG = /^\w[\w.-]{0,127}$/;

const pageSchema = z.object({ tags: z.array(z.string().regex(TAG)).nullish() });

/**
 * Lists the tags of a repository, page by page (distribution's specification, "Listing Tags").
 * @param repository its canonical name, with the host
 * @param most maximum number of tags that are read
 * @throws TooManyError
 */
export async function listTags(repository: string, most: number, options: ReaderOptions): Promise<string[]> {
  const session = newSession(repository, options);
  const { signal } = options;
  const tags = new Set<string>();
  let path = `tags/list?n=${PAGE_SIZE}`;
  for (;;) {
    const asked = { path, accept: "application/json", maxBytes: MAX_PAGE, atHome: true };
    const answer = await askRegistry(session, asked, signal);
    const known = tags.size;
    for (const tag of pageSchema.parse(JSON.parse(answer.body.toString("utf8"))).tags ?? []) tags.add(tag);
    if (tags.size > most) throw new TooManyError(`The tags of ${repository}`, most);
    const next = nextPage(answer.headers.link, answer.address);
    if (next === undefined) return [...tags];
    // Each page has new tags, or it would never end.
    if (tags.size === known) throw new FinalError("a page has no new tag, and names a next one");
    path = next.href;
  }
}

/**
 * The next page, from the header `Link`. It must be at the registry's own origin, since the login goes with it.
 * @throws FinalError if it is elsewhere
 */
function nextPage(links: string | string[] | undefined, address: URL): URL | undefined {
  const [, target] = /<([^<>]*)>\s*;[^<]*\brel="?next\b/i.exec(String(links ?? "")) ?? [];
  if (target === undefined) return undefined;
  if (!URL.canParse(target, address.href)) throw new FinalError("the next page has no address");
  const next = new URL(target, address);
  // Behind a proxy that ends TLS, registries call themselves `http:`.
  if (/^https?:$/.test(next.protocol)) next.protocol = address.protocol;
  if (next.origin !== address.origin) throw new FinalError("the next page is on another server");
  return next;
}
