import { SEVERITIES, age, attempt, clearRunFolder, code, counted, details, joined$1 as joined, link, noCommand, number, plain, severityName, shorten, someLines, table, text } from "./shared.answer.js";
import { spanWords } from "./shared.evidence.js";
import { outputsOf } from "./actions.verify.answer.js";

// src/render/signing/verify-words.ts
const ANSWER_WORDS = {
	pass: "may be deployed",
	refused: "must not be deployed",
	error: "could not be verified"
};
function countRows({ attested, limits = {} }) {
	if (attested === void 0) return [];
	return SEVERITIES.map((severity) => ({
		severity,
		count: number(attested.counts[severityName(severity)]),
		own: String(attested.limits[severityName(severity)]),
		here: String(limits[severity] ?? "")
	}));
}
function scannedWords({ scannedAt }, { now, maxAgeMs }) {
	const ahead = Date.parse(scannedAt) > now.getTime();
	const most = maxAgeMs === void 0 ? "" : `, at most ${spanWords(maxAgeMs)} are allowed`;
	return `scanned ${ahead ? "after this machine's clock" : `${age(scannedAt, now)} ago`} (${scannedAt})${most}`;
}
function restsOn({ accepted, coverage, exceptions, image: { platforms = [] } }) {
	return [
		...accepted === 0 ? [] : [`${counted(accepted, "finding")} accepted`],
		...exceptions.length === 0 ? [] : [`${counted(exceptions.length, "exception")}`],
		...coverage.gaps.length === 0 ? [] : [`${counted(coverage.gaps.length, "gap")} in what was looked at, accepted by the policy`],
		...platforms.length === 0 ? [] : [`an index of ${counted(platforms.length, "image")}, all of them judged`]
	];
}

// src/render/signing/verify-log.ts
const MOST$1 = 20;
const LONGEST$1 = 1e3;
function renderVerifyLog(view) {
	const lines = [
		`${shown(view.asked || "The image", 300)} ${ANSWER_WORDS[view.verdict]}`,
		...view.pinned === void 0 ? [] : [`  digest      ${shown(view.pinned)}`],
		...view.signer === void 0 ? [] : [`  accepted    signatures of ${shown(view.signer)}`],
		...attestedLines(view),
		...refusalLines(view)
	];
	return noCommand(lines.join("\n"));
}
function refusalLines({ refusals, reason }) {
	const whole = shown(reason, 4e3);
	const [only, ...others] = refusals;
	if (only !== void 0 && others.length === 0 && reason.endsWith(`[${only.code}] ${only.what}`)) return ["", `${whole}. ${shown(only.remedy)}`];
	return [
		...refusals.slice(0, MOST$1).flatMap(({ code, what, remedy }) => [
			"",
			`  [${code}] ${shown(what)}.`,
			`    ${shown(remedy)}`
		]),
		"",
		whole
	];
}
function attestedLines(view) {
	const { attested } = view;
	if (attested === void 0) return [];
	const counts = countRows(view).map(({ severity, count, own, here }) => `${count} ${severity} (limit ${own}${here === "" ? "" : `, here ${here}`})`);
	const { exceptions } = attested;
	return [
		`  verdict     ${attested.verdict}, ${shown(scannedWords(attested, view))}`,
		`  findings    ${counts.join(", ")}`,
		...restsOn(attested).length === 0 ? [] : [`  rests on    ${restsOn(attested).join("; ")}`],
		...someLines(exceptions, MOST$1, {
			show: ({ id, expires, reason }) => `    ${shown(id, 100)} until ${expires}: ${shown(reason, 300)}`,
			rest: (more) => `    ${more}`
		})
	];
}
function shown(untrusted, most = LONGEST$1) {
	return shorten(plain(untrusted), most);
}

