import { P as asGateError } from "./shared.js";
import { r as concernsAll } from "./api.js";

// src/platforms/github/sending.ts
function decideSending({ event, env, token, offline, cancelled }, meant) {
	const no = (level, why) => ({
		level,
		why
	});
	if (cancelled) return no("info", "the run was cancelled");
	if (offline) return no("info", "`offline` forbids asking GitHub");
	if (event.name === "") return no("info", "this run is outside of GitHub");
	if (meant.nothing !== void 0) return no("info", meant.nothing);
	if (event.privileged) return no("warning", `a run on \`${event.name}\` would change the default branch's ${meant.changes} by an image that a stranger may have made`);
	if (token === "") return no("warning", "the input `token` is empty");
	const { sha = "" } = meant;
	const { GITHUB_REF: ref = "" } = env;
	if (!meant.isSha.test(sha)) return no("warning", "GITHUB_SHA names no commit");
	if (!meant.isRef.test(ref)) return no("warning", "GITHUB_REF names no branch, tag or pull request");
	return { about: {
		sha,
		ref
	} };
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

export { sendInTurn as n, decideSending as t };