import { GateError, asGateError } from "./shared.thread.js";
import { object, string } from "./package.zod.js";
import { quoted } from "./forge.api-failure.js";
import { requestsWith } from "./forge.connection.js";
import { connect } from "./forge.github.api.js";
import { NOT_TAKEN, notTaken, sendInTurn } from "./forge.github.sending.js";

// src/forge/github/dependency-graph.ts
const TIMEOUT_MS = 2e4;
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
const asked = requestsWith({
	needs: "contents: write",
	without: "dependency-graph: false"
});
async function submit(api, { snapshot, what }, log) {
	const failed = `The dependency graph could not be given ${what}`;
	const request = asked("POST /dependency-graph/snapshots", snapshot, failed);
	const { result, message } = await api.call({
		...request,
		repeatable: true
	}, answerSchema);
	if (result === "SUCCESS" || result === "ACCEPTED") log.info(`Dependency graph: ${what} sent. ${quoted(message ?? "")}`.trim());
	else {
		const refused = notTaken(`${what} into the dependency graph (${result.slice(0, 40)})`, message ?? "");
		log.warning(new GateError("dependency-snapshot-refused", refused, NOT_TAKEN).message);
	}
}

export { reportDependencies };