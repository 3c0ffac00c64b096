import { z } from "zod";
import { type Conversation, keepOneText, type Text, tellOwnText } from "../../forge/own-text.ts";
import { asGateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { ReportingError } from "../api-failure.ts";
import type { Access, CommentText } from "../platform.ts";
import { type Api, connect, type Page, type Request } from "./api/api.ts";
import { tokenOf } from "./api/token.ts";
import type { Pipeline } from "./pipeline.ts";

/** A merge request, as the project that has it and its number. */
interface Place {
  /** Its number or its path. */
  readonly project: number | string;
  readonly iid: number;
}

export interface NoteReport extends CommentText {
  readonly pipeline: Pipeline;
  readonly access: Access;
  readonly world: Pick<World, "env" | "log" | "signal">;
}

const noteSchema = z.object({
  id: z.int(),
  body: z.string().nullish(),
  author: z.object({ id: z.int() }).nullish(),
  resolvable: z.boolean().nullish(),
  resolved: z.boolean().nullish(),
});
/** GitLab calls a thread a discussion. With "all threads must be resolved" an open one holds up the merge. */
const discussionSchema = z.object({ id: z.string().regex(/^[0-9a-f]{1,64}$/), notes: z.array(noteSchema).min(1) });
const mergeRequestSchema = z.object({ state: z.string(), sha: z.string().nullish(), web_url: z.string() });

interface Note extends Text {
  readonly resolvable: boolean;
  readonly resolved: boolean;
}

/** Project access tokens are bots of their project. */
const NEEDS = "the scope `api` and the role Reporter";
const PER_PAGE = 100;
/** A merge request has at most 5,000 notes, and as many that GitLab writes itself. */
const MAX_PAGES = 200;

const pathOf = ({ project, iid }: Place) => `/projects/${encodeURIComponent(project)}/merge_requests/${iid}`;

/**
 * A request below a merge request's own path.
 * @param below without a slash at its start: `notes/7`
 * @param failed with `%s` for the merge request: `The note on %s could not be updated`
 */
function requestOn(place: Place, method: Request["method"], below: string, failed: string): Request {
  const about = failed.replace("%s", () => `!${place.iid}`);
  return { method, path: `${pathOf(place)}/${below}`, failed: about, needs: NEEDS };
}

/**
 * All pages of a list, by the links that GitLab gives. A page may have fewer items than were asked for although there
 * are more: notes that the token may not see are taken out after paging (`lib/api/notes.rb`).
 */
async function* pages<T>(api: Api, request: Request, schema: z.ZodType<T>): AsyncGenerator<T> {
  let query: Request["query"] = { ...request.query, per_page: PER_PAGE };
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { data, next }: Page<T> = await api.call({ ...request, query }, schema);
    yield data;
    if (next === undefined) return;
    query = { ...query, ...next };
  }
}

/** @param found the merge request as it is now */
async function notesOf(
  api: Api,
  place: Place,
  found: z.infer<typeof mergeRequestSchema>,
  holdsUp: boolean,
): Promise<Conversation> {
  const failed = "The account of the token could not be read";
  const user = z.object({ id: z.int() });
  const account = (await api.call({ method: "GET", path: "/user", failed, needs: NEEDS }, user)).data.id;
  const toNote = ({ id, body, author, resolvable, resolved }: z.infer<typeof noteSchema>): Note => ({
    id,
    url: `${found.web_url}#note_${id}`,
    body: body ?? "",
    isByUs: author?.id === account,
    // A note outside of a thread cannot be resolved, so that one that must hold up the merge is written anew.
    mustGo: holdsUp && resolvable !== true,
    resolvable: resolvable === true,
    resolved: resolved === true,
  });
  const sent = async (request: Request, body: string) =>
    (await api.call({ ...request, body: { body } }, z.union([noteSchema, discussionSchema]))).data;
  return {
    change: "merge request",
    run: "pipeline",
    head: found.sha ?? undefined,
    isOwnRun: ({ event }) => event === "merge_request_event",
    async *texts() {
      const listed = requestOn(place, "GET", "notes", "The notes of %s could not be read");
      const request = { ...listed, query: { sort: "asc", order_by: "created_at" } };
      for await (const notes of pages(api, request, z.array(noteSchema))) yield notes.map(toNote);
    },
    async create(body) {
      const request = holdsUp
        ? requestOn(place, "POST", "discussions", "The thread on %s could not be opened")
        : requestOn(place, "POST", "notes", "The note on %s could not be written");
      const created = await sent(request, body);
      return toNote("notes" in created ? (created.notes[0] as z.infer<typeof noteSchema>) : created);
    },
    async update(note, body) {
      const request = requestOn(place, "PUT", `notes/${note.id}`, "The note on %s could not be updated");
      const { data } = await api.call({ ...request, body: { body } }, noteSchema);
      return { ...note, resolvable: data.resolvable === true, resolved: data.resolved === true } as Note;
    },
    remove({ id }) {
      const request = requestOn(place, "DELETE", `notes/${id}`, "A second note of ours on %s could not be deleted");
      return api.call(request, z.unknown());
    },
  };
}

