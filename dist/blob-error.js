import { n as HttpStatusError, r as RedirectError, t as FinalError, u as isCertificateError } from "./http2.js";

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

export { problemOf as n, BlobError as t };