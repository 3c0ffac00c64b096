import { __toESM } from "./rolldown-runtime.js";
import { readFileSync, tryOr } from "./shared.thread.js";
import { require_tls } from "./package.node.js";
import { handedOn } from "./system.process.js";

// src/system/authorities.ts
var import_tls = /* @__PURE__ */ __toESM(require_tls(), 1);
const CERTIFICATE = /^(?:CERT_|ERR_TLS_CERT|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)|INVALID_CA)/;
function isCertificateError(error) {
	const { code, cause } = error ?? {};
	return CERTIFICATE.test(code ?? cause?.code ?? "");
}
let isTrusted = false;
async function withAuthorities(request) {
	const knewThem = isTrusted;
	try {
		return await request();
	} catch (error) {
		if (knewThem || !isCertificateError(error) || !trustSystemAuthorities()) throw error;
		return await request();
	}
}
function trustSystemAuthorities() {
	if (isTrusted) return true;
	if (typeof import_tls.default.setDefaultCACertificates !== "function") return false;
	isTrusted = true;
	import_tls.default.setDefaultCACertificates([...import_tls.default.getCACertificates("default"), ...import_tls.default.getCACertificates("system")]);
	return true;
}
const AUTHORITIES = [
	"NODE_EXTRA_CA_CERTS",
	"SSL_CERT_FILE",
	"SSL_CERT_DIR"
];
function authorityVariables(env, isOwnServer) {
	const given = handedOn(env, AUTHORITIES);
	const areNamed = given.SSL_CERT_FILE !== void 0 || given.SSL_CERT_DIR !== void 0;
	return {
		...given,
		...isOwnServer || areNamed ? { NODE_USE_SYSTEM_CA: "1" } : {}
	};
}
function authorityBundle(file) {
	const given = file ? tryOr(() => [readFileSync(file, "utf8")], []) : [];
	const known = [
		...import_tls.default.getCACertificates("default"),
		...import_tls.default.getCACertificates("system"),
		...given
	];
	return `${[...new Set(known)].join("\n")}\n`;
}

export { authorityBundle, authorityVariables, isCertificateError, withAuthorities };