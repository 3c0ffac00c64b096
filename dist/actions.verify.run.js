import { actionInputs, age, deliver, input, limitInputs, matching, optional, plain, shorten, switchOr, writeSummary } from "./shared.inputs.js";
import { renderVerifyLog, renderVerifySummary } from "./shared.render.js";
import { GateError, asGateError } from "./shared.thread.js";
import { EXIT_CODES, broken, outputsOf } from "./actions.verify.answer.js";

// src/actions/verify/inputs.ts
const argument = matching(/^\P{Cc}{0,2048}$/u, "has a control character in it, or more than 2,048 characters");
const replaced = {
	"use `cosign-key` with the public key": "key public-key",
	"a public key has no password; it belongs to the action that signs": "cosign-password",
	"use `certificate-identity`": "identity",
	"use `certificate-oidc-issuer`": "issuer",
	"use `image`, one in each step": "images",
	"it belongs to the action that signs; what is verified lies in the registry": "report",
	"the limits and exceptions are in the attested verdict; use the inputs that begin with `max-` to be stricter here": "policy",
	"a refused image always fails the step; use `continue-on-error` to go on all the same": "mode"
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
	replaced,
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
	if (key === void 0 && (identity === void 0 || issuer === void 0)) mistakes.push("name the signer: give the public key as `cosign-key`, or `certificate-identity` and `certificate-oidc-issuer`, which count only together");
	if (key !== void 0 && (identity !== void 0 || issuer !== void 0)) mistakes.push("`cosign-key` has no meaning beside `certificate-identity` and `certificate-oidc-issuer`: give one or the other");
	if (key === void 0 && identity !== void 0 && !data.tlog) mistakes.push("`tlog: false` needs a `cosign-key`: a certificate lives for minutes, and only the log says that the signature was made in them");
	return mistakes;
}

// src/actions/verify/run.ts
const LONGEST = 3800;
async function run(world, platform) {
	return EXIT_CODES[(await verify(world, platform)).verdict];
}
async function verify(world, platform) {
	const now = world.now();
	const answer = await verified(now, world).catch((thrown) => broken(asGateError(thrown), namedImage(world.env), now));
	await deliver({
		log: () => world.log.info(renderVerifyLog(answer)),
		show: () => writeSummary(wantsSummary(world.env), () => renderVerifySummary(answer), platform, world),
		outputs: () => outputsOf(answer),
		last: () => annotationOf(answer)
	}, platform, world);
	return answer;
}
async function verified(now, world) {
	if (world.unusable) throw world.unusable;
	const inputs = readInputs(world.env);
	const { verifyImage } = await import("./actions.verify.verify-image.js");
	return verifyImage(inputs, now, world);
}
function annotationOf({ verdict, reason, refusals }) {
	if (verdict === "pass") return void 0;
	const remedies = [...new Set(refusals.slice(0, 3).map(({ remedy }) => remedy))].join(" ");
	return {
		level: "error",
		message: shorten(plain(`${reason}. ${remedies}`), LONGEST)
	};
}

export { run, verify };