import { renderSigningLog, renderSigningSummary } from "./shared.render.js";
import { EVIDENCE_NAMES, referenceOf } from "./signing.subject.js";
import { NEVER, string } from "./package.zod.js";
import { actionInputs, actionOutputs, age, deliver, input, optional, required, sha256, switchOr, word, writeSummary } from "./shared.inputs.js";
import { asGateError } from "./shared.thread.js";
import { isNamedAsFile, parseReference, withoutTag } from "./shared.names.js";

// src/actions/sign/inputs.ts
const reference = optional.refine((value) => value === void 0 || parseReference(value) !== void 0 && !isNamedAsFile(value), "must be an image in a registry, such as `ghcr.io/acme/app:1.2`; a file cannot be signed");
const destination = optional.transform((value, context) => {
	if (value === void 0) return void 0;
	const { tag, digest } = parseReference(value) ?? {};
	if (tag !== void 0 && digest === void 0) return {
		repository: withoutTag(value),
		tag
	};
	context.addIssue({
		code: "custom",
		message: "must be a repository with a tag, and without a digest, such as `registry.example.com/golden/app:1.2`"
	});
	return NEVER;
});
const formats = word([
	"both",
	"bundle",
	"legacy"
], "both").transform((value) => value === "both" ? ["bundle", "legacy"] : [value]);
const replaced = {
	"the report names the images; `image` chooses one": "images",
	"use `cosign-key`": "key",
	"the report names the digest; use `image` for one that was pushed after the scan": "digest",
	"only the gate judges": "policy",
	"only a pass is signed, whatever the gate's `mode`": "mode",
	"the registry's login is Docker's (`docker login`)": "token"
};
const shape = {
	report: required(optional, "is empty: name the report that the gate wrote, its output `report`; if the gate did not run, nothing may be signed"),
	"report-digest": required(sha256, "is empty, or was left out: give the SHA-256 of the report as the gate wrote it, its output `report-digest`, and check that the gate has run before"),
	image: input(reference, { address: true }),
	"max-age": age("1d", "1m"),
	"max-db-age": age("3d", "1h"),
	"cosign-key": optional,
	"cosign-password": input(string().transform((value) => value === "" ? void 0 : value), { secret: true }),
	"cosign-binary": optional,
	formats: input(formats, { initially: "both" }),
	tlog: switchOr(true),
	"promote-to": input(destination, { address: true }),
	"allow-http-registry": switchOr(false),
	summary: switchOr(true)
};
const page = "docs/sign.md";
const { names: INPUT_NAMES, read: readInputs, readCorrect } = actionInputs({
	shape,
	replaced,
	contradictions,
	page
});
function contradictions({ image, tlog, ...data }) {
	const { "cosign-key": key, "cosign-password": password, "promote-to": copy } = data;
	return {
		"`tlog: false` needs a `cosign-key`: without a key, only the log shows when an identity has signed": key === void 0 && !tlog,
		"`cosign-password` has no meaning without `cosign-key`; the expression in that may have been empty": key === void 0 && password !== void 0,
		"`promote-to` is the image itself": image !== void 0 && copy !== void 0 && isSame(image, copy)
	};
}
function isSame(image, { repository, tag }) {
	return withoutTag(image) === repository && parseReference(image)?.tag === tag;
}

// src/actions/sign/outputs.ts
const { names: OUTPUT_NAMES, outputsOf } = actionOutputs({
	image: (signed) => signed?.tops.map(referenceOf).join("\n"),
	digest: (signed) => signed?.tops.map(({ digest }) => digest).join("\n"),
	signed: (signed) => signed?.subjects.map(referenceOf).join("\n"),
	promoted: (signed) => signed?.promoted && referenceOf(signed.promoted)
});

// src/actions/sign/run.ts
async function run(world, platform) {
	return await sign(world, platform) === void 0 ? 0 : 1;
}
async function sign(world, platform) {
	const { summary } = readCorrect(world.env);
	let result;
	let failure;
	let view;
	try {
		if (world.unusable) throw world.unusable;
		const inputs = readInputs(world.env);
		const { signReport } = await import("./actions.sign.sign-report.js");
		result = await signReport(inputs, world);
		view = viewOf(inputs, result, platform);
	} catch (thrown) {
		failure = asGateError(thrown);
		view = {
			failure,
			pages: platform.action.pages
		};
	}
	await deliver({
		log: () => world.log.info(renderSigningLog(view)),
		show: () => writeSummary(summary, (most) => renderSigningSummary(view, most), platform, world),
		outputs: () => outputsOf(result),
		last: () => failure && {
			level: "error",
			message: failure.message
		}
	}, platform, world);
	return failure;
}
function viewOf({ formats, promoteTo, tlog }, { written, tops, promoted, notes, publicKey }, { change: { runUrl, repository }, workflowFile }) {
	const parts = [
		runUrl !== void 0 && URL.canParse(runUrl) ? new URL(runUrl).origin : void 0,
		repository,
		workflowFile
	];
	const [top = ""] = (promoted === void 0 ? tops : [promoted]).map(referenceOf);
	return {
		formats,
		rows: rowsOf(written),
		top,
		promoted: promoted && `${promoted.repository}:${promoteTo?.tag ?? ""}`,
		notes,
		publicKey,
		workflow: parts.every((part) => part !== void 0) ? parts.join("/") : void 0,
		tlog
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

export { OUTPUT_NAMES, run, sign };