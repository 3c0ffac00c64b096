import { z } from "zod";
import { type RunStamp, readStamped } from "../../../domain/run-stamp.ts";
import { firstLine } from "../../kept-text.ts";
import type { Api, Page, Request } from "../api/api.ts";

/** A merge request, as the project that has it and its number. */
export interface Place {
  /** Its number or its path. */
  readonly project: number | string;
  readonly iid: number;
}

export const noteSchema = z.object({
  id: z.int(),
  body: z.string().nullish(),
  author: z.object({ id: z.int() }).nullish(),
  resolvable: z.boolean().nullish(),
  resolved: z.boolean().nullish(),
});

/** A note of this gate, with the pipeline that wrote it. */
export type OwnNote = z.infer<typeof noteSchema> & { readonly stamp?: RunStamp | undefined };

/** Project access tokens are bots of their project. */
export const NEEDS = "the scope `api` and the role Reporter";
const PER_PAGE = 100;
/** A merge request has at most 5,000 notes, and as many that GitLab writes itself. */
const MAX_PAGES = 200;

/** The path of a merge request in the API. */
export function pathOf({ project, iid }: Place): string {
  return `/projects/${encodeURIComponent(project)}/merge_requests/${iid}`;
}

/**
 * A request below a merge request's own path.
 * @param below without a slash at its start: `notes/7`
 * @param failed with `%s` for the merge request: `The note on %s could not be updated`
 */
export function requestOn(place: Place, method: Request["method"], below: string, failed: string): Request {
  const about = failed.replace("%s", () => `!${place.iid}`);
  return { method, path: `${pathOf(place)}/${below}`, failed: about, needs: NEEDS };
}

/**
 * All pages of a list, by the links that GitLab gives. A page may have fewer items than were asked for although there
 * are more: notes that the token may not see are taken out after paging (`lib/api/notes.rb`).
 */
export async function* pages<T>(api: Api, request: Request, schema: z.ZodType<T>): AsyncGenerator<T> {
  let query: Request["query"] = { ...request.query, per_page: PER_PAGE };
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { data, next }: Page<T> = await api.call({ ...request, query }, schema);
    yield data;
    if (next === undefined) return;
    query = { ...query, ...next };
  }
}

/** The account of the token. */
export async function accountOf(api: Api): Promise<number> {
  const request = { method: "GET", path: "/user", failed: "The account of the token could not be read", needs: NEEDS };
  return (await api.call({ ...request, method: "GET" }, z.object({ id: z.int() }))).data.id;
}

/** This gate's notes, oldest first: written by the token's own account, with the marker as first line. */
export async function ownNotes(api: Api, place: Place, marker: string, account: number): Promise<OwnNote[]> {
  const listed = requestOn(place, "GET", "notes", "The notes of %s could not be read");
  const request = { ...listed, query: { sort: "asc", order_by: "created_at" } };
  const found: OwnNote[] = [];
  for await (const notes of pages(api, request, z.array(noteSchema)))
    for (const note of notes) {
      const line = note.author?.id === account ? readStamped(firstLine(note.body ?? ""), marker) : undefined;
      if (line !== undefined) found.push({ ...note, stamp: line.stamp });
    }
  return found.sort((a, b) => a.id - b.id);
}
