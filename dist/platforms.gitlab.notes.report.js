import { asGateError } from "./shared.start.js";
import { array, boolean, int, object, string, unknown } from "./package.zod.js";
import { connect } from "./platforms.gitlab.api.api.js";
import { tokenOf } from "./platforms.gitlab.api.token.js";
import { readStamped, stamped } from "./shared.domain.js";
import { firstLine, normalised } from "./platforms.kept-text.js";
import { ReportingError } from "./platforms.api-failure.js";

// src/platforms/gitlab/notes/read.ts
const noteSchema = object({
	id: int(),
	body: string().nullish(),
	author: object({ id: int() }).nullish(),
	resolvable: boolean().nullish(),
	resolved: boolean().nullish()
});
const NEEDS = "the scope `api` and the role Reporter";
const PER_PAGE = 100;
const MAX_PAGES = 200;
function pathOf({ project, iid }) {
	return `/projects/${encodeURIComponent(project)}/merge_requests/${iid}`;
}
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
async function accountOf(api) {
	const request = {
		method: "GET",
		path: "/user",
		failed: "The account of the token could not be read",
		needs: NEEDS
	};
	return (await api.call({
		...request,
		method: "GET"
	}, object({ id: int() }))).data.id;
}
async function ownNotes(api, place, marker, account) {
	const request = {
		...requestOn(place, "GET", "notes", "The notes of %s could not be read"),
		query: {
			sort: "asc",
			order_by: "created_at"
		}
	};
	const found = [];
	for await (const notes of pages(api, request, array(noteSchema))) for (const note of notes) {
		const line = note.author?.id === account ? readStamped(firstLine(note.body ?? ""), marker) : void 0;
		if (line !== void 0) found.push({
			...note,
			stamp: line.stamp
		});
	}
	return found.sort((a, b) => a.id - b.id);
}

// src/platforms/gitlab/notes/thread.ts
const discussionSchema = object({
	id: string().regex(/^[0-9a-f]{1,64}$/),
	notes: array(noteSchema).min(1)
});
async function openThread(api, place, body) {
	const request = requestOn(place, "POST", "discussions", "The thread on %s could not be opened");
	const { data } = await api.call({
		...request,
		body: { body }
	}, discussionSchema);
	return data.notes[0];
}
async function setResolved(api, place, note, resolved) {
	const failed = `The thread on %s could not be ${resolved ? "resolved" : "opened again"}`;
	const asked = (method, below) => ({
		...requestOn(place, method, below, failed),
		needs: "the scope `api` and the role Developer"
	});
	for await (const discussions of pages(api, asked("GET", "discussions"), array(discussionSchema))) {
		const found = discussions.find(({ notes }) => notes[0]?.id === note);
		if (found === void 0) continue;
		await api.call({
			...asked("PUT", `discussions/${found.id}`),
			body: { resolved }
		}, unknown());
		return;
	}
}

