import { readStamped, stamped } from "./shared.inputs.js";
import { onFailure, unlessStatus } from "./forge.api-failure.js";

// src/forge/own-text.ts
const MAX_ROUNDS = 3;
function normalised(body) {
	return body.replaceAll("\r\n", "\n").trimEnd();
}
function firstLine(body) {
	return normalised(body).split("\n", 1)[0] ?? "";
}
async function keepOneText(open, wanted) {
	if (firstLine(wanted.body) !== stamped(wanted.marker, wanted.stamp)) throw new Error("a text of ours must begin with its marker");
	const place = await open();
	let result = await writeOnce(place, wanted);
	for (let round = 1; round < MAX_ROUNDS && ["created", "updated"].includes(result.status); round++) {
		if (await isSettled(place, wanted)) break;
		const { status, folded } = result;
		const again = await writeOnce(place, wanted);
		result = {
			...again,
			status: again.status === "unchanged" ? status : again.status,
			folded: folded + again.folded
		};
	}
	return result;
}
async function ours(place, marker) {
	const found = [];
	for await (const texts of place.texts()) for (const text of texts) {
		const line = text.isByUs ? readStamped(firstLine(text.body), marker) : void 0;
		if (line !== void 0) found.push({
			...text,
			stamp: line.stamp
		});
	}
	return found.sort((a, b) => a.id - b.id);
}
async function writeOnce(place, wanted) {
	const { body, stamp } = wanted;
	const all = await ours(place, wanted.marker);
	const best = strongest(all, place);
	const why = best && supersededBecause(stamp, best.stamp, place);
	if (why !== void 0) return {
		status: "left",
		url: best?.url,
		why,
		...await foldInto(place, best, all)
	};
	const own = stamp === void 0 ? void 0 : all.findLast((one) => firstLine(one.body) === firstLine(body));
	const written = await bringUpToDate(place, [...own ? [own] : [], ...all.filter((one) => one !== own)].filter(({ mustGo }) => !mustGo), body);
	if (written !== void 0) return {
		...written,
		url: written.text.url,
		...await foldInto(place, written.text, all)
	};
	const isReplaced = all.some(({ mustGo }) => mustGo);
	if (!wanted.create && !isReplaced) return {
		status: "skipped",
		folded: 0
	};
	const text = await place.create(body);
	const { standing } = await foldInto(place, text, isReplaced ? all : []);
	return {
		status: isReplaced ? "updated" : "created",
		url: text.url,
		text,
		folded: 0,
		standing
	};
}
async function bringUpToDate(place, candidates, body) {
	for (const candidate of candidates) {
		if (normalised(candidate.body) === normalised(body)) return {
			status: "unchanged",
			text: candidate
		};
		const updated = await unlessGone(place.update(candidate, body));
		if (updated !== void 0) return {
			status: "updated",
			text: {
				...updated,
				body
			}
		};
	}
}
const unlessGone = (request) => unlessStatus([404, 410], request);
async function foldInto(place, kept, all) {
	const others = all.filter(({ id }) => id !== kept.id);
	const failureOf = (request) => unlessGone(request).then(() => void 0, onFailure((failure) => failure));
	let standing;
	for (const other of others) if (await failureOf(place.remove(other)) !== void 0 && normalised(other.body) !== normalised(kept.body)) standing = await failureOf(place.update(other, kept.body)) ?? standing;
	return {
		folded: others.length,
		standing
	};
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
function tellOwnText({ status, url, why, folded, standing }, noun, log, tell) {
	if (status === "skipped") tell("No comment: the verdict is `pass`, and `comment` is `on-failure`.");
	else if (status === "left") tell(`No comment: ${why}. That one stays: ${url}`);
	else tell(`${noun} ${DONE[status]}: ${url}`);
	if (standing !== void 0) log.warning(standing.message);
	else if (folded > 0) tell(`${folded} more of this gate's comments stood there; one is left.`);
}

export { keepOneText, normalised, tellOwnText };