import { concernsAll } from "./forge.failures.js";
import { asGateError } from "./shared.thread.js";
import { lackingOn } from "./shared.inputs.js";

// src/platforms/github/sending.ts
function decideSending(circumstances, { nothing, changes, sha = "", isRef }) {
	const { event, env, cancelled } = circumstances;
	const { GITHUB_REF: ref = "" } = env;
	const no = (level, why) => ({
		level,
		why
	});
	const lacking = lackingOn(event, circumstances);
	if (cancelled) return no("info", "the run was cancelled");
	if (lacking?.level === "info") return no("info", lacking.why);
	if (nothing !== void 0) return no("info", nothing);
	if (event.privileged) return no("warning", `a run on \`${event.name}\` would change the default branch's ${changes} by an image that a stranger may have made`);
	if (lacking !== void 0) return no("warning", lacking.why);
	if (!/^[0-9a-f]{40,64}$/i.test(sha)) return no("warning", "GITHUB_SHA names no commit");
	if (!isRef.test(ref)) return no("warning", "GITHUB_REF names no branch, tag or pull request");
	return { about: {
		sha,
		ref
	} };
}
function decideAlerts(judged, circumstances) {
	return decideSending(circumstances, {
		nothing: judged === 0 ? "there is nothing to upload, as no target could be judged" : void 0,
		changes: "alerts",
		sha: circumstances.env.GITHUB_SHA,
		isRef: /^refs\/(?:heads|tags|pull)\/./
	});
}
function decidePackages(images, circumstances) {
	const nothing = images === 0 ? "no image was judged" : void 0;
	const { sha } = circumstances.event;
	return decideSending(circumstances, {
		nothing,
		changes: "packages",
		sha,
		isRef: /^refs\/./
	});
}
async function sendInTurn(items, send, log, left) {
	for (const [index, item] of items.entries()) try {
		await send(item);
	} catch (thrown) {
		log.warning(asGateError(thrown).message);
		const others = items.length - index - 1;
		if (!concernsAll(thrown) || others === 0) continue;
		log.info(left(others));
		return;
	}
}

export { decideAlerts, decidePackages, sendInTurn };