/**
 * Our thread is open exactly as long as it must block the merge. A note does not say which thread it is in, so the
 * threads are read.
 * @throws ReportingError if a request fails, as for a token that has not the role Developer
 */
async function settleThread(api: Api, place: Place, note: Note, holdsUp: boolean): Promise<void> {
  if (!note.resolvable || note.resolved === !holdsUp) return;
  const failed = `The thread on %s could not be ${holdsUp ? "opened again" : "resolved"}`;
  const asked = (method: Request["method"], below: string): Request => ({
    ...requestOn(place, method, below, failed),
    needs: "the scope `api` and the role Developer",
  });
  for await (const discussions of pages(api, asked("GET", "discussions"), z.array(discussionSchema))) {
    const found = discussions.find(({ notes }) => notes[0]?.id === note.id);
    if (found === undefined) continue;
    await api.call({ ...asked("PUT", `discussions/${found.id}`), body: { resolved: !holdsUp } }, z.unknown());
    return;
  }
}

/** The result is a notice, since the log of a command shows no steps. */
async function writeTo(api: Api, place: Place, report: NoteReport): Promise<string | undefined> {
  const { log } = report.world;
  const { pipeline, holdsUp = false } = report;
  const failed = `The merge request !${place.iid} could not be read`;
  const request: Request = { method: "GET", path: pathOf(place), failed, needs: NEEDS };
  const found = (await api.call(request, mergeRequestSchema)).data;
  // A branch's own pipeline knows nothing of what the merge request has become.
  if (pipeline.mergeRequest === undefined && found.sha !== pipeline.head) {
    log.notice(`No comment: !${place.iid} is about another commit by now.`);
    return undefined;
  }
  const isOpen = found.state === "opened";
  const conversation = () => notesOf(api, place, found, holdsUp);
  const result = await keepOneText(conversation, { ...report, create: report.create && isOpen });
  if (result.status === "skipped" && !isOpen)
    log.notice(`No comment: the merge request !${place.iid} is ${found.state} by now.`);
  else tellOwnText(result, "Note", log, log.notice);
  if (result.text !== undefined)
    await settleThread(api, place, result.text as Note, holdsUp).catch((thrown: unknown) => {
      if (!(thrown instanceof ReportingError)) throw thrown;
      log.warning(thrown.message);
    });
  return result.url;
}

/** A merge request's own pipeline has one; a branch's pipeline may have several. */
function placesOf({ mergeRequest, openMergeRequests }: Pipeline): readonly Place[] {
  return mergeRequest === undefined ? openMergeRequests : [{ project: mergeRequest.projectId, iid: mergeRequest.iid }];
}

/**
 * Updates the note of each merge request, and returns the first one's address. Never throws: a failure is a warning.
 * The verdict does not change.
 */
export async function reportNote(report: NoteReport): Promise<string | undefined> {
  const { pipeline, access, world } = report;
  const token = tokenOf(access.token, world.env);
  if (pipeline.apiUrl === undefined || token === undefined) return undefined;
  const warn = (thrown: unknown) => {
    world.log.warning(asGateError(thrown).message);
    return undefined;
  };
  const authorityFile = world.env.CI_SERVER_TLS_CA_FILE;
  const options = { apiUrl: pipeline.apiUrl, token, authorityFile, signal: world.signal };
  const api = await connect(options).catch(warn);
  if (api === undefined) return undefined;
  const urls: (string | undefined)[] = [];
  // The token may reach one project, and not another.
  for (const place of placesOf(pipeline)) urls.push(await writeTo(api, place, report).catch(warn));
  return urls.find((url) => url !== undefined);
}
