import { GateError, asGateError } from "./shared.start.js";
import { EXIT_CODES, broken } from "./actions.verify.answer.js";
import { strictObject } from "./package.zod.js";
import { duration, givenNames, lenient, limitInputs, optional, readWith, switchOr } from "./shared.answer.js";

// src/actions/verify/inputs.ts
const MINUTE_MS = 6e4;
const DAY_MS = 1440 * MINUTE_MS;
const argument = optional.refine((value) => value === void 0 || value.length <= 2048, "is longer than 2,048 characters").refine((value) => value === void 0 || !/\p{Cc}/u.test(value), "has a control character in it");
const schema = strictObject({
	image: argument,
	"cosign-key": argument,
	"certificate-identity": argument,
	"certificate-oidc-issuer": argument,
	"max-age": duration("7d", {
		least: MINUTE_MS,
		most: 365 * DAY_MS,
		example: "`7d`, `36h` or `1d12h`, at least `1m` and at most `365d`"
	}),
	...limitInputs(),
	tlog: switchOr(true),
	"cosign-binary": optional,
	"allow-http-registry": switchOr(false),
	summary: switchOr(true)
});
const INPUT_NAMES = Object.keys(schema.shape);
function readInputs(env) {
	const inputs = readWith(schema, namesIn(env), contradictions, "docs/verify.md");
	const { image } = inputs;
	if (image === void 0) throw new GateError("no-image", "There is no image to verify: `image` is empty, or the expression in it was", "Name it as it will be deployed, such as `ghcr.io/acme/app:1.2`.");
	return {
		...inputs,
		image,
		trusted: trustedOf(inputs)
	};
}
function trustedOf(inputs) {
	const { cosignKey, certificateIdentity: identity = "", certificateOidcIssuer: issuer = "" } = inputs;
	return cosignKey === void 0 ? {
		identity,
		issuer
	} : { key: cosignKey };
}
function wantsSummary(env) {
	return lenient(schema, "summary", namesIn(env).given) ?? true;
}
function namedImage(env) {
	return lenient(schema, "image", namesIn(env).given) ?? "";
}
function namesIn(env) {
	return givenNames(env, {
		names: INPUT_NAMES,
		translations: TRANSLATIONS
	});
}
function contradictions(data) {
	const key = data["cosign-key"];
	const identity = data["certificate-identity"];
	const issuer = data["certificate-oidc-issuer"];
	const mistakes = [];
	if (key === void 0 && identity === void 0 && issuer === void 0) mistakes.push("nothing says whose signature counts: give the public key as `cosign-key`, or `certificate-identity` and `certificate-oidc-issuer`");
	if (key !== void 0 && (identity !== void 0 || issuer !== void 0)) mistakes.push("`cosign-key` has no meaning beside `certificate-identity` and `certificate-oidc-issuer`: give one or the other");
	if (key === void 0 && identity === void 0 !== (issuer === void 0)) mistakes.push(`\`${identity === void 0 ? "certificate-identity" : "certificate-oidc-issuer"}\` is missing: an identity counts only together with who confirmed it`);
	if (key === void 0 && identity !== void 0 && !data.tlog) mistakes.push("`tlog: false` needs a `cosign-key`: a certificate lives for minutes, and only the log says that the signature was made in them");
	return mistakes;
}
const KEY = "use `cosign-key` with the public key";
const TRANSLATIONS = {
	key: KEY,
	"public-key": KEY,
	"cosign-public-key": KEY,
	"cosign-password": "a public key has no password; it belongs to the action that signs",
	"certificate-identity-regexp": "use `certificate-identity` with the whole identity: a pattern that is too wide lets others in",
	"certificate-oidc-issuer-regexp": "use `certificate-oidc-issuer` with the whole address",
	identity: "use `certificate-identity`",
	issuer: "use `certificate-oidc-issuer`",
	images: "use `image`, one in each step",
	"image-ref": "use `image`",
	report: "it belongs to the action that signs; what is verified lies in the registry",
	policy: "the limits and exceptions are in the attested verdict; use the inputs that begin with `max-` to be stricter here",
	mode: "a refused image always fails the step; use `continue-on-error` to go on all the same",
	"insecure-ignore-tlog": "use `tlog: false`",
	"allow-insecure-registry": "use `allow-http-registry` for plain HTTP; a registry's certificate is always checked"
};

// src/actions/verify/run.ts
async function verify(world, platform) {
	const now = world.now();
	const answer = await verified(now, world).catch((thrown) => broken(asGateError(thrown), namedImage(world.env), now));
	const { report } = await import("./actions.verify.report.js");
	await report(answer, {
		summary: wantsSummary(world.env),
		platform,
		world
	});
	return {
		code: EXIT_CODES[answer.verdict],
		answer
	};
}
async function verified(now, world) {
	if (world.unusable) throw world.unusable;
	const inputs = readInputs(world.env);
	const { verifyImage } = await import("./actions.verify.verify-image.js");
	return verifyImage(inputs, now, world);
}

export { verify };