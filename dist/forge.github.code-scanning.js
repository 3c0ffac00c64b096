import { isoSeconds } from "./shared.inputs.js";
import { _enum, array, object, string } from "./package.zod.js";
import { GateError, asGateError } from "./shared.thread.js";
import { requestsWith } from "./forge.connection.js";
import { connect } from "./forge.github.api.js";
import { NOT_TAKEN, notTaken, sendInTurn } from "./forge.github.sending.js";
import { setTimeout } from "node:timers/promises";

// src/forge/github/code-scanning.ts
const TIMEOUT_MS = 3e4;
const BUDGET_MS = 6e4;
const PATIENCE_MS = 3e4;
const PAUSE_MS = 2e3;
const statusSchema = object({
	processing_status: _enum([
		"pending",
		"complete",
		"failed"
	]),
	errors: array(string()).nullish()
});
async function reportToCodeScanning(report) {
	const { uploads, log } = report;
	const sent = [];
	const upload = async (one) => {
		sent.push({
			upload: one,
			id: await send(one, report)
		});
	};
	await sendInTurn(uploads, upload, log, (left) => `Code scanning: ${left} more not uploaded.`);
	if (sent.length > 0) await awaitProcessing(sent, report);
}
const asked = requestsWith({
	needs: "security-events: write",
	without: "upload-sarif: false"
});
async function send({ gzip, what }, report) {
	const { token, event, signal, about, tool, startedAt, limits } = report;
	const api = await connect({
		token,
		event,
		signal,
		timeoutMs: TIMEOUT_MS,
		budgetMs: BUDGET_MS,
		...limits
	});
	const facts = {
		commit_sha: about.sha,
		ref: about.ref,
		started_at: isoSeconds(startedAt),
		tool_name: tool
	};
	const failed = `SARIF (${what}) could not be uploaded to code scanning`;
	const request = asked("POST /code-scanning/sarifs", {
		...facts,
		sarif: gzip.toString("base64")
	}, failed);
	return (await api.call({
		...request,
		repeatable: true
	}, object({ id: string() }))).id;
}
async function awaitProcessing(sent, report) {
	const { token, event, log, signal, limits: { patienceMs = PATIENCE_MS, pauseMs = PAUSE_MS } = {} } = report;
	const until = performance.now() + patienceMs;
	const waiting = new Set(sent);
	try {
		const api = await connect({
			token,
			event,
			signal,
			budgetMs: patienceMs
		});
		while (waiting.size > 0 && performance.now() < until) {
			await setTimeout(Math.min(pauseMs, until - performance.now()), void 0, signal && { signal });
			for (const each of waiting) if (await isDone(api, each, report)) waiting.delete(each);
		}
	} catch (thrown) {
		if (signal?.aborted) return log.info("Code scanning: the run was cancelled while GitHub worked on the upload.");
		const error = asGateError(thrown);
		if (error.code !== "github-timeout") log.warning(error.message);
	}
	for (const { upload } of waiting) log.info(`Code scanning: ${upload.what} uploaded; whether GitHub could process it is not known yet: ${alertsPage(report)}`);
}
async function isDone(api, { upload: { what }, id }, report) {
	const failed = `The state of the SARIF (${what}) that was uploaded to code scanning could not be read`;
	const request = asked("GET /code-scanning/sarifs/{id}", { id }, failed);
	const { processing_status: status, errors } = await api.call(request, statusSchema);
	if (status === "pending") return false;
	if (status === "complete" && !errors?.length) report.log.info(`Code scanning: ${what} uploaded: ${alertsPage(report)}`);
	else {
		const refused = notTaken(`all of the SARIF (${what}) into code scanning`, (errors ?? []).join("; "));
		report.log.warning(new GateError("sarif-not-processed", refused, NOT_TAKEN).message);
	}
	return true;
}
function alertsPage({ event, about: of, tool }) {
	const pull = /^refs\/pull\/(\d+)\//.exec(of.ref)?.[1];
	const branch = /^refs\/heads\/(.+)$/.exec(of.ref)?.[1];
	const about = pull === void 0 ? branch === void 0 ? "" : ` branch:${branch}` : ` pr:${pull}`;
	const query = encodeURIComponent(`is:open tool:"${tool}"${about}`);
	return `${event.serverUrl}/${event.repository}/security/code-scanning?query=${query}`;
}

export { reportToCodeScanning };