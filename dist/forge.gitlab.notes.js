import { asGateError } from "./shared.thread.js";
import { int, object, string } from "./package.zod.js";
import { keepOneText, logOwnText } from "./forge.own-text.js";
import { WRITES, accountOf, connect, writing } from "./forge.gitlab.api.js";

// src/forge/gitlab/notes.ts
const noteSchema = object({
	id: int(),
	body: string().nullish(),
	author: object({ id: int() }).nullish()
});
const mergeRequestSchema = object({
	state: string(),
	sha: string().nullish(),
	web_url: string()
});
async function writeTo(api, { project, iid }, report) {
	const { pipeline, world: { log } } = report;
	const path = `/projects/${encodeURIComponent(project)}/merge_requests/${iid}`;
	const request = writing(`GET ${path}`, {}, `The merge request !${iid} could not be read`);
	const { state, sha, web_url: page } = await api.call(request, mergeRequestSchema);
	if (pipeline.mergeRequest === void 0 && sha !== pipeline.commit) return void log.notice(`No comment: !${iid} is about another commit by now.`);
	const account = await accountOf(api);
	const notes = {
		api,
		text: noteSchema.transform(({ id, body, author }) => ({
			id,
			url: `${page}#note_${id}`,
			body: body ?? "",
			isByUs: author?.id === account
		})),
		all: `${path}/notes`,
		one: `${path}/notes`,
		order: {
			sort: "asc",
			order_by: "created_at",
			per_page: 100
		},
		update: "PUT",
		needs: WRITES,
		noun: "note",
		subject: `!${iid}`,
		change: "merge request",
		run: "pipeline",
		head: sha ?? void 0,
		isOwnRun: ({ event }) => event === "merge_request_event"
	};
	const result = await keepOneText(notes, {
		...report,
		create: report.create && state === "opened"
	});
	if (result.status === "skipped" && state !== "opened") return void log.notice(`No comment: the merge request !${iid} is ${state} by now.`);
	return logOwnText(result, "Note", log, log.notice);
}
async function reportNote(report) {
	const { pipeline, world } = report;
	const { mergeRequest, openMergeRequests } = pipeline;
	const warn = (thrown) => void world.log.warning(asGateError(thrown).message);
	const api = await connect(report).catch(warn);
	if (api === void 0) return void 0;
	const urls = [];
	const places = mergeRequest ? [{
		project: String(mergeRequest.projectId),
		iid: mergeRequest.iid
	}] : openMergeRequests;
	for (const place of places) urls.push(await writeTo(api, place, report).catch(warn));
	return urls.find((url) => url !== void 0);
}

export { reportNote };