import { asGateError } from "./shared.thread.js";
import { array, boolean, int, object, string, tuple, union, unknown } from "./package.zod.js";
import { onFailure } from "./forge.api-failure.js";
import { requestsWith } from "./forge.client.js";
import { keepOneText, tellOwnText } from "./forge.own-text.js";
import { accountOf, connect } from "./forge.gitlab.api.js";

// src/forge/gitlab/notes.ts
const noteSchema = object({
	id: int(),
	body: string().nullish(),
	author: object({ id: int() }).nullish(),
	resolvable: boolean().nullish(),
	resolved: boolean().nullish()
});
const discussionSchema = object({
	id: string().regex(/^[0-9a-f]{1,64}$/),
	notes: tuple([noteSchema], noteSchema)
});
const mergeRequestSchema = object({
	state: string(),
	sha: string().nullish(),
	web_url: string()
});
const NEEDS = "the scope `api` and the role Reporter";
const asked = requestsWith({ needs: NEEDS });
const MAX_PAGES = 200;
const MERGE_REQUEST = "/projects/{project}/merge_requests/{iid}";
const NOTES = `${MERGE_REQUEST}/notes`;
const THREADS = `${MERGE_REQUEST}/discussions`;
async function notesOf(api, place, found, holdsUp) {
	const account = await accountOf(api, NEEDS);
	const thread = discussionSchema.transform(({ notes: [first] }) => first);
	const on = `!${place.iid}`;
	const order = {
		sort: "asc",
		order_by: "created_at",
		per_page: 100
	};
	return {
		api,
		text: union([noteSchema, thread]).transform(({ id, body, author, resolvable, resolved }) => ({
			id,
			url: `${found.web_url}#note_${id}`,
			body: body ?? "",
			isByUs: author?.id === account,
			mustGo: holdsUp && resolvable !== true,
			resolvable: resolvable === true,
			resolved: resolved === true
		})),
		change: "merge request",
		run: "pipeline",
		head: found.sha ?? void 0,
		isOwnRun: ({ event }) => event === "merge_request_event",
		list: asked(`GET ${NOTES}`, {
			...place,
			...order
		}, `The notes of ${on} could not be read`),
		create: (body) => holdsUp ? asked(`POST ${THREADS}`, {
			...place,
			body
		}, `The thread on ${on} could not be opened`) : asked(`POST ${NOTES}`, {
			...place,
			body
		}, `The note on ${on} could not be written`),
		update: (note, body) => asked(`PUT ${NOTES}/{note}`, {
			...place,
			note,
			body
		}, `The note on ${on} could not be updated`),
		remove: (note) => asked(`DELETE ${NOTES}/{note}`, {
			...place,
			note
		}, `A second note of ours on ${on} could not be deleted`)
	};
}
async function settleThread(api, place, note, holdsUp) {
	if (!note.resolvable || note.resolved === !holdsUp) return;
	const failed = `The thread on !${place.iid} could not be ${holdsUp ? "opened again" : "resolved"}`;
	const change = requestsWith({ needs: "the scope `api` and the role Developer" });
	const list = change(`GET ${THREADS}`, {
		...place,
		per_page: 100
	}, failed);
	for await (const discussions of api.pages(list, array(discussionSchema), MAX_PAGES)) {
		const discussion = discussions.find(({ notes }) => notes[0].id === note.id)?.id;
		if (discussion === void 0) continue;
		const more = {
			...place,
			discussion,
			resolved: !holdsUp
		};
		await api.call(change(`PUT ${THREADS}/{discussion}`, more, failed), unknown());
		return;
	}
}
async function writeTo(api, place, report) {
	const { log } = report.world;
	const { pipeline, holdsUp = false } = report;
	const request = asked(`GET ${MERGE_REQUEST}`, { ...place }, `The merge request !${place.iid} could not be read`);
	const found = await api.call(request, mergeRequestSchema);
	if (pipeline.mergeRequest === void 0 && found.sha !== pipeline.commit) return void log.notice(`No comment: !${place.iid} is about another commit by now.`);
	const create = report.create && found.state === "opened";
	const result = await keepOneText(await notesOf(api, place, found, holdsUp), {
		...report,
		create
	});
	if (result.status === "skipped" && found.state !== "opened") return void log.notice(`No comment: the merge request !${place.iid} is ${found.state} by now.`);
	const url = tellOwnText(result, "Note", log, log.notice);
	if (result.status !== "left" && result.text !== void 0) await settleThread(api, place, result.text, holdsUp).catch(onFailure(({ message }) => log.warning(message)));
	return url;
}
async function reportNote(report) {
	const { pipeline, token, world } = report;
	const { mergeRequest, openMergeRequests } = pipeline;
	const warn = (thrown) => void world.log.warning(asGateError(thrown).message);
	const api = await connect(token, pipeline, world).catch(warn);
	if (api === void 0) return void 0;
	const urls = [];
	const places = mergeRequest ? [{
		project: mergeRequest.projectId,
		iid: mergeRequest.iid
	}] : openMergeRequests;
	for (const place of places) urls.push(await writeTo(api, place, report).catch(warn));
	return urls.find((url) => url !== void 0);
}

export { reportNote };