import { isCertificateError } from "./system.authorities.js";
import { FinalError, HttpStatusError, RedirectError, TooLongError } from "./system.http.js";
import { ImageFault } from "./images.fault.js";
import { ZodError } from "./package.zod.js";

// src/images/registry/fault.ts
var RegistryFault = class extends ImageFault {
	answer;
	mayPass;
	constructor(code, answer, { cause, mayPass = false } = {}) {
		const remedy = code === "image-damaged" ? PUSH_AGAIN : void 0;
		super(code, `its registry ${answer}`, {
			says: "was not fetched: %",
			...remedy && { remedy },
			cause
		});
		this.answer = answer;
		this.mayPass = mayPass;
	}
};
const PUSH_AGAIN = "Push the image again, with a client that holds it to its digests (`docker push`, buildx, skopeo). If it happens with every image, look at what is between this machine and the registry: a proxy, a mirror, a firewall that reads along.";
function otherBytes() {
	return new RegistryFault("image-damaged", "sends other bytes than those of the digest");
}
function whyInRegistry(fault) {
	return fault instanceof RegistryFault ? fault.message : `its registry holds no image there that could be read: ${fault.message}`;
}
const BROKEN = /^(?:ECONNRESET|EPIPE|ECONNABORTED|HPE_|ERR_STREAM_PREMATURE_CLOSE)/;
function registryFault(cause, failed) {
	if (cause instanceof ImageFault) return cause;
	const as = (code, answer, mayPass = false) => new RegistryFault(code, answer, {
		cause,
		mayPass
	});
	const isLate = cause instanceof DOMException && cause.name === "TimeoutError";
	if (failed.wasSilent === true || failed.signal?.aborted === true || isLate) return as("registry-too-slow", "did not answer in time", true);
	if (cause instanceof HttpStatusError) return faultOfStatus(cause, failed.part);
	if (cause instanceof RedirectError) return as("registry-redirected", REDIRECTED);
	if (cause instanceof TooLongError) return as("image-too-large", `sends a document of more than ${cause.most} bytes, which is the bound`);
	if ([
		FinalError,
		ZodError,
		SyntaxError
	].some((kind) => cause instanceof kind)) return as("registry-unreachable", "answered with something other than what was asked for");
	const { code = "" } = cause;
	const detail = /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? ` (${code})` : "";
	if (isCertificateError(cause)) return as("registry-certificate", `has a TLS certificate that is not trusted${detail}`);
	if (failed.hasBegun === true || BROKEN.test(code)) return as("registry-broken-off", `broke off the connection, again and again${detail}`, true);
	return as("registry-unreachable", `could not be reached by Image Gate${detail}`, true);
}
const REDIRECTED = "redirects, or wants a login, where Image Gate does not follow: a link-local address, a private network or this machine from outside of it, from https to http, or again and again";
function faultOfStatus(cause, part) {
	const { httpStatusCode: status, isElsewhere } = cause;
	const as = (code, answer, mayPass = false) => new RegistryFault(code, answer, {
		cause,
		mayPass
	});
	if ((status === 404 || status === 410) && part !== void 0) return as("layer-missing", `has the manifest, but not all of its parts: ${part} is missing (HTTP ${status})`);
	if (status === 404 || status === 410) return as("image-not-found", "does not have it");
	if ((status === 401 || status === 403) && isElsewhere) return as("registry-unreachable", `answered with HTTP ${status}`, true);
	if (status === 401 || status === 403) return as("image-denied", `wants a login that Image Gate does not have (HTTP ${status})`);
	if (status === 429) return as("registry-rate-limit", "limits how often it may be asked (HTTP 429)", true);
	if (status >= 300 && status < 400) return as("registry-redirected", REDIRECTED);
	if (status === 416) return as("image-damaged", "has a part that is smaller than the manifest says");
	return as("registry-unreachable", `answered with HTTP ${status}`, status >= 500 || status === 408);
}

export { RegistryFault, otherBytes, registryFault, whyInRegistry };