// src/render/signing/verify-summary.ts
const SIGN = {
	pass: "✅",
	refused: "❌",
	error: "⛔"
};
const MOST = 50;
function renderVerifySummary(view) {
	const { verdict, asked, pinned, refusals } = view;
	const parts = [
		`## ${SIGN[verdict]} ${code(asked || "image", 200)} ${ANSWER_WORDS[verdict]}`,
		...verdict === "pass" && pinned !== void 0 ? [`Deploy ${code(pinned, 300)}: its digest cannot change.`] : [],
		...refusals.slice(0, MOST).map(({ code: name, what, remedy }) => `**${text(what)}.** (${code(name)})\n\n${text(remedy)}`),
		...attestedParts(view),
		smallPrint(view)
	];
	return `${joined("\n\n", parts)}\n`;
}
function attestedParts(view) {
	const { attested } = view;
	if (attested === void 0) return [];
	const rows = countRows(view);
	const hasOwn = rows.some(({ here }) => here !== "");
	const columns = [
		"",
		"findings",
		"limit of the gate",
		...hasOwn ? ["limit here"] : []
	];
	const cells = rows.map(({ severity, count, own, here }) => [
		severity,
		count,
		own,
		...hasOwn ? [here] : []
	]);
	return [
		`The gate's newest verdict: **${attested.verdict}**, ${text(scannedWords(attested, view))}.`,
		table(columns, cells, [
			"left",
			"right",
			"right",
			"right"
		]),
		restsOn(attested).join("; "),
		exceptionsPart(view)
	];
}
function exceptionsPart({ attested }) {
	const exceptions = attested?.exceptions ?? [];
	if (exceptions.length === 0) return "";
	const rows = exceptions.slice(0, MOST).map(({ id, package: of = "", expires, owner = "", reason }) => [
		code(id),
		of && code(of),
		expires,
		text(owner),
		text(reason, 300)
	]);
	const more = exceptions.length > MOST ? `\n\n_${exceptions.length - MOST} more in the attestation._` : "";
	return details("The exceptions that the verdict rests on", `${table([
		"exception",
		"package",
		"last day",
		"owner",
		"reason"
	], rows)}${more}`);
}
function scannersOf({ scanner, scanners = [scanner] }) {
	const named = scanners.map(({ name, version }) => `${name} ${version}`);
	return `${named.length === 1 ? "Scanner" : "Scanners"}: ${text(named.join(", "), 200)}`;
}
function smallPrint({ pinned, signer, attested, cosign }) {
	const run = attested?.run.url;
	const parts = [
		...pinned === void 0 ? [] : [`Digest: ${code(pinned, 300)}`],
		...signer === void 0 ? [] : [`Accepted: signatures of ${text(signer)}`],
		...attested === void 0 ? [] : [scannersOf(attested)],
		...run === void 0 ? [] : [link("the run that judged it", run)],
		...cosign === void 0 ? [] : [`Cosign ${text(cosign.version)}, SHA-256 ${code(cosign.sha256)}`]
	];
	return parts.length === 0 ? "" : `<sub>${parts.join(" · ")}</sub>`;
}

// src/actions/verify/report.ts
const LONGEST = 3800;
async function report(answer, { summary, platform, world }) {
	const { log } = world;
	await attempt(world, "log-not-written", () => log.info(renderVerifyLog(answer)));
	if (summary && platform.summary !== void 0) await attempt(world, "summary-not-written", () => platform.summary?.write(renderVerifySummary(answer)));
	await attempt(world, "outputs-not-written", () => platform.outputs?.(outputsOf(answer)));
	await attempt(world, "log-not-written", () => annotate(answer, world));
	clearRunFolder(world);
}
function annotate({ verdict, reason, refusals }, { log }) {
	if (verdict === "pass") return;
	const remedies = [...new Set(refusals.slice(0, 3).map(({ remedy }) => remedy))].join(" ");
	log.annotate("error", shorten(plain(`${reason}. ${remedies}`), LONGEST));
}

export { report };