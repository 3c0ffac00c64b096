import { z } from "zod";
import type { Pipeline } from "../../job/gitlab/pipeline.ts";
import { asGateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { onFailure } from "../api-failure.ts";
import { requestsWith } from "../client.ts";
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
const discussionSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{1,64}$/),
  notes: z.tuple([noteSchema], noteSchema),
});
const mergeRequestSchema = z.object({ state: z.string(), sha: z.string().nullish(), web_url: z.string() });

interface Note extends Text {
  readonly resolvable: boolean;
  readonly resolved: boolean;
}

/** Project access tokens are bots of their project. */
const NEEDS = "the scope `api` and the role Reporter";
const asked = requestsWith({ needs: NEEDS });
/** A merge request has at most 5,000 notes, and as many that GitLab writes itself. */
const MAX_PAGES = 200;

const MERGE_REQUEST = "/projects/{project}/merge_requests/{iid}";
const NOTES = `${MERGE_REQUEST}/notes`;
const THREADS = `${MERGE_REQUEST}/discussions`;

/** @param found the merge request as it is now */
async function notesOf(
  api: Api,
  place: Place,
  found: z.infer<typeof mergeRequestSchema>,
  holdsUp: boolean,
): Promise<Conversation<Note>> {
  const account = await accountOf(api, NEEDS);
  const thread = discussionSchema.transform(({ notes: [first] }) => first);
  const on = `!${place.iid}`;
  const order = { sort: "asc", order_by: "created_at", per_page: 100 };
  return {
    api,
    text: z.union([noteSchema, thread]).transform(
      ({ id, body, author, resolvable, resolved }): Note => ({
        id,
        url: `${found.web_url}#note_${id}`,
        body: body ?? "",
        isByUs: author?.id === account,
        // A note outside of a thread cannot be resolved, so that one that must hold up the merge is written anew.
        mustGo: holdsUp && resolvable !== true,
        resolvable: resolvable === true,
        resolved: resolved === true,
      }),
    ),
    change: "merge request",
    run: "pipeline",
    head: found.sha ?? undefined,
    isOwnRun: ({ event }) => event === "merge_request_event",
    list: asked(`GET ${NOTES}`, { ...place, ...order }, `The notes of ${on} could not be read`),
    create: (body) =>
      holdsUp
        ? asked(`POST ${THREADS}`, { ...place, body }, `The thread on ${on} could not be opened`)
        : asked(`POST ${NOTES}`, { ...place, body }, `The note on ${on} could not be written`),
    update: (note, body) =>
      asked(`PUT ${NOTES}/{note}`, { ...place, note, body }, `The note on ${on} could not be updated`),
    remove: (note) =>
      asked(`DELETE ${NOTES}/{note}`, { ...place, note }, `A second note of ours on ${on} could not be deleted`),
  };
}

/**
 * Our thread is open exactly as long as it must block the merge. A note does not say which thread it is in, so the
 * threads are read.
 */
async function settleThread(api: Api, place: Place, note: Note, holdsUp: boolean): Promise<void> {
  if (!note.resolvable || note.resolved === !holdsUp) return;
  const failed = `The thread on !${place.iid} could not be ${holdsUp ? "opened again" : "resolved"}`;
  const change = requestsWith({ needs: "the scope `api` and the role Developer" });
  const list = change(`GET ${THREADS}`, { ...place, per_page: 100 }, failed);
  for await (const discussions of api.pages(list, z.array(discussionSchema), MAX_PAGES)) {
    const discussion = discussions.find(({ notes }) => notes[0].id === note.id)?.id;
    if (discussion === undefined) continue;
    const more = { ...place, discussion, resolved: !holdsUp };
    return void (await api.call(change(`PUT ${THREADS}/{discussion}`, more, failed), z.unknown()));
  }
}

/** The result is a notice, since the log of a command shows no steps. */
async function writeTo(api: Api, place: Place, report: NoteReport): Promise<string | undefined> {
  const { log } = report.world;
  const { pipeline, holdsUp = false } = report;
  const request = asked(`GET ${MERGE_REQUEST}`, { ...place }, `The merge request !${place.iid} could not be read`);
  const found = await api.call(request, mergeRequestSchema);
  // A branch's own pipeline knows nothing of what the merge request has become.
  if (pipeline.mergeRequest === undefined && found.sha !== pipeline.commit)
    return void log.notice(`No comment: !${place.iid} is about another commit by now.`);
  const create = report.create && found.state === "opened";
  const result = await keepOneText(await notesOf(api, place, found, holdsUp), { ...report, create });
  if (result.status === "skipped" && found.state !== "opened")
    return void log.notice(`No comment: the merge request !${place.iid} is ${found.state} by now.`);
  const url = tellOwnText(result, "Note", log, log.notice);
  if (result.status !== "left" && result.text !== undefined)
    await settleThread(api, place, result.text, holdsUp).catch(onFailure(({ message }) => log.warning(message)));
  return url;
}

/**
 * Updates the note of each merge request, and returns the first one's address. A merge request's own pipeline has one;
 * a branch's pipeline may have several. Never throws: a failure is a warning. The verdict does not change.
 */
export async function reportNote(report: NoteReport): Promise<string | undefined> {
  const { pipeline, token, world } = report;
  const { mergeRequest, openMergeRequests } = pipeline;
  const warn = (thrown: unknown): undefined => void world.log.warning(asGateError(thrown).message);
  const api = await connect(token, pipeline, world).catch(warn);
  if (api === undefined) return undefined;
  const urls: (string | undefined)[] = [];
  // The token may reach one project, and not another.
  const places = mergeRequest ? [{ project: mergeRequest.projectId, iid: mergeRequest.iid }] : openMergeRequests;
  for (const place of places) urls.push(await writeTo(api, place, report).catch(warn));
  return urls.find((url) => url !== undefined);
}
