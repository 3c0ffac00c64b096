import { VERDICT_TYPE } from "./shared.evidence.js";
import { attempt, clearRunFolder, code, details, fence, fitBlocks, plain, table, text, utf8Bytes } from "./shared.answer.js";
import { EVIDENCE_NAMES, referenceOf } from "./signing.subject.js";
import { outputsOf, wantsSummary } from "./actions.sign.outputs.js";

// src/render/signing/summary.ts
const LIMIT_BYTES = 1e6;
function renderSigningSummary(view, limitBytes = LIMIT_BYTES) {
	const blocks = view.failure === void 0 ? signed(view) : failed(view.failure);
	return `${fitBlocks(blocks, limitBytes - 1, utf8Bytes).text}\n`;
}
function signingLines(view) {
	return [
		...view.rows.map((row) => `signed: ${row.reference}${placeWords(row)}${row.wasThere ? ", as before" : ""}`),
		...view.promoted === void 0 ? [] : [`promoted: ${view.promoted.tag} is ${view.promoted.reference}`],
		...view.notes
	].map(plain);
}
function failed({ code: id, what, remedy }) {
	return [
		"## ⛔ Not signed",
		`${code(id)} ${text(what)}.`,
		`**What to do:** ${text(remedy)}`,
		"Nothing may be deployed because of this run, whatever it had written before."
	];
}
function signed(view) {
	const { rows, formats, promoted, notes } = view;
	return [
		"## ✅ Signed",
		`${rows.length === 1 ? "One manifest has" : `${rows.length} manifests have`} passed the gate and ${rows.length === 1 ? "is" : "are"} signed, in ${formats.length === 1 ? `the format ${code(formats[0] ?? "")}` : "both formats"}.`,
		table([
			"manifest",
			"platform",
			"evidence",
			"state"
		], rows.map((row) => [
			code(row.reference, 300),
			row.isIndex ? "index" : row.platform === void 0 ? "" : code(row.platform),
			row.evidence.map((each) => text(each)).join(", "),
			row.wasThere ? "was signed before" : "signed now"
		])),
		...promoted === void 0 ? [] : [`Promoted: ${code(promoted.tag, 300)} is ${code(promoted.reference, 300)}, and signed there as well.`],
		...notes.map((note) => text(note)),
		...howToVerify(view)
	];
}
function howToVerify({ verification, tops, verdictType }) {
	const [top] = tops;
	if (verification === void 0 || top === void 0) return [];
	const { publicKey, workflow, tlog } = verification;
	const identity = workflow === void 0 ? "--certificate-identity IDENTITY" : `--certificate-identity-regexp ${quoted(`^${workflow.replace(/[.+]/g, "\\$&")}@`)}`;
	const who = publicKey === void 0 ? `${identity} --certificate-oidc-issuer https://token.actions.githubusercontent.com` : `--key cosign.pub${tlog ? "" : " --insecure-ignore-tlog"}`;
	const commands = [`cosign verify ${who} ${quoted(top)}`, `cosign verify-attestation ${who} --type ${verdictType} ${quoted(top)}`];
	return [`Whoever deploys verifies it: by \`verify/\`, which also holds age, counts and exceptions to its limits, or by Cosign, which only says who has signed:\n\n${fence(commands.join("\n"), "sh")}`, ...publicKey === void 0 ? [] : [details("The public key", fence(publicKey.trim(), "text"))]];
}
function placeWords({ isIndex, platform }) {
	if (isIndex) return " (index)";
	return platform === void 0 ? "" : ` (${platform})`;
}
function quoted(word) {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

// src/actions/sign/show.ts
async function show(context, platform, world) {
	const view = viewOf(context, platform);
	const { summary } = platform;
	await attempt(world, "log-not-written", () => {
		for (const line of signingLines(view)) world.log.info(line);
	});
	if (wantsSummary(world.env) && summary !== void 0) await attempt(world, "summary-not-written", () => summary.write(renderSigningSummary(view, summary.mostBytes)));
	await attempt(world, "outputs-not-written", () => platform.outputs?.(outputsOf(context.result)));
	if (context.failure !== void 0) world.log.annotate("error", context.failure.message);
	clearRunFolder(world);
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