// src/platforms/gitlab/notes/write.ts
const MAX_ROUNDS = 3;
function supersededBecause(mine, theirs) {
	if (mine === void 0 || theirs === void 0 || mine.run === theirs.run) return void 0;
	const isOwn = (stamp) => stamp.event === "merge_request_event";
	if (mine.commit !== void 0 && mine.commit === theirs.commit && isOwn(mine) !== isOwn(theirs)) return isOwn(mine) ? void 0 : "the merge request's own pipeline has written one about the same commit";
	return mine.run > theirs.run ? void 0 : `a newer pipeline has written one (pipeline ${theirs.run}, this is ${mine.run})`;
}
async function update(api, note, { place, body }) {
	try {
		const request = requestOn(place, "PUT", `notes/${note.id}`, "The note on %s could not be updated");
		const { data } = await api.call({
			...request,
			body: { body }
		}, noteSchema);
		return {
			...note,
			...data,
			body
		};
	} catch (thrown) {
		if (thrown instanceof ReportingError && thrown.status === 404) return void 0;
		throw thrown;
	}
}
async function create(api, { place, body, holdsUp }) {
	if (holdsUp === true) return openThread(api, place, body);
	const request = requestOn(place, "POST", "notes", "The note on %s could not be written");
	const { data } = await api.call({
		...request,
		body: { body }
	}, noteSchema);
	return data;
}
async function remove(api, others, place) {
	for (const { id } of others) {
		const request = requestOn(place, "DELETE", `notes/${id}`, "A second note of ours on %s could not be deleted");
		await api.call(request, unknown()).catch((thrown) => {
			if (!(thrown instanceof ReportingError && thrown.status === 404)) throw thrown;
		});
	}
}
function canStay(note, { holdsUp }) {
	return holdsUp !== true || note.resolvable === true;
}
async function writeOnce(api, request, account) {
	const { place, body } = request;
	const all = await ownNotes(api, place, request.marker, account);
	for (const theirs of all) {
		const why = supersededBecause(request.stamp, theirs.stamp);
		if (why !== void 0) return {
			status: "left",
			id: theirs.id,
			why
		};
	}
	const kept = all.find((note) => canStay(note, request));
	if (kept !== void 0) {
		const isSame = normalised(kept.body ?? "") === normalised(body);
		const note = isSame ? kept : await update(api, kept, request);
		if (note !== void 0) {
			await remove(api, all.filter(({ id }) => id !== note.id), place);
			return {
				status: isSame ? "unchanged" : "updated",
				id: note.id,
				note
			};
		}
	}
	if (!request.create && all.length === 0) return { status: "skipped" };
	const note = await create(api, request);
	await remove(api, all.filter((each) => each !== kept), place);
	return {
		status: all.length > 0 ? "updated" : "created",
		id: note.id,
		note
	};
}
async function isSettled(api, { place, marker, body }, account) {
	try {
		const [first, ...more] = await ownNotes(api, place, marker, account);
		return more.length === 0 && (first === void 0 || firstLine(first.body ?? "") === firstLine(body));
	} catch (thrown) {
		if (thrown instanceof ReportingError) return true;
		throw thrown;
	}
}
async function settleThread(api, note, { place, holdsUp }) {
	if (note.resolvable !== true) return void 0;
	const resolved = holdsUp !== true;
	if ((note.resolved ?? false) === resolved) return void 0;
	try {
		await setResolved(api, place, note.id, resolved);
		return;
	} catch (thrown) {
		if (thrown instanceof ReportingError) return thrown;
		throw thrown;
	}
}
async function upsertNote(api, request) {
	const { marker, stamp, body } = request;
	if (firstLine(body) !== stamped(marker, stamp)) throw new Error("a note's body must begin with its marker");
	const account = await accountOf(api);
	let result = await writeOnce(api, request, account);
	for (let round = 1; round < MAX_ROUNDS && ["created", "updated"].includes(result.status); round++) {
		if (await isSettled(api, request, account)) break;
		const again = await writeOnce(api, request, account);
		result = {
			...again,
			status: again.status === "unchanged" ? result.status : again.status
		};
	}
	const { note, ...shown } = result;
	return note === void 0 ? shown : {
		...shown,
		thread: await settleThread(api, note, request)
	};
}

// src/platforms/gitlab/notes/report.ts
const DONE = {
	created: "Note written",
	updated: "Note updated",
	unchanged: "Note unchanged"
};
const mergeRequestSchema = object({
	state: string(),
	sha: string().nullish(),
	web_url: string()
});
async function mergeRequestAt(api, place) {
	const failed = `The merge request !${place.iid} could not be read`;
	return (await api.call({
		method: "GET",
		path: pathOf(place),
		failed,
		needs: NEEDS
	}, mergeRequestSchema)).data;
}
async function writeTo(api, place, report) {
	const { log } = report.world;
	const { pipeline, access: _, world: __, ...text } = report;
	const { state, sha, web_url } = await mergeRequestAt(api, place);
	if (pipeline.mergeRequest === void 0 && sha !== pipeline.head) {
		log.notice(`No comment: !${place.iid} is about another commit by now.`);
		return;
	}
	const isOpen = state === "opened";
	const result = await upsertNote(api, {
		...text,
		place,
		create: text.create && isOpen
	});
	const url = result.id === void 0 ? void 0 : `${web_url}#note_${result.id}`;
	if (result.status === "left") log.notice(`No comment: ${result.why}. That one stays: ${url}`);
	else if (result.status !== "skipped") log.notice(`${DONE[result.status]}: ${url}`);
	else if (isOpen) log.notice("No comment: the verdict is `pass`, and `comment` is `on-failure`.");
	else log.notice(`No comment: the merge request !${place.iid} is ${state} by now.`);
	if (result.thread !== void 0) log.warning(result.thread.message);
	return url;
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