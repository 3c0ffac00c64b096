import { oneLine } from "./shared.start.js";
import { actionInputs, actionOutputs, age, input, limitInputs, matching, optional, plain, required, shorten, switchOr } from "./shared.inputs.js";

// src/actions/verify/answer.ts
function decided({ refusals, verdict: attested }, context) {
	if (refusals === void 0) {
		const reason = `pass: ${context.pinned} is signed, and the gate's newest verdict of it passes`;
		return {
			...context,
			verdict: "pass",
			reason: oneLine(reason),
			attested,
			refusals: []
		};
	}
	const reasons = refusals.map(({ code, what }) => `[${code}] ${what}`).join("; ");
	return {
		...context,
		verdict: "refused",
		reason: oneLine(`refused: ${reasons}`),
		attested,
		refusals
	};
}
function broken({ code, what, remedy }, asked, now) {
	return {
		asked,
		now,
		verdict: "error",
		reason: oneLine(`error: [${code}] ${what}`),
		refusals: [{
			code,
			what,
			remedy
		}]
	};
}
const LONGEST = 4e3;
const EXIT_CODES = {
	pass: 0,
	refused: 1,
	error: 2
};
const { names: OUTPUT_NAMES, outputsOf } = actionOutputs({
	verdict: ({ verdict }) => verdict,
	reason: ({ reason }) => shorten(plain(reason), LONGEST),
	image: ({ verdict, pinned }) => verdict === "pass" ? pinned : void 0
});

// src/actions/verify/inputs.ts
const argument = matching(/^\P{Cc}{0,2048}$/u, "has a control character in it, or more than 2,048 characters");
const replaced = {
	"use `cosign-key` with the public key": "key public-key",
	"a public key has no password; it belongs to the action that signs": "cosign-password",
	"use `certificate-identity`": "identity",
	"use `certificate-oidc-issuer`": "issuer",
	"use `image`, one in each step": "images",
	"it belongs to the action that signs; what is verified is in the registry": "report",
	"the limits and exceptions are in the attested verdict; use the inputs that begin with `max-` to be stricter here": "policy",
	"a refused image always fails the step; use `continue-on-error` to go on all the same": "mode"
};
const shape = {
	image: input(required(argument, "is empty: name it as it will be deployed, such as `ghcr.io/acme/app:1.2`"), { address: true }),
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
const page = "docs/verify.md";
const { names: INPUT_NAMES, read: readInputs, readCorrect } = actionInputs({
	shape,
	replaced,
	contradictions,
	page
});
function trustedOf({ cosignKey, certificateIdentity, certificateOidcIssuer }) {
	if (cosignKey !== void 0) return { key: cosignKey };
	return {
		identity: certificateIdentity ?? "",
		issuer: certificateOidcIssuer ?? ""
	};
}
function contradictions({ tlog, ...data }) {
	const { "cosign-key": key, "certificate-identity": identity, "certificate-oidc-issuer": issuer } = data;
	return {
		"name the signer: give the public key as `cosign-key`, or `certificate-identity` and `certificate-oidc-issuer`, which count only together": key === void 0 && (identity === void 0 || issuer === void 0),
		"`cosign-key` has no meaning alongside `certificate-identity` and `certificate-oidc-issuer`: give one or the other": key !== void 0 && (identity !== void 0 || issuer !== void 0),
		"`tlog: false` needs a `cosign-key`: a certificate lives for minutes, and only the log says that the signature was made in them": key === void 0 && identity !== void 0 && !tlog
	};
}

export { EXIT_CODES, OUTPUT_NAMES, broken, decided, outputsOf, readCorrect, readInputs, trustedOf };