import { unknown } from "./package.zod.js";
import { readStamped, stamped } from "./shared.inputs.js";
import { onFailure, unlessStatus } from "./forge.api-failure.js";

// src/forge/own-text.ts
const MAX_PAGES = 200;
const MAX_ROUNDS = 3;
function normalised(body) {
	return body.replaceAll("\r\n", "\n").trimEnd();
}
function firstLine(body) {
	return normalised(body).split("\n", 1)[0] ?? "";
}
async function keepOneText(place, wanted) {
	if (firstLine(wanted.body) !== stamped(wanted.marker, wanted.stamp)) throw new Error("a text of ours must begin with its marker");
	let result = await writeOnce(place, wanted);
	for (let round = 1; round < MAX_ROUNDS && ["created", "updated"].includes(result.status); round++) {
		if (await isSettled(place, wanted)) break;
		const again = await writeOnce(place, wanted);
		result = again.status === "unchanged" ? {
			...again,
			status: result.status
		} : again;
	}
	return result;
}
async function ours(place, marker) {
	const { api, text, all, order, needs, noun, subject } = place;
	const found = [];
	const list = {
		route: `GET ${all}`,
		parameters: order,
		failed: `The ${noun}s of ${subject} could not be read`,
		needs
	};
	for await (const each of api.items(list, text, MAX_PAGES)) {
		const line = each.isByUs ? readStamped(firstLine(each.body), marker) : void 0;
		if (line !== void 0) found.push({
			...each,
			stamp: line.stamp
		});
	}
	return found.sort((a, b) => a.id - b.id);
}
async function writeOnce(place, wanted) {
	const { body, stamp, create } = wanted;
	const { api, needs, noun, subject } = place;
	const write = (route, done) => api.call({
		route,
		parameters: { body },
		failed: `The ${noun} on ${subject} could not be ${done}`,
		needs
	}, place.text);
	const all = await ours(place, wanted.marker);
	const best = strongest(all, place);
	const why = best && supersededBecause(stamp, best.stamp, place);
	if (why !== void 0) return {
		status: "left",
		why,
		text: best,
		standing: await removed(place, best, all)
	};
	const own = stamp === void 0 ? void 0 : all.findLast((one) => firstLine(one.body) === firstLine(body));
	for (const one of /* @__PURE__ */ new Set([...own ? [own] : [], ...all])) {
		const isEqual = normalised(one.body) === normalised(body);
		const text = isEqual ? one : await unlessGone(write(`${place.update} ${place.one}/${one.id}`, "updated"));
		if (text !== void 0) return {
			status: isEqual ? "unchanged" : "updated",
			text,
			standing: await removed(place, one, all)
		};
	}
	return create ? {
		status: "created",
		text: await write(`POST ${place.all}`, "written")
	} : { status: "skipped" };
}
const unlessGone = (request) => unlessStatus([404, 410], request);
async function removed({ api, one, needs, noun, subject }, kept, all) {
	let standing;
	const failed = `A second ${noun} of ours on ${subject} could not be deleted`;
	for (const { id } of all) if (id !== kept?.id) await unlessGone(api.call({
		route: `DELETE ${one}/${id}`,
		failed,
		needs
	}, unknown())).catch(onFailure((failure) => standing = failure));
	return standing;
}
async function isSettled(place, { marker, body }) {
	const texts = await ours(place, marker).catch(onFailure(() => []));
	return texts.length === 0 || texts.length === 1 && firstLine(texts[0]?.body ?? "") === firstLine(body);
}
function supersededBecause(mine, theirs, { head, isOwnRun, change, run }) {
	if (theirs === void 0 || mine === void 0) return void 0;
	if (mine.run === theirs.run) return mine.attempt >= theirs.attempt ? void 0 : `attempt ${theirs.attempt} of this ${run} has written it`;
	const isKnown = mine.commit !== void 0 && theirs.commit !== void 0;
	const isSame = isKnown && mine.commit === theirs.commit;
	const isHead = mine.commit !== void 0 && mine.commit === head;
	if (isKnown && !isSame && isHead) return void 0;
	if (isKnown && !isSame && theirs.commit === head) return `the one that is there is about ${theirs.commit}, the ${change}'s head, and this ${run} is not`;
	if (isSame && isOwnRun(mine) !== isOwnRun(theirs)) return isOwnRun(mine) ? void 0 : `the ${change}'s own ${run} has written one about the same commit`;
	if (mine.run > theirs.run || (isHead || isSame) && mine.attempt > 1) return void 0;
	return `a newer ${run} has written one (${run} ${theirs.run}, this is ${mine.run})`;
}
function strongest(texts, place) {
	return texts.reduce((best, next) => {
		if (best === void 0) return next;
		if (next.stamp === void 0) return best.stamp === void 0 ? next : best;
		return supersededBecause(next.stamp, best.stamp, place) === void 0 ? next : best;
	}, void 0);
}
const DONE = {
	created: "written",
	updated: "updated",
	unchanged: "unchanged"
};
function logOwnText({ status, text, why, standing }, noun, log, tell) {
	if (status === "skipped") tell("No comment: the verdict is `pass`, and `comment` is `on-failure`.");
	else if (status === "left") tell(`No comment: ${why}. That one stays: ${text?.url}`);
	else tell(`${noun} ${DONE[status]}: ${text?.url}`);
	if (standing !== void 0) log.warning(standing.message);
	return text?.url;
}

export { keepOneText, logOwnText, normalised };