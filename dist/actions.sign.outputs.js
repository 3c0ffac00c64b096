import { GateError } from "./shared.thread.js";
import { NEVER, string } from "./package.zod.js";
import { isNamedAsFile, parseReference, withoutTag } from "./shared.names.js";
import { actionInputs, age, input, optional, sha256, switchOr, word } from "./shared.inputs.js";
import { referenceOf } from "./signing.subject.js";

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
const translations = {
	"image-ref": "use `image`, and only if it was pushed after the scan",
	images: "the report names the images; `image` chooses one",
	key: "use `cosign-key`",
	"cosign-private-key": "use `cosign-key: env://NAME` with the key in the environment",
	"tlog-upload": "use `tlog`",
	"new-bundle-format": "use `formats`",
	digest: "the report names the digest; use `image` for one that was pushed after the scan",
	policy: "only the gate judges",
	mode: "only a pass is signed, whatever the gate's `mode`",
	token: "the registry's login is Docker's (`docker login`)"
};
const shape = {
	report: optional,
	"report-digest": input(sha256, { required: true }),
	image: input(reference, { address: true }),
	"max-age": age("1d", "1m"),
	"max-db-age": age("3d", "1h"),
	"cosign-key": optional,
	"cosign-password": input(string().transform((value) => value === "" ? void 0 : value), { secret: true }),
	"cosign-binary": optional,
	formats: word([
		"both",
		"bundle",
		"legacy"
	], "both"),
	tlog: switchOr(true),
	"promote-to": input(destination, { address: true }),
	"allow-http-registry": switchOr(false),
	summary: switchOr(true)
};
const { schema, names, read, correct } = actionInputs({
	shape,
	translations,
	contradictions,
	page: "docs/sign.md"
});
function readInputs(env) {
	const { report, reportDigest, ...inputs } = read(env);
	if (report === void 0) throw new GateError("no-report", "There is no report that says what to sign: `report` is empty", "Name the report that the gate wrote, its output `report`. If the gate did not run, nothing may be signed.");
	if (reportDigest === void 0) throw new GateError("no-seal", "There is no `report-digest`: it was left out, or empty", "Give the SHA-256 of the report as the gate wrote it, its output `report-digest`. Check that the gate has run before.");
	const { formats } = inputs;
	return {
		...inputs,
		report,
		reportDigest,
		formats: formats === "both" ? ["bundle", "legacy"] : [formats]
	};
}
function wantsSummary(env) {
	return correct(["summary"], env).summary;
}
function contradictions(data) {
	const mistakes = [];
	if (data["cosign-key"] === void 0 && !data.tlog) mistakes.push("`tlog: false` needs a `cosign-key`: without a key, only the log shows when an identity has signed");
	if (data["cosign-key"] === void 0 && data["cosign-password"] !== void 0) mistakes.push("`cosign-password` has no meaning without `cosign-key`; the expression in that may have been empty");
	if (data.image !== void 0 && data["promote-to"] !== void 0 && isSame(data.image, data["promote-to"])) mistakes.push("`promote-to` is the image itself");
	return mistakes;
}
function isSame(image, { repository, tag }) {
	return withoutTag(image) === repository && parseReference(image)?.tag === tag;
}

// src/actions/sign/outputs.ts
const OUTPUT_NAMES = [
	"image",
	"digest",
	"signed",
	"promoted"
];
function outputsOf(signed) {
	const { subjects = [], tops = [], promoted } = signed ?? {};
	return {
		image: tops.map(referenceOf).join("\n"),
		digest: tops.map(({ digest }) => digest).join("\n"),
		signed: subjects.map(referenceOf).join("\n"),
		promoted: promoted === void 0 ? "" : referenceOf(promoted)
	};
}

export { OUTPUT_NAMES, outputsOf, readInputs, wantsSummary };