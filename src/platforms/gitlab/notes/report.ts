import { z } from "zod";
import { asGateError } from "../../../system/errors.ts";
import type { World } from "../../../system/world.ts";
import type { Access, CommentText } from "../../platform.ts";
import { type Api, connect } from "../api/api.ts";
import { tokenOf } from "../api/token.ts";
import type { Pipeline } from "../pipeline.ts";
import { NEEDS, type Place, pathOf } from "./read.ts";
import { upsertNote } from "./write.ts";

export interface NoteReport extends CommentText {
  readonly pipeline: Pipeline;
  readonly access: Access;
  readonly world: Pick<World, "env" | "log" | "signal">;
}

const DONE = { created: "Note written", updated: "Note updated", unchanged: "Note unchanged" };

const mergeRequestSchema = z.object({ state: z.string(), sha: z.string().nullish(), web_url: z.string() });

async function mergeRequestAt(api: Api, place: Place) {
  const failed = `The merge request !${place.iid} could not be read`;
  return (await api.call({ method: "GET", path: pathOf(place), failed, needs: NEEDS }, mergeRequestSchema)).data;
}

/** What became of the note is a notice, since the log of a command shows no steps. */
async function writeTo(api: Api, place: Place, report: NoteReport): Promise<string | undefined> {
  const { log } = report.world;
  const { pipeline, access: _, world: __, ...text } = report;
  const { state, sha, web_url } = await mergeRequestAt(api, place);
  // A branch's own pipeline knows nothing of what the merge request has become.
  if (pipeline.mergeRequest === undefined && sha !== pipeline.head) {
    log.notice(`No comment: !${place.iid} is about another commit by now.`);
    return undefined;
  }
  const isOpen = state === "opened";
  const result = await upsertNote(api, { ...text, place, create: text.create && isOpen });
  const url = result.id === undefined ? undefined : `${web_url}#note_${result.id}`;
  if (result.status === "left") log.notice(`No comment: ${result.why}. That one stays: ${url}`);
  else if (result.status !== "skipped") log.notice(`${DONE[result.status]}: ${url}`);
  else if (isOpen) log.notice("No comment: the verdict is `pass`, and `comment` is `on-failure`.");
  else log.notice(`No comment: the merge request !${place.iid} is ${state} by now.`);
  if (result.thread !== undefined) log.warning(result.thread.message);
  return url;
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
