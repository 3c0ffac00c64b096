import { GateError } from "./shared.thread.js";
import { actionInputs, age, input, limitInputs, optional, switchOr } from "./shared.inputs.js";

// src/actions/verify/inputs.ts
const argument = optional.refine((value) => value === void 0 || value.length <= 2048, "is longer than 2,048 characters").refine((value) => value === void 0 || !/\p{Cc}/u.test(value), "has a control character in it");
const KEY = "use `cosign-key` with the public key";
const translations = {
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
const shape = {
	image: input(argument, {
		address: true,
		required: true
	}),
	"cosign-key": argument,
	"certificate-identity": argument,
	"certificate-oidc-issuer": argument,
	"max-age": age("7d", "1m"),
	...limitInputs(),
	tlog: switchOr(true),
	"cosign-binary": optional,
	"allow-http-registry": switchOr(false),
	summary: switchOr(true)
};
const { schema, names, read, correct } = actionInputs({
	shape,
	translations,
	contradictions,
	page: "docs/verify.md"
});
function readInputs(env) {
	const inputs = read(env);
	const { image } = inputs;
	if (image === void 0) throw new GateError("no-image", "There is no image to verify: `image` is empty", "Name it as it will be deployed, such as `ghcr.io/acme/app:1.2`.");
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
	return correct(["summary"], env).summary;
}
function namedImage(env) {
	return correct(["image"], env).image ?? "";
}
function contradictions(data) {
	const key = data["cosign-key"];
	const identity = data["certificate-identity"];
	const issuer = data["certificate-oidc-issuer"];
	const mistakes = [];
	if (key === void 0 && identity === void 0 && issuer === void 0) mistakes.push("name the signer: give the public key as `cosign-key`, or `certificate-identity` and `certificate-oidc-issuer`");
	if (key !== void 0 && (identity !== void 0 || issuer !== void 0)) mistakes.push("`cosign-key` has no meaning beside `certificate-identity` and `certificate-oidc-issuer`: give one or the other");
	if (key === void 0 && identity === void 0 !== (issuer === void 0)) mistakes.push(`\`${identity === void 0 ? "certificate-identity" : "certificate-oidc-issuer"}\` is missing: an identity counts only together with who confirmed it`);
	if (key === void 0 && identity !== void 0 && !data.tlog) mistakes.push("`tlog: false` needs a `cosign-key`: a certificate lives for minutes, and only the log says that the signature was made in them");
	return mistakes;
}

export { namedImage, readInputs, wantsSummary };