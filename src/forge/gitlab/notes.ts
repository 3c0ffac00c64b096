import { z } from "zod";
import type { Pipeline } from "../../job/gitlab/pipeline.ts";
import { asGateError } from "../../system/errors.ts";
import type { CommentText } from "../forge.ts";
import { type Conversation, keepOneText, logOwnText, type Text } from "../own-text.ts";
import { type Api, type AskingJob, accountOf, connect, WRITES, writing } from "./api.ts";

/** A merge request, as the project that has it, by its number or its path, and its own number. */
type Place = Pipeline["openMergeRequests"][number];

const noteSchema = z.object({
  id: z.int(),
  body: z.string().nullish(),
  author: z.object({ id: z.int() }).nullish(),
});
const mergeRequestSchema = z.object({ state: z.string(), sha: z.string().nullish(), web_url: z.string() });

/** The result is a notice, since the log of a command shows no steps. */
async function writeTo(
  api: Api,
  { project, iid }: Place,
  report: CommentText & AskingJob,
): Promise<string | undefined> {
  const {
    pipeline,
    world: { log },
  } = report;
  const path = `/projects/${encodeURIComponent(project)}/merge_requests/${iid}`;
  const request = writing(`GET ${path}`, {}, `The merge request !${iid} could not be read`);
  const { state, sha, web_url: page } = await api.call(request, mergeRequestSchema);
  // A branch's own pipeline does not know the merge request's newer commits.
  if (pipeline.mergeRequest === undefined && sha !== pipeline.commit)
    return void log.notice(`No comment: !${iid} is about another commit by now.`);
  const account = await accountOf(api);
  const notes: Conversation = {
    api,
    text: noteSchema.transform(
      ({ id, body, author }): Text => ({
        id,
        url: `${page}#note_${id}`,
        body: body ?? "",
        isByUs: author?.id === account,
      }),
    ),
    all: `${path}/notes`,
    one: `${path}/notes`,
    order: { sort: "asc", order_by: "created_at", per_page: 100 },
    update: "PUT",
    needs: WRITES,
    noun: "note",
    subject: `!${iid}`,
    change: "merge request",
    run: "pipeline",
    head: sha ?? undefined,
    isOwnRun: ({ event }) => event === "merge_request_event",
  };
  const result = await keepOneText(notes, { ...report, create: report.create && state === "opened" });
  if (result.status === "skipped" && state !== "opened")
    return void log.notice(`No comment: the merge request !${iid} is ${state} by now.`);
  return logOwnText(result, "Note", log, log.notice);
}

/**
 * Updates the note of each merge request, and returns the first one's address. A merge request's own pipeline has one;
 * a branch's pipeline may have several. Never throws: a failure is a warning. The verdict does not change.
 */
export async function reportNote(report: CommentText & AskingJob): Promise<string | undefined> {
  const { pipeline, world } = report;
  const { mergeRequest, openMergeRequests } = pipeline;
  const warn = (thrown: unknown): undefined => void world.log.warning(asGateError(thrown).message);
  const api = await connect(report).catch(warn);
  if (api === undefined) return undefined;
  const urls: (string | undefined)[] = [];
  // The token may reach one project, and not another.
  const places = mergeRequest
    ? [{ project: String(mergeRequest.projectId), iid: mergeRequest.iid }]
    : openMergeRequests;
  for (const place of places) urls.push(await writeTo(api, place, report).catch(warn));
  return urls.find((url) => url !== undefined);
}
