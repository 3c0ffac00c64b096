import { GateError, asGateError } from "./shared.start.js";
import { FinalError, HttpStatusError, RedirectError } from "./system.http.js";
import { isCertificateError } from "./system.authorities.js";
import { RegistryError } from "./images.registry.client.js";

// src/images/registry/blob-error.ts
const PASSING = /* @__PURE__ */ new Set([
	"rate-limit",
	"unreachable",
	"cut-off",
	"silent",
	"range-wrong"
]);
var BlobError = class extends Error {
	name = "BlobError";
	kind;
	constructor(kind, options) {
		super(`a blob was not fetched: ${kind}`, options);
		this.kind = kind;
	}
	get mayPass() {
		return PASSING.has(this.kind) || this.kind === "too-short" && this.cause === void 0;
	}
	retryAfterMs(now) {
		return this.cause instanceof HttpStatusError ? this.cause.retryAfterMs(now) : void 0;
	}
};
const BROKEN = /^(?:ECONNRESET|EPIPE|ECONNABORTED|HPE_|ERR_STREAM_PREMATURE_CLOSE)/;
function problemOf(cause, watch, hasBegun = false) {
	const as = (kind) => new BlobError(kind, { cause });
	if (watch.wasSilent) return as("silent");
	if (cause instanceof HttpStatusError) return as(problemOfStatus(cause));
	if (cause instanceof RedirectError) return as("redirected");
	if (cause instanceof FinalError) return as("answer-unknown");
	const { code = "" } = cause;
	if (isCertificateError(cause)) return as("certificate");
	return as(hasBegun || BROKEN.test(code) ? "cut-off" : "unreachable");
}
function problemOfStatus({ httpStatusCode: status, isElsewhere }) {
	if (status === 404 || status === 410) return "missing";
	if (status === 401 || status === 403) return isElsewhere ? "unreachable" : "denied";
	if (status === 429) return "rate-limit";
	if (status >= 300 && status < 400) return "redirected";
	if (status === 416) return "too-short";
	return status >= 500 || status === 408 ? "unreachable" : "answer-unknown";
}

// src/images/registry/failures.ts
const LOGIN = "Log in before this step (docker/login-action)";
const AGAIN = "Push the image again, with a client that holds it to its digests (`docker push`, buildx, skopeo).";
const BETWEEN = "look at what is between this machine and the registry: a proxy, a mirror, a firewall that reads along";
const MISSING = {
	code: "image-not-found",
	why: "its registry does not have it",
	remedy: `Check name, tag and digest. If it was built here, push it first, or leave it on this machine: docker/build-push-action needs \`load: true\`.`
};
const NO_IMAGE = {
	code: "image-unreadable",
	why: "it is not a container image, or one that can be read in two ways",
	remedy: "Check name and tag: signatures, SBOMs and charts lie in registries as well."
};
const OTHER_BYTES = {
	code: "image-damaged",
	why: "its registry sends other bytes than those of the digest",
	remedy: `${AGAIN} If it happens with every image, ${BETWEEN}.`
};
const UNREACHABLE = {
	code: "registry-unreachable",
	why: "its registry does not answer as it should",
	remedy: "Open port 443 from this machine to the registry (HTTPS_PROXY and NO_PROXY are honoured), or run again."
};
const DISK_FULL = {
	code: "disk-full",
	why: "the disk is full",
	remedy: "Free some space where RUNNER_TEMP lies: an image's layers are stored there, packed as in the registry."
};
const FAULTS = {
	"digest-unknown": {
		code: "image-unreadable",
		why: "its manifest names a part by a digest that is neither SHA-256 nor SHA-512",
		remedy: AGAIN
	},
	missing: {
		code: "layer-missing",
		why: "its registry has the manifest, but not all of its parts",
		remedy: `${AGAIN} Registries lose parts by garbage collection while an image is pushed. Layers that lie elsewhere (\`urls\`) are never fetched.`
	},
	denied: {
		code: "image-denied",
		why: "its registry refuses it to this login",
		remedy: `${LOGIN} with a token that may read it; many registries answer so for an image that does not exist, too. A cloud's registry needs its own login step (aws-actions/amazon-ecr-login, \`gcloud auth configure-docker\`, \`az acr login\`): cloud variables alone are not a login.`
	},
	"rate-limit": {
		code: "registry-rate-limit",
		why: "its registry limits how often it may be asked",
		remedy: `${LOGIN}, which raises the limit, or run again later.`
	},
	unreachable: UNREACHABLE,
	certificate: {
		code: "registry-certificate",
		why: "its registry's TLS certificate is not trusted",
		remedy: "Name the file of your own certificate authority by the environment variable SSL_CERT_FILE or NODE_EXTRA_CA_CERTS."
	},
	redirected: {
		code: "registry-redirected",
		why: "its registry redirects, or wants a login, where Image Gate does not follow: a link-local address, a private network or this machine from outside of it, from https to http, or again and again",
		remedy: "Name the registry by an address of the same network as its storage and its token service, and let all use TLS."
	},
	"answer-unknown": UNREACHABLE,
	"range-wrong": UNREACHABLE,
	"cut-off": {
		code: "registry-broken-off",
		why: "the connection to its registry broke off again and again",
		remedy: `Run again; if it happens again, ${BETWEEN}.`
	},
	silent: {
		code: "registry-too-slow",
		why: "nothing came from its registry for a long time, again and again",
		remedy: `Run again; if it happens again, ${BETWEEN}.`
	},
	"too-large": {
		code: "layer-too-large",
		why: "its registry sends a part that is larger than the manifest says",
		remedy: `${AGAIN} If it happens with every image, ${BETWEEN}.`
	},
	"too-short": {
		...OTHER_BYTES,
		why: "its registry has a part that is smaller than the manifest says"
	},
	"other-bytes": OTHER_BYTES,
	"disk-full": DISK_FULL
};
function acquisitionFailure(error, { reference, timeoutMs }) {
	if (error instanceof GateError) return error;
	const as = ({ code, why, remedy }) => new GateError(code, `${reference} was not fetched: ${why}${detailOf(error)}`, remedy, { cause: error });
	if (isTimeout(error)) return timedOut(error, reference, timeoutMs);
	if (error instanceof BlobError) return as(FAULTS[error.kind]);
	if (error instanceof RegistryError) return error.cause instanceof GateError ? error.cause : as(manifestFault(error));
	const { code = "" } = error;
	return [
		"ENOSPC",
		"EDQUOT",
		"EFBIG"
	].includes(code) ? as(DISK_FULL) : asGateError(error);
}
function detailOf(error) {
	const { cause } = error;
	if (cause instanceof HttpStatusError) return ` (HTTP ${cause.httpStatusCode})`;
	const { code } = cause ?? {};
	return typeof code === "string" && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? ` (${code})` : "";
}
function isTimeout(error) {
	return error instanceof DOMException && error.name === "TimeoutError";
}
function timedOut(cause, reference, timeoutMs) {
	return new GateError("scan-timeout", `${reference} was not fetched within ${Math.round(timeoutMs / 1e3)} s`, "Raise `timeout`, and check that its registry answers this machine, and how fast.", { cause });
}
function manifestFault({ cause, content }) {
	if (content !== void 0) return content === "no-image" ? NO_IMAGE : OTHER_BYTES;
	if (isTimeout(cause)) return FAULTS.silent;
	const { kind } = problemOf(cause, { wasSilent: false });
	if (kind === "missing") return MISSING;
	return FAULTS[kind];
}

export { BlobError, acquisitionFailure, problemOf };