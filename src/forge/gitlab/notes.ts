import { z } from "zod";
import type { Pipeline } from "../../job/gitlab/pipeline.ts";
import { asGateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { onFailure } from "../api-failure.ts";
import type { Request } from "../client.ts";
import type { CommentText } from "../forge.ts";
import { type Conversation, keepOneText, type Text, tellOwnText } from "../own-text.ts";
import { type Api, accountOf, connect, type Token } from "./api.ts";

/** A merge request, as the project that has it and its number. */
interface Place {
  /** Its number or its path. */
  readonly project: number | string;
  readonly iid: number;
}

export interface NoteReport extends CommentText {
  readonly pipeline: Pipeline;
  readonly token: Token;
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
/** A merge request has at most 5,000 notes, and as many that GitLab writes itself. */
const MAX_PAGES = 200;

/**
 * A request about a merge request.
 * @param route below the merge request's own path: `PUT /notes/{note}`
 * @param failed with `%s` for the merge request: `The note on %s could not be updated`
 */
function requestOn({ project, iid }: Place, route: string, failed: string, more: object = {}): Request {
  return {
    route: route.replace(" ", " /projects/{project}/merge_requests/{iid}"),
    parameters: { project, iid, ...more },
    failed: failed.replace("%s", () => `!${iid}`),
    needs: NEEDS,
  };
}

/** @param found the merge request as it is now */
async function notesOf(
  api: Api,
  place: Place,
  found: z.infer<typeof mergeRequestSchema>,
  holdsUp: boolean,
): Promise<Conversation> {
  const account = await accountOf(api, NEEDS);
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
  return {
    change: "merge request",
    run: "pipeline",
    head: found.sha ?? undefined,
    isOwnRun: ({ event }) => event === "merge_request_event",
    async *texts() {
      const order = { sort: "asc", order_by: "created_at", per_page: 100 };
      const request = requestOn(place, "GET /notes", "The notes of %s could not be read", order);
      for await (const notes of api.pages(request, z.array(noteSchema), MAX_PAGES)) yield notes.map(toNote);
    },
    async create(body) {
      const request = holdsUp
        ? requestOn(place, "POST /discussions", "The thread on %s could not be opened", { body })
        : requestOn(place, "POST /notes", "The note on %s could not be written", { body });
      const { data } = await api.call(request, z.union([noteSchema, discussionSchema]));
      return toNote("notes" in data ? (data.notes[0] as z.infer<typeof noteSchema>) : data);
    },
    async update(note, body) {
      const more = { note: note.id, body };
      const request = requestOn(place, "PUT /notes/{note}", "The note on %s could not be updated", more);
      const { data } = await api.call(request, noteSchema);
      return { ...note, resolvable: data.resolvable === true, resolved: data.resolved === true } as Note;
    },
    remove({ id: note }) {
      const failed = "A second note of ours on %s could not be deleted";
      return api.call(requestOn(place, "DELETE /notes/{note}", failed, { note }), z.unknown());
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
  const asked = (route: string, more: object): Request => ({
    ...requestOn(place, route, failed, more),
    needs: "the scope `api` and the role Developer",
  });
  const list = asked("GET /discussions", { per_page: 100 });
  for await (const discussions of api.pages(list, z.array(discussionSchema), MAX_PAGES)) {
    const discussion = discussions.find(({ notes }) => notes[0]?.id === note.id)?.id;
    if (discussion === undefined) continue;
    await api.call(asked("PUT /discussions/{discussion}", { discussion, resolved: !holdsUp }), z.unknown());
    return;
  }
}

/** The result is a notice, since the log of a command shows no steps. */
async function writeTo(api: Api, place: Place, report: NoteReport): Promise<string | undefined> {
  const { log } = report.world;
  const { pipeline, holdsUp = false } = report;
  const request = requestOn(place, "GET ", "The merge request %s could not be read");
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
    await settleThread(api, place, result.text as Note, holdsUp).catch(
      onFailure(({ message }) => log.warning(message)),
    );
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
  const { pipeline, token, world } = report;
  const warn = (thrown: unknown) => {
    world.log.warning(asGateError(thrown).message);
    return undefined;
  };
  const api = await connect(token, pipeline, world).catch(warn);
  if (api === undefined) return undefined;
  const urls: (string | undefined)[] = [];
  // The token may reach one project, and not another.
  for (const place of placesOf(pipeline)) urls.push(await writeTo(api, place, report).catch(warn));
  return urls.find((url) => url !== undefined);
}
