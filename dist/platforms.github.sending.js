import { concernsAll } from "./forge.failures.js";
import { asGateError } from "./shared.start.js";

// src/platforms/github/sending.ts
function decideSending({ event, env, token, offline, cancelled }, intended) {
	const no = (level, why) => ({
		level,
		why
	});
	if (cancelled) return no("info", "the run was cancelled");
	if (offline) return no("info", "`offline` forbids asking GitHub");
	if (event.name === "") return no("info", "this run is outside of GitHub");
	if (intended.nothing !== void 0) return no("info", intended.nothing);
	if (event.privileged) return no("warning", `a run on \`${event.name}\` would change the default branch's ${intended.changes} by an image that a stranger may have made`);
	if (token === "") return no("warning", "the input `token` is empty");
	const { sha = "" } = intended;
	const { GITHUB_REF: ref = "" } = env;
	if (!intended.isSha.test(sha)) return no("warning", "GITHUB_SHA names no commit");
	if (!intended.isRef.test(ref)) return no("warning", "GITHUB_REF names no branch, tag or pull request");
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
		isSha: /^[0-9a-f]{40}$/i,
		isRef: /^refs\/(?:heads|tags|pull)\/./
	});
}
function decidePackages(images, circumstances) {
	return decideSending(circumstances, {
		nothing: images === 0 ? "no image was judged" : void 0,
		changes: "packages",
		sha: circumstances.event.sha,
		isSha: /^[0-9a-f]{40,64}$/i,
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