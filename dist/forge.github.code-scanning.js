import { isoSeconds } from "./shared.inputs.js";
import { _enum, array, object, string } from "./package.zod.js";
import { GateError, asGateError } from "./shared.thread.js";
import { quoted } from "./forge.api-failure.js";
import { requestsWith } from "./forge.client.js";
import { connect } from "./forge.github.api.api.js";
import { sendInTurn } from "./forge.github.sending.js";
import { setTimeout } from "node:timers/promises";

// src/forge/github/code-scanning.ts
const TIMEOUT_MS = 3e4;
const BUDGET_MS = 6e4;
const PATIENCE_MS = 3e4;
const PAUSE_MS = 1e3;
const LONGEST_PAUSE_MS = 5e3;
const LONGEST_MESSAGE = 500;
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
	const { token, event, signal, commit, tool, startedAt, limits } = report;
	const api = await connect({
		token,
		event,
		signal,
		timeoutMs: TIMEOUT_MS,
		budgetMs: BUDGET_MS,
		...limits
	});
	const parameters = {
		commit_sha: commit.sha,
		ref: commit.ref,
		started_at: isoSeconds(startedAt),
		tool_name: tool,
		sarif: gzip.toString("base64")
	};
	const request = asked("POST /code-scanning/sarifs", parameters, `SARIF (${what}) could not be uploaded to code scanning`);
	return (await api.call({
		...request,
		repeatable: true
	}, object({ id: string() }))).data.id;
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
		for (let pause = pauseMs; waiting.size > 0 && performance.now() < until; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
			await setTimeout(Math.min(pause, until - performance.now()), void 0, signal && { signal });
			for (const each of waiting) if (await isDone(api, each, report)) waiting.delete(each);
		}
	} catch (thrown) {
		if (signal?.aborted) return log.info("Code scanning: the run was cancelled while GitHub worked on the upload.");
		const error = asGateError(thrown);
		if (error.code !== "github-time-used-up") log.warning(error.message);
	}
	for (const { upload } of waiting) log.info(`Code scanning: ${upload.what} uploaded; whether GitHub could process it is not known yet: ${alertsPage(report)}`);
}
async function isDone(api, { upload, id }, report) {
	const failed = `What became of the SARIF (${upload.what}) that was uploaded to code scanning could not be read`;
	const { data } = await api.call(asked("GET /code-scanning/sarifs/{id}", { id }, failed), statusSchema);
	if (data.processing_status === "pending") return false;
	const errors = data.errors ?? [];
	if (data.processing_status === "failed" || errors.length > 0) report.log.warning(notProcessed(upload, errors).message);
	else report.log.info(`Code scanning: ${upload.what} uploaded: ${alertsPage(report)}`);
	return true;
}
function notProcessed({ what }, errors) {
	const messages = errors.map((error) => quoted(error, LONGEST_MESSAGE));
	const shown = quoted(messages.join("; "), LONGEST_MESSAGE);
	return new GateError("sarif-not-processed", `GitHub could not take all of the SARIF (${what}) into code scanning: ${shown === "" ? "it does not say why" : shown}`, "The verdict stands; please report this to Image Gate if the message does not name a setting of yours.");
}
function alertsPage({ event, commit, tool }) {
	const { owner = "", repo = "" } = event.repository ?? {};
	const pull = /^refs\/pull\/(\d+)\//.exec(commit.ref)?.[1];
	const branch = /^refs\/heads\/(.+)$/.exec(commit.ref)?.[1];
	const about = pull === void 0 ? branch === void 0 ? "" : ` branch:${branch}` : ` pr:${pull}`;
	const query = encodeURIComponent(`is:open tool:"${tool}"${about}`);
	return `${event.serverUrl}/${owner}/${repo}/security/code-scanning?query=${query}`;
}

export { reportToCodeScanning };