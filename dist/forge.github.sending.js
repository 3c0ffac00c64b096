import { asGateError } from "./shared.thread.js";
import { concernsOne } from "./forge.failures.js";

// src/forge/github/sending.ts
function aboutRun({ privileged, name }, env, { changes, sha = "", isRef }) {
	const no = (why) => ({
		level: "warning",
		why
	});
	const { GITHUB_REF: ref = "" } = env;
	if (privileged) return no(`a run on \`${name}\` would change the default branch's ${changes} with an image that a stranger may have made`);
	if (!/^[0-9a-f]{40,64}$/i.test(sha)) return no("GITHUB_SHA names no commit");
	return isRef.test(ref) ? {
		sha,
		ref
	} : no("GITHUB_REF names no branch, tag or pull request");
}
function alertsAbout(event, env) {
	return aboutRun(event, env, {
		changes: "alerts",
		sha: env.GITHUB_SHA,
		isRef: /^refs\/(?:heads|tags|pull)\/./
	});
}
function packagesAbout(event, env) {
	return aboutRun(event, env, {
		changes: "packages",
		sha: event.sha,
		isRef: /^refs\/./
	});
}
async function sendInTurn(items, send, log, left) {
	for (const [index, item] of items.entries()) try {
		await send(item);
	} catch (thrown) {
		log.warning(asGateError(thrown).message);
		const others = items.length - index - 1;
		if (others === 0 || concernsOne(asGateError(thrown))) continue;
		log.info(left(others));
		return;
	}
}

export { alertsAbout, packagesAbout, sendInTurn };