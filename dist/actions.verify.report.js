import { age, code, counted, deliver, fold, heading, join, link, note, number, para, plain, printText, prose, said, say, shorten, small, someLines, spanWords, strong, table, textLine, writeSummary } from "./shared.answer.js";
import { SEVERITIES, severityName } from "./shared.names.js";
import { markdown } from "./shared.render.js";
import { outputsOf } from "./actions.verify.answer.js";
import { wantsSummary } from "./actions.verify.inputs.js";

// src/render/signing/verify.ts
const SIGN = {
	pass: "✅",
	refused: "❌",
	error: "⛔"
};
const ANSWERS = {
	pass: "may be deployed",
	refused: "must not be deployed",
	error: "could not be verified"
};
const MOST = 50;
const MOST_LOGGED = 20;
function renderVerifySummary(view) {
	const { verdict, asked, pinned, refusals } = view;
	const blocks = [
		heading(2, say`${SIGN[verdict]} ${code(asked || "image", 200)} ${ANSWERS[verdict]}`),
		para(verdict === "pass" && pinned !== void 0 ? say`Deploy ${code(pinned, 300)}: its digest cannot change.` : ""),
		...refusals.slice(0, MOST).flatMap(({ code: id, what, remedy }) => [para(strong(prose(what), "."), " (", code(id), ")"), para(prose(remedy))]),
		...attestedBlocks(view),
		para(small(smallPrint(view)))
	];
	return `${markdown(...blocks)}\n`;
}
function renderVerifyLog(view) {
	const { asked, pinned, signer, verdict } = view;
	return printText([
		`${said(asked || "The image", 300)} ${ANSWERS[verdict]}`,
		...pinned === void 0 ? [] : [`  digest      ${said(pinned, 1e3)}`],
		...signer === void 0 ? [] : [`  accepted    signatures of ${said(signer, 1e3)}`],
		...attestedLines(view),
		...refusalLines(view)
	]);
}
function refusalLines({ refusals, reason }) {
	const whole = said(reason, 4e3);
	const [only, ...others] = refusals;
	if (only !== void 0 && others.length === 0 && reason.endsWith(`[${only.code}] ${only.what}`)) return ["", `${whole}. ${said(only.remedy, 1e3)}`];
	return [
		...refusals.slice(0, MOST_LOGGED).flatMap(({ code: id, what, remedy }) => [
			"",
			`  [${id}] ${said(what, 1e3)}.`,
			`    ${said(remedy, 1e3)}`
		]),
		"",
		whole
	];
}
function attestedLines(view) {
	const { attested } = view;
	if (attested === void 0) return [];
	const counts = countRows(view).map(([severity, count, own, here]) => `${count} ${severity} (limit ${own}${here === "" ? "" : `, here ${here}`})`);
	const rests = restsOn(attested);
	return [
		`  verdict     ${attested.verdict}, ${textLine(scannedWords(attested, view))}`,
		`  findings    ${counts.join(", ")}`,
		...rests === "" ? [] : [`  rests on    ${rests}`],
		...someLines(attested.exceptions, MOST_LOGGED, {
			show: ({ id, expires, reason }) => `    ${said(id, 100)} until ${expires}: ${said(reason, 300)}`,
			rest: (more) => `    ${more}`
		})
	];
}
function attestedBlocks(view) {
	const { attested } = view;
	if (attested === void 0) return [];
	const rows = countRows(view);
	const columns = rows.some(([, , , here]) => here !== "") ? 4 : 3;
	const head = [
		"severity",
		"findings",
		"limit of the gate",
		"limit here"
	].map((words, at) => ({
		words,
		align: at === 0 ? "left" : "right"
	}));
	return [
		para("The gate's newest verdict: ", strong(attested.verdict), ", ", scannedWords(attested, view), "."),
		table(head.slice(0, columns), rows.map((row) => row.slice(0, columns))),
		para(restsOn(attested)),
		...exceptionsFold(attested)
	];
}
function exceptionsFold({ exceptions }) {
	if (exceptions.length === 0) return [];
	const rows = exceptions.slice(0, MOST).map(({ id, package: of = "", expires, owner = "", reason }) => [
		code(id),
		of === "" ? "" : code(of),
		expires,
		prose(owner),
		prose(reason, 300)
	]);
	const left = exceptions.length - rows.length;
	return [fold("The exceptions that the verdict rests on", [table([
		"exception",
		"package",
		"last day",
		"owner",
		"reason"
	], rows), para(left === 0 ? "" : note(`${number(left)} more in the attestation.`))])];
}
function countRows({ attested, limits = {} }) {
	if (attested === void 0) return [];
	return SEVERITIES.map((severity) => [
		severity,
		number(attested.counts[severityName(severity)]),
		String(attested.limits[severityName(severity)]),
		String(limits[severity] ?? "")
	]);
}
function scannedWords({ scannedAt }, { now, maxAgeMs }) {
	const when = Date.parse(scannedAt) > now.getTime() ? "after this machine's clock" : `${age(scannedAt, now)} ago`;
	const most = maxAgeMs === void 0 ? "" : `, at most ${spanWords(maxAgeMs)} are allowed`;
	return say`scanned ${when} (${prose(scannedAt)})${most}`;
}
function restsOn({ accepted, coverage, exceptions, image: { platforms = [] } }) {
	const { gaps } = coverage;
	return [
		...accepted === 0 ? [] : [`${counted(accepted, "finding")} accepted`],
		...exceptions.length === 0 ? [] : [counted(exceptions.length, "exception")],
		...gaps.length === 0 ? [] : [`${counted(gaps.length, "gap")} in what was looked at, accepted by the policy`],
		...platforms.length === 0 ? [] : [`an index of ${counted(platforms.length, "image")}, all of them judged`]
	].join("; ");
}
function scannersOf({ scanner, scanners = [scanner] }) {
	const named = scanners.map(({ name, version }) => `${name} ${version}`);
	return say`${named.length === 1 ? "Scanner" : "Scanners"}: ${prose(named.join(", "), 200)}`;
}
function smallPrint({ pinned, signer, attested, cosign }) {
	const run = attested?.run.url;
	return join(" · ", [
		pinned === void 0 ? "" : say`Digest: ${code(pinned, 300)}`,
		signer === void 0 ? "" : say`Accepted: signatures of ${prose(signer)}`,
		attested === void 0 ? "" : scannersOf(attested),
		run === void 0 ? "" : link("the run that judged it", run),
		cosign === void 0 ? "" : say`Cosign ${prose(cosign.version)}, SHA-256 ${code(cosign.sha256)}`
	]);
}

// src/actions/verify/report.ts
const LONGEST = 3800;
async function report(answer, platform, world) {
	await deliver({
		log: () => world.log.info(renderVerifyLog(answer)),
		show: () => writeSummary(wantsSummary(world.env), () => renderVerifySummary(answer), platform, world),
		outputs: () => outputsOf(answer),
		last: () => annotationOf(answer)
	}, platform, world);
}
function annotationOf({ verdict, reason, refusals }) {
	if (verdict === "pass") return void 0;
	const remedies = [...new Set(refusals.slice(0, 3).map(({ remedy }) => remedy))].join(" ");
	return {
		level: "error",
		message: shorten(plain(`${reason}. ${remedies}`), LONGEST)
	};
}

export { report };