import { VERDICT_TYPE } from "./shared.evidence.js";
import { counted, deliver, writeSummary } from "./shared.inputs.js";
import { blockLines, code$1 as code, fitBlocks, fold, heading, join, para, paste, prose, say, strong, table, utf8Bytes } from "./shared.answer.js";
import { markdownPrinter } from "./shared.render.js";
import { printText } from "./shared.scan.js";
import { EVIDENCE_NAMES, referenceOf } from "./signing.subject.js";
import { outputsOf, wantsSummary } from "./actions.sign.outputs.js";

// src/render/signing/summary.ts
const LIMIT_BYTES = 1e6;
function renderSigningSummary(view, limitBytes = LIMIT_BYTES) {
	const room = {
		limit: limitBytes - 1,
		measure: utf8Bytes,
		printer: markdownPrinter()
	};
	return `${fitBlocks(storyOf(view), room).text}\n`;
}
function renderSigningLog(view) {
	return printText(blockLines(storyOf(view)));
}
function storyOf(view) {
	return view.failure === void 0 ? signed(view) : failed(view.failure);
}
function failed({ code: id, what, remedy }) {
	return [
		heading(2, "⛔ Not signed"),
		para(code(id), " ", prose(what), "."),
		para(strong("What to do:"), " ", prose(remedy)),
		para("Nothing may be deployed because of this run, whatever it had written before.")
	];
}
function signed(view) {
	const { rows, formats, promoted, notes } = view;
	const [format = "", ...others] = formats;
	const many = rows.length === 1 ? "One manifest has" : `${counted(rows.length, "manifest")} have`;
	const form = others.length > 0 ? "both formats" : say`the format ${code(format)}`;
	return [
		heading(2, "✅ Signed"),
		para(say`${many} passed the gate and ${rows.length === 1 ? "is" : "are"} signed, in ${form}.`),
		table([
			"manifest",
			"platform",
			"evidence",
			"state"
		], rows.map((row) => [
			code(row.reference, 300),
			row.platform === void 0 || row.isIndex ? placeOf(row) : code(row.platform),
			join(", ", row.evidence.map((each) => prose(each))),
			row.wasThere ? "was signed before" : "signed now"
		])),
		...promoted === void 0 ? [] : [para(say`Promoted: ${code(promoted.tag, 300)} is ${code(promoted.reference, 300)}, and signed there as well.`)],
		...notes.map((note) => para(prose(note))),
		...howToVerify(view)
	];
}
function placeOf({ isIndex, platform = "" }) {
	return isIndex ? "index" : platform;
}
function howToVerify({ verification, tops: [top], verdictType }) {
	if (verification === void 0 || top === void 0) return [];
	const { publicKey, workflow, tlog } = verification;
	const identity = workflow === void 0 ? "--certificate-identity IDENTITY" : `--certificate-identity-regexp ${quoted(`^${workflow.replace(/[.+]/g, "\\$&")}@`)}`;
	const who = publicKey === void 0 ? `${identity} --certificate-oidc-issuer https://token.actions.githubusercontent.com` : `--key cosign.pub${tlog ? "" : " --insecure-ignore-tlog"}`;
	const commands = [`cosign verify ${who} ${quoted(top)}`, `cosign verify-attestation ${who} --type ${verdictType} ${quoted(top)}`];
	return [
		para(say`Verify it before a deployment: with ${code("verify/")}, which also checks age, counts and exceptions against its limits, or with Cosign, which only says who has signed:`),
		paste(commands.join("\n"), "sh"),
		...publicKey === void 0 ? [] : [fold("The public key", [paste(publicKey.trim(), "text")])]
	];
}
function quoted(word) {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

// src/actions/sign/show.ts
async function show(ended, platform, world) {
	const view = viewOf(ended, platform);
	const { failure, result } = ended;
	await deliver({
		log: () => world.log.info(renderSigningLog(view)),
		show: () => writeSummary(wantsSummary(world.env), (most) => renderSigningSummary(view, most), platform, world),
		outputs: () => outputsOf(result),
		last: () => failure && {
			level: "error",
			message: failure.message
		}
	}, platform, world);
}
function viewOf({ inputs, result, failure }, { change: { runUrl, repository }, workflowFile }) {
	const parts = [
		runUrl !== void 0 && URL.canParse(runUrl) ? new URL(runUrl).origin : void 0,
		repository,
		workflowFile
	];
	const promoted = result?.promoted;
	return {
		failure,
		formats: inputs?.formats ?? [],
		rows: result === void 0 ? [] : rowsOf(result.written),
		tops: (promoted === void 0 ? result?.tops ?? [] : [promoted]).map(referenceOf),
		promoted: promoted && {
			tag: `${promoted.repository}:${inputs?.promoteTo?.tag ?? ""}`,
			reference: referenceOf(promoted)
		},
		notes: result?.notes ?? [],
		verification: result && {
			publicKey: result.publicKey,
			workflow: parts.every((part) => part !== void 0) ? parts.join("/") : void 0,
			tlog: inputs?.tlog ?? true
		},
		verdictType: VERDICT_TYPE
	};
}
function rowsOf(written) {
	return [...Map.groupBy(written, ({ subject }) => subject)].map(([subject, all]) => ({
		reference: referenceOf(subject),
		platform: subject.platform,
		isIndex: subject.isIndex,
		evidence: subject.evidence.map(({ kind }) => EVIDENCE_NAMES[kind]).reverse(),
		wasThere: all.every(({ evidence, signature }) => evidence === "was-there" && signature === "was-there")
	}));
}

export { show };