import { counted, deliver, number, plain, shorten, spanWords, writeSummary } from "./shared.inputs.js";
import { SEVERITIES, severityName } from "./shared.names.js";
import { blockLines, code$1 as code, fold, heading, join, leftOut, link, list, para, prose, say, small, strong, table } from "./shared.answer.js";
import { markdown } from "./shared.render.js";
import { age, printText, said } from "./shared.scan.js";
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
function renderVerifySummary(view) {
	return `${markdown(...storyOf(view), para(small(join(" · ", factsOf(view)))))}\n`;
}
function renderVerifyLog(view) {
	const lines = blockLines([...storyOf(view), list(factsOf(view))]);
	return printText([
		...lines,
		"",
		said(view.reason, 4e3)
	]);
}
function storyOf(view) {
	const { verdict, asked, pinned, refusals } = view;
	return [
		heading(2, say`${SIGN[verdict]} ${code(asked || "image", 200)} ${ANSWERS[verdict]}`),
		para(verdict === "pass" && pinned !== void 0 ? say`Deploy ${code(pinned, 300)}: its digest cannot change.` : ""),
		...refusals.slice(0, MOST).flatMap(({ code: id, what, remedy }) => [para(strong(prose(what), "."), " (", code(id), ")"), para(prose(remedy))]),
		...attestedBlocks(view)
	];
}
const RIGHT = { align: "right" };
const COUNTS = [
	"severity",
	{
		words: "findings",
		...RIGHT
	},
	{
		words: "limit of the gate",
		...RIGHT
	},
	{
		words: "limit here",
		...RIGHT
	}
];
function attestedBlocks(view) {
	const { attested } = view;
	if (attested === void 0) return [];
	const { counts, limits } = attested;
	const here = view.limits ?? {};
	const inUse = (_, column) => column < 3 || Object.keys(here).length > 0;
	const rows = SEVERITIES.map((severity) => {
		const name = severityName(severity);
		return [
			severity,
			number(counts[name]),
			String(limits[name]),
			String(here[severity] ?? "")
		].filter(inUse);
	});
	return [
		para("The gate's newest verdict: ", strong(attested.verdict), ", ", scannedWords(attested, view), "."),
		table(COUNTS.filter(inUse), rows),
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
	return [fold("The exceptions that the verdict rests on", [table([
		"exception",
		"package",
		"last day",
		"owner",
		"reason"
	], rows), para(leftOut(exceptions.length - rows.length, "more exception", "in the attestation"))])];
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
function factsOf({ pinned, signer, attested, cosign }) {
	const run = attested?.run.url;
	return [
		pinned === void 0 ? "" : say`Digest: ${code(pinned, 300)}`,
		signer === void 0 ? "" : say`Accepted: signatures of ${prose(signer)}`,
		attested === void 0 ? "" : scannersOf(attested),
		run === void 0 ? "" : link("the run that judged it", run),
		cosign === void 0 ? "" : say`Cosign ${prose(cosign.version)}, SHA-256 ${code(cosign.sha256)}`
	];
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