import { asGateError } from "./shared.thread.js";
import { array, boolean, int, object, string, union, unknown } from "./package.zod.js";
import { onFailure } from "./forge.api-failure.js";
import { keepOneText, tellOwnText } from "./forge.own-text.js";
import { accountOf, connect } from "./forge.gitlab.api.api.js";

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
	notes: array(noteSchema).min(1)
});
const mergeRequestSchema = object({
	state: string(),
	sha: string().nullish(),
	web_url: string()
});
const NEEDS = "the scope `api` and the role Reporter";
const MAX_PAGES = 200;
function requestOn({ project, iid }, route, failed, more = {}) {
	return {
		route: route.replace(" ", " /projects/{project}/merge_requests/{iid}"),
		parameters: {
			project,
			iid,
			...more
		},
		failed: failed.replace("%s", () => `!${iid}`),
		needs: NEEDS
	};
}
async function notesOf(api, place, found, holdsUp) {
	const account = await accountOf(api, NEEDS);
	const toNote = ({ id, body, author, resolvable, resolved }) => ({
		id,
		url: `${found.web_url}#note_${id}`,
		body: body ?? "",
		isByUs: author?.id === account,
		mustGo: holdsUp && resolvable !== true,
		resolvable: resolvable === true,
		resolved: resolved === true
	});
	return {
		change: "merge request",
		run: "pipeline",
		head: found.sha ?? void 0,
		isOwnRun: ({ event }) => event === "merge_request_event",
		async *texts() {
			const request = requestOn(place, "GET /notes", "The notes of %s could not be read", {
				sort: "asc",
				order_by: "created_at",
				per_page: 100
			});
			for await (const notes of api.pages(request, array(noteSchema), MAX_PAGES)) yield notes.map(toNote);
		},
		async create(body) {
			const request = holdsUp ? requestOn(place, "POST /discussions", "The thread on %s could not be opened", { body }) : requestOn(place, "POST /notes", "The note on %s could not be written", { body });
			const { data } = await api.call(request, union([noteSchema, discussionSchema]));
			return toNote("notes" in data ? data.notes[0] : data);
		},
		async update(note, body) {
			const request = requestOn(place, "PUT /notes/{note}", "The note on %s could not be updated", {
				note: note.id,
				body
			});
			const { data } = await api.call(request, noteSchema);
			return {
				...note,
				resolvable: data.resolvable === true,
				resolved: data.resolved === true
			};
		},
		remove({ id: note }) {
			return api.call(requestOn(place, "DELETE /notes/{note}", "A second note of ours on %s could not be deleted", { note }), unknown());
		}
	};
}
async function settleThread(api, place, note, holdsUp) {
	if (!note.resolvable || note.resolved === !holdsUp) return;
	const failed = `The thread on %s could not be ${holdsUp ? "opened again" : "resolved"}`;
	const asked = (route, more) => ({
		...requestOn(place, route, failed, more),
		needs: "the scope `api` and the role Developer"
	});
	const list = asked("GET /discussions", { per_page: 100 });
	for await (const discussions of api.pages(list, array(discussionSchema), MAX_PAGES)) {
		const discussion = discussions.find(({ notes }) => notes[0]?.id === note.id)?.id;
		if (discussion === void 0) continue;
		await api.call(asked("PUT /discussions/{discussion}", {
			discussion,
			resolved: !holdsUp
		}), unknown());
		return;
	}
}
async function writeTo(api, place, report) {
	const { log } = report.world;
	const { pipeline, holdsUp = false } = report;
	const request = requestOn(place, "GET ", "The merge request %s could not be read");
	const found = (await api.call(request, mergeRequestSchema)).data;
	if (pipeline.mergeRequest === void 0 && found.sha !== pipeline.head) {
		log.notice(`No comment: !${place.iid} is about another commit by now.`);
		return;
	}
	const isOpen = found.state === "opened";
	const conversation = () => notesOf(api, place, found, holdsUp);
	const result = await keepOneText(conversation, {
		...report,
		create: report.create && isOpen
	});
	if (result.status === "skipped" && !isOpen) log.notice(`No comment: the merge request !${place.iid} is ${found.state} by now.`);
	else tellOwnText(result, "Note", log, log.notice);
	if (result.text !== void 0) await settleThread(api, place, result.text, holdsUp).catch(onFailure(({ message }) => log.warning(message)));
	return result.url;
}
function placesOf({ mergeRequest, openMergeRequests }) {
	return mergeRequest === void 0 ? openMergeRequests : [{
		project: mergeRequest.projectId,
		iid: mergeRequest.iid
	}];
}
async function reportNote(report) {
	const { pipeline, token, world } = report;
	const warn = (thrown) => {
		world.log.warning(asGateError(thrown).message);
	};
	const api = await connect(token, pipeline, world).catch(warn);
	if (api === void 0) return void 0;
	const urls = [];
	for (const place of placesOf(pipeline)) urls.push(await writeTo(api, place, report).catch(warn));
	return urls.find((url) => url !== void 0);
}

export { reportNote };