import { z } from "zod";
import { FinalError, get, readBody, retrying } from "../../system/http.ts";
import { TooManyError } from "../registry/tags.ts";

/** Harbor's API, as far as it is needed (its api/v2.0/swagger.yaml). Nothing but `GET` is sent. */
export type HarborApi = ReturnType<typeof harborApi>;

export interface HarborQuestion<T> {
  /** Follows `/api/v2.0`. */
  readonly path: string;
  readonly schema: z.ZodType<T>;
  readonly maxBytes: number;
  /** The formats of reports that can be read, the best one first (X-Accept-Vulnerabilities). */
  readonly reports?: readonly string[] | undefined;
}

/** The path of a repository's artifacts. A slash in the name is encoded twice, since Harbor decodes it twice. */
export function artifactsPath(project: string, repository: string): string {
  return `/projects/${project}/repositories/${encodeURIComponent(encodeURIComponent(repository))}/artifacts`;
}

const tagSchema = z.object({ name: z.string().regex(/^\w[\w.-]{0,127}$/), push_time: z.string().optional() });
const artifactSchema = z.object({
  /** `IMAGE`, also of an index; `CHART`, … */
  type: z.string(),
  digest: z.string().regex(/^[a-z0-9]+:[0-9a-f]{32,128}$/),
  push_time: z.string().refine((time) => !Number.isNaN(Date.parse(time))),
  tags: z.array(tagSchema).nullish(),
});
const repositorySchema = z.object({ name: z.string() });

export type Artifact = z.output<typeof artifactSchema>;

/** Harbor's longest page. */
const PAGE_SIZE = 100;
const MAX_PAGE = 16 * 1024 * 1024;
const MAX_REPOSITORIES = 10_000;
const MAX_ARTIFACTS = 20_000;
/** A list that changes while it is read is read again. */
const READINGS = 3;

/**
 * The API of one Harbor.
 * @param authorization the header, sent to its origin only; absent: only public projects are seen
 */
export function harborApi(origin: string, authorization: string | undefined, signal: AbortSignal) {
  const ask = <T>({ path, schema, maxBytes, reports = [] }: HarborQuestion<T>) => {
    const { href: address } = new URL(`/api/v2.0${path}`, origin);
    const accepted = reports.length > 0 && { "x-accept-vulnerabilities": reports.join(", ") };
    return retrying(async () => {
      const headers = { accept: "application/json", ...accepted };
      const message = await get({ address, authorization, headers, atHome: true, signal });
      const body = await readBody(message, maxBytes, signal);
      return { value: schema.parse(JSON.parse(body.toString("utf8"))), headers: message.headers };
    }, signal);
  };
  const page = <T>(path: string, item: z.ZodType<T>) => {
    const schema = z.array(item);
    return async (number: number): Promise<Page<T>> => {
      const query = `${path.includes("?") ? "&" : "?"}page=${number}&page_size=${PAGE_SIZE}`;
      const { value: items, headers } = await ask({ path: path + query, schema, maxBytes: MAX_PAGE });
      return { items, total: totalOf(headers["x-total-count"]) };
    };
  };
  return {
    /** Any other object. */
    one: async <T>(asked: HarborQuestion<T>): Promise<T> => (await ask(asked)).value,
    /**
     * The names of a project's repositories, each with the project in front.
     * @throws TooManyError
     */
    async repositories(project: string) {
      const pages = page(`/projects/${project}/repositories`, repositorySchema);
      const bound = { what: `The repositories of the project ${project}`, most: MAX_REPOSITORIES };
      return (await everything(pages, ({ name }) => name, bound)).map(({ name }) => name);
    },
    /**
     * The artifacts of a repository that have a tag.
     * @throws TooManyError
     */
    artifacts(project: string, repository: string) {
      const query = "q=tags%3D*&sort=-push_time&with_tag=true";
      const pages = page(`${artifactsPath(project, repository)}?${query}`, artifactSchema);
      const bound = { what: `The tagged artifacts of ${project}/${repository}`, most: MAX_ARTIFACTS };
      return everything(pages, ({ digest }) => digest, bound);
    },
  };
}

interface Page<T> {
  readonly items: readonly T[];
  /** Number of items on all pages. */
  readonly total: number;
}

function totalOf(header: string | string[] | undefined): number {
  if (typeof header !== "string" || !/^\d{1,9}$/.test(header))
    throw new FinalError("it does not say how many there are");
  return Number(header);
}

/**
 * All items of all pages. If an item is removed meanwhile, the pages shift and one could be missed: then all are read
 * again.
 * @throws FinalError if the pages never contain the number of items that they state
 */
async function everything<T>(
  ask: (page: number) => Promise<Page<T>>,
  keyOf: (item: T) => string,
  { what, most }: { readonly what: string; readonly most: number },
): Promise<readonly T[]> {
  for (let reading = 0; reading < READINGS; reading++) {
    const found = new Map<string, T>();
    let [first, last] = [-1, 0];
    for (let page = 1, known = -1; known < found.size; page++) {
      known = found.size;
      const { items, total } = await ask(page);
      if (total > most || items.length > most) throw new TooManyError(what, most);
      for (const item of items) found.set(keyOf(item), item);
      if (first === -1) first = total;
      last = total;
      if (found.size >= total) break;
    }
    if (first === last && found.size === last) return [...found.values()];
  }
  throw new FinalError("the pages do not have as many entries as they say");
}
