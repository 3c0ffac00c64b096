import { handedOn } from "./system.process.js";
import tls from "node:tls";

// src/system/authorities.ts
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
	if (typeof tls.setDefaultCACertificates !== "function") return false;
	isTrusted = true;
	tls.setDefaultCACertificates([...tls.getCACertificates("default"), ...tls.getCACertificates("system")]);
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

export { authorityVariables, isCertificateError, withAuthorities };