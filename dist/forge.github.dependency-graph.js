import { GateError, asGateError } from "./shared.thread.js";
import { object, string } from "./package.zod.js";
import { quoted } from "./forge.api-failure.js";
import { connect } from "./forge.github.api.api.js";
import { sendInTurn } from "./forge.github.sending.js";

// src/forge/github/dependency-graph.ts
const TIMEOUT_MS = 2e4;
const LONGEST_MESSAGE = 500;
const answerSchema = object({
	result: string(),
	message: string().nullish()
});
async function reportDependencies(report) {
	const { submissions, event, token, log, signal, limits } = report;
	try {
		const api = await connect({
			token,
			event,
			signal,
			timeoutMs: TIMEOUT_MS,
			...limits
		});
		const send = (submission) => submit(api, submission, log);
		await sendInTurn(submissions, send, log, (left) => `Dependency graph: ${left} more not sent.`);
	} catch (thrown) {
		log.warning(asGateError(thrown).message);
	}
}
async function submit(api, { snapshot, what }, log) {
	const request = {
		route: "POST /dependency-graph/snapshots",
		parameters: snapshot,
		failed: `The dependency graph could not be given ${what}`,
		needs: "contents: write",
		without: "dependency-graph: false",
		repeatable: true
	};
	const { data } = await api.call(request, answerSchema);
	const message = quoted(data.message ?? "", LONGEST_MESSAGE);
	if (data.result === "SUCCESS" || data.result === "ACCEPTED") log.info(`Dependency graph: ${what} sent. ${message}`.trim());
	else log.warning(new GateError("dependency-snapshot-refused", `GitHub did not take ${what} into the dependency graph (${data.result.slice(0, 40)}: ${message === "" ? "it does not say why" : message})`, "The verdict stands; please report this to Image Gate if the message does not name a setting of yours.").message);
}

export { reportDependencies };