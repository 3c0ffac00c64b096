import { keepOneText, tellOwnText } from "./forge.own-text.js";
import { array, boolean, int, object, string, union, unknown } from "./package.zod.js";
import { asGateError } from "./shared.start.js";
import { ReportingError } from "./platforms.api-failure.js";
import { connect } from "./platforms.gitlab.api.api.js";
import { tokenOf } from "./platforms.gitlab.api.token.js";

// src/platforms/gitlab/notes.ts
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
const PER_PAGE = 100;
const MAX_PAGES = 200;
const pathOf = ({ project, iid }) => `/projects/${encodeURIComponent(project)}/merge_requests/${iid}`;
function requestOn(place, method, below, failed) {
	const about = failed.replace("%s", () => `!${place.iid}`);
	return {
		method,
		path: `${pathOf(place)}/${below}`,
		failed: about,
		needs: NEEDS
	};
}
async function* pages(api, request, schema) {
	let query = {
		...request.query,
		per_page: PER_PAGE
	};
	for (let page = 1; page <= MAX_PAGES; page++) {
		const { data, next } = await api.call({
			...request,
			query
		}, schema);
		yield data;
		if (next === void 0) return;
		query = {
			...query,
			...next
		};
	}
}
async function notesOf(api, place, found, holdsUp) {
	const failed = "The account of the token could not be read";
	const user = object({ id: int() });
	const account = (await api.call({
		method: "GET",
		path: "/user",
		failed,
		needs: NEEDS
	}, user)).data.id;
	const toNote = ({ id, body, author, resolvable, resolved }) => ({
		id,
		url: `${found.web_url}#note_${id}`,
		body: body ?? "",
		isByUs: author?.id === account,
		mustGo: holdsUp && resolvable !== true,
		resolvable: resolvable === true,
		resolved: resolved === true
	});
	const sent = async (request, body) => (await api.call({
		...request,
		body: { body }
	}, union([noteSchema, discussionSchema]))).data;
	return {
		change: "merge request",
		run: "pipeline",
		head: found.sha ?? void 0,
		isOwnRun: ({ event }) => event === "merge_request_event",
		async *texts() {
			const request = {
				...requestOn(place, "GET", "notes", "The notes of %s could not be read"),
				query: {
					sort: "asc",
					order_by: "created_at"
				}
			};
			for await (const notes of pages(api, request, array(noteSchema))) yield notes.map(toNote);
		},
		async create(body) {
			const request = holdsUp ? requestOn(place, "POST", "discussions", "The thread on %s could not be opened") : requestOn(place, "POST", "notes", "The note on %s could not be written");
			const created = await sent(request, body);
			return toNote("notes" in created ? created.notes[0] : created);
		},
		async update(note, body) {
			const request = requestOn(place, "PUT", `notes/${note.id}`, "The note on %s could not be updated");
			const { data } = await api.call({
				...request,
				body: { body }
			}, noteSchema);
			return {
				...note,
				resolvable: data.resolvable === true,
				resolved: data.resolved === true
			};
		},
		remove({ id }) {
			const request = requestOn(place, "DELETE", `notes/${id}`, "A second note of ours on %s could not be deleted");
			return api.call(request, unknown());
		}
	};
}
async function settleThread(api, place, note, holdsUp) {
	if (!note.resolvable || note.resolved === !holdsUp) return;
	const failed = `The thread on %s could not be ${holdsUp ? "opened again" : "resolved"}`;
	const asked = (method, below) => ({
		...requestOn(place, method, below, failed),
		needs: "the scope `api` and the role Developer"
	});
	for await (const discussions of pages(api, asked("GET", "discussions"), array(discussionSchema))) {
		const found = discussions.find(({ notes }) => notes[0]?.id === note.id);
		if (found === void 0) continue;
		await api.call({
			...asked("PUT", `discussions/${found.id}`),
			body: { resolved: !holdsUp }
		}, unknown());
		return;
	}
}
async function writeTo(api, place, report) {
	const { log } = report.world;
	const { pipeline, holdsUp = false } = report;
	const failed = `The merge request !${place.iid} could not be read`;
	const request = {
		method: "GET",
		path: pathOf(place),
		failed,
		needs: NEEDS
	};
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
	if (result.text !== void 0) await settleThread(api, place, result.text, holdsUp).catch((thrown) => {
		if (!(thrown instanceof ReportingError)) throw thrown;
		log.warning(thrown.message);
	});
	return result.url;
}
function placesOf({ mergeRequest, openMergeRequests }) {
	return mergeRequest === void 0 ? openMergeRequests : [{
		project: mergeRequest.projectId,
		iid: mergeRequest.iid
	}];
}
async function reportNote(report) {
	const { pipeline, access, world } = report;
	const token = tokenOf(access.token, world.env);
	if (pipeline.apiUrl === void 0 || token === void 0) return void 0;
	const warn = (thrown) => {
		world.log.warning(asGateError(thrown).message);
	};
	const authorityFile = world.env.CI_SERVER_TLS_CA_FILE;
	const options = {
		apiUrl: pipeline.apiUrl,
		token,
		authorityFile,
		signal: world.signal
	};
	const api = await connect(options).catch(warn);
	if (api === void 0) return void 0;
	const urls = [];
	for (const place of placesOf(pipeline)) urls.push(await writeTo(api, place, report).catch(warn));
	return urls.find((url) => url !== void 0);
}

export { reportNote };