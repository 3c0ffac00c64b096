import { asGateError } from "./shared.thread.js";
import { quoted } from "./forge.api-failure.js";
import { concernsOne } from "./forge.failures.js";

// src/forge/github/sending.ts
function sentAbout(event, env, data) {
	const no = (why) => ({
		level: "warning",
		why
	});
	const { GITHUB_REF: ref = "" } = env;
	const sha = (data === "alerts" ? event.runSha : event.commit) ?? "";
	if (event.privileged) return no(`a run on \`${event.trigger}\` would change the default branch's ${data} with an image that a stranger may have made`);
	if (!/^[0-9a-f]{40,64}$/i.test(sha)) return no("GITHUB_SHA names no commit");
	return /^refs\/(?:heads|tags|pull)\/./.test(ref) ? {
		sha,
		ref
	} : no("GITHUB_REF names no branch, tag or pull request");
}
const NOT_TAKEN = "The verdict is unaffected; please report this to Image Gate if the message does not name a setting of yours.";
function notTaken(what, said) {
	return `GitHub did not take ${what}: ${quoted(said, 500) || "it does not say why"}`;
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

export { NOT_TAKEN, notTaken, sendInTurn, sentAbout };