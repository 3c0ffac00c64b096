import { __commonJSMin } from "./rolldown-runtime.js";

// \0lazy-builtin/http
var require_http = /* @__PURE__ */ __commonJSMin(((exports) => {
	for (const name of [
		"Agent",
		"ClientRequest",
		"CloseEvent",
		"IncomingMessage",
		"METHODS",
		"MessageEvent",
		"OutgoingMessage",
		"STATUS_CODES",
		"Server",
		"ServerResponse",
		"WebSocket",
		"_connectionListener",
		"createServer",
		"get",
		"globalAgent",
		"maxHeaderSize",
		"request",
		"setGlobalProxyFromEnv",
		"setMaxIdleHTTPParsers",
		"validateHeaderName",
		"validateHeaderValue"
	]) Object.defineProperty(exports, name, {
		enumerable: true,
		get: () => process.getBuiltinModule("node:http")[name]
	});
}));

// \0lazy-builtin/https
var require_https = /* @__PURE__ */ __commonJSMin(((exports) => {
	for (const name of [
		"Agent",
		"Server",
		"createServer",
		"get",
		"globalAgent",
		"request"
	]) Object.defineProperty(exports, name, {
		enumerable: true,
		get: () => process.getBuiltinModule("node:https")[name]
	});
}));

// \0lazy-builtin/tls
var require_tls = /* @__PURE__ */ __commonJSMin(((exports) => {
	for (const name of [
		"CLIENT_RENEG_LIMIT",
		"CLIENT_RENEG_WINDOW",
		"DEFAULT_CIPHERS",
		"DEFAULT_ECDH_CURVE",
		"DEFAULT_MAX_VERSION",
		"DEFAULT_MIN_VERSION",
		"SecureContext",
		"Server",
		"TLSSocket",
		"checkServerIdentity",
		"connect",
		"convertALPNProtocols",
		"createSecureContext",
		"createServer",
		"getCACertificates",
		"getCertificateCompressionAlgorithms",
		"getCiphers",
		"rootCertificates",
		"setDefaultCACertificates"
	]) Object.defineProperty(exports, name, {
		enumerable: true,
		get: () => process.getBuiltinModule("node:tls")[name]
	});
}));

export { require_http, require_https, require_tls };