import { registryHost, repositoryName } from "./shared.names.js";
import { timeLimit } from "./shared.scan.js";
import { FinalError, HttpStatusError, RedirectError, get, hostKind, isWithin, reachFrom, readBody, retrying } from "./system.http.js";
import { ZodError, object, string } from "./package.zod.js";
import { indexWith, isArtifact, readDocument, sha256Of } from "./images.oci.documents.js";
import { RegistryFault, otherBytes, registryFault } from "./images.registry.fault.js";

// src/images/registry/client.ts
const DEADLINE_MS = 1e4;
const MAX_MANIFEST = 4194304;
const MAX_TOKEN = 262144;
const ACCEPT = [
	"application/vnd.oci.image.index.v1+json",
	"application/vnd.docker.distribution.manifest.list.v2+json",
	"application/vnd.oci.image.manifest.v1+json",
	"application/vnd.docker.distribution.manifest.v2+json"
].join(", ");
function registryReader({ credentials, signal, allowHttp = false, deadlineMs = DEADLINE_MS }) {
	const documents = /* @__PURE__ */ new Map();
	const sessions = /* @__PURE__ */ new Map();
	const registries = /* @__PURE__ */ new Map();
	const reader = { read(reference, tagOrDigest) {
		const repository = repositoryName(reference);
		const key = `${repository} ${tagOrDigest}`;
		const session = sessions.get(repository) ?? newSession(repository, credentials, {
			registries,
			allowHttp
		});
		sessions.set(repository, session);
		const known = documents.get(key);
		const limited = AbortSignal.any([signal, timeLimit(deadlineMs)]);
		const reading = known ?? readManifests(session, tagOrDigest, limited).then((found) => withoutArtifacts(found, reference, reader));
		documents.set(key, reading);
		reading.catch(() => {});
		return reading;
	} };
	return reader;
}
async function withoutArtifacts(found, reference, reader) {
	const marked = found.kind === "index" ? found.manifests.filter((each) => each.artifactType !== void 0) : [];
	if (found.kind !== "index" || marked.length === 0 || marked.length > 40) return found;
	const artifacts = /* @__PURE__ */ new Set();
	for (const entry of marked) {
		const read = () => reader.read(reference, entry.digest).then(({ bytes }) => bytes, () => void 0);
		if (await isArtifact(entry, read)) artifacts.add(entry.digest);
	}
	const kept = found.manifests.filter(({ digest }) => !artifacts.has(digest));
	return {
		...found,
		...indexWith(kept, found.annotations)
	};
}
function newSession(repository, credentials, { registries = /* @__PURE__ */ new Map(), allowHttp = false } = {}) {
	const host = registryHost(repository);
	const registry = registries.get(host) ?? {
		host,
		allowHttp
	};
	registries.set(host, registry);
	let found;
	return {
		registry,
		path: repository.slice(host.length + 1),
		credentials: () => {
			found ??= credentials(repository);
			return found;
		}
	};
}
const MAX_SILENCES = 3;
async function readManifests(session, tagOrDigest, signal) {
	const { registry } = session;
	const { silences = 0, silence: cause } = registry;
	if (silences >= MAX_SILENCES) throw new RegistryFault("registry-unreachable", "has not answered this run, so that it is not asked again", { cause });
	let answer;
	try {
		answer = await manifestBytes(session, tagOrDigest, signal);
		registry.silences = 0;
	} catch (cause) {
		if (hasAnswered(cause)) registry.silences = 0;
		else if ((registry.silences ?? 0) === silences) Object.assign(registry, {
			silences: silences + 1,
			silence: cause
		});
		throw registryFault(cause, { signal });
	}
	const { body, headers } = answer;
	if (tagOrDigest.includes(":") && sha256Of(body) !== tagOrDigest) throw otherBytes();
	return registryDocument(body, headers["content-type"]?.split(";")[0]?.trim());
}
function registryDocument(bytes, mediaType) {
	return {
		...readDocument(bytes, { mediaType }),
		digest: sha256Of(bytes),
		bytes
	};
}
function hasAnswered(cause) {
	return [
		HttpStatusError,
		FinalError,
		ZodError,
		SyntaxError
	].some((kind) => cause instanceof kind);
}
async function manifestBytes(session, tagOrDigest, signal) {
	return askRegistry(session, {
		path: `manifests/${tagOrDigest}`,
		accept: ACCEPT,
		maxBytes: MAX_MANIFEST
	}, signal);
}
function askRegistry(session, asked, signal) {
	return retrying(async () => {
		const { message, address } = await askOnce(session, asked, signal);
		const { statusCode: status, headers } = message;
		return {
			address,
			status,
			headers,
			body: await readBody(message, asked.maxBytes, signal)
		};
	}, signal);
}
async function askOnce(session, asked, signal) {
	if (session.preparing !== void 0) await untilAborted(session.preparing, signal).catch(() => signal.throwIfAborted());
	const preparing = prepare(session, signal).finally(() => {
		session.preparing = void 0;
	});
	session.preparing = preparing;
	const origin = await preparing;
	const address = new URL(asked.path, new URL(`/v2/${session.path}/`, origin));
	const used = session.authorization;
	const ask = async () => {
		const { accept, rangeFrom, atHome, alsoTakes } = asked;
		const headers = {
			accept,
			"accept-encoding": "identity"
		};
		const how = {
			authorization: session.authorization,
			headers,
			atHome,
			alsoTakes,
			rangeFrom,
			signal
		};
		return {
			message: await get({
				address: address.href,
				reach: reachOf(session.registry),
				...how
			}),
			address
		};
	};
	try {
		return await ask();
	} catch (error) {
		if (!(error instanceof HttpStatusError) || error.httpStatusCode !== 401) throw error;
		if (session.authorization === used) {
			const challenge = readChallenge(error.challenge, origin) ?? session.registry.challenge;
			if (challenge?.scheme === "refused") throw tokenServiceRefused();
			session.renewing ??= renew(session, challenge, signal);
			await untilAborted(session.renewing, signal);
		}
		if (session.authorization === void 0 || session.authorization === used) throw error;
		return await ask();
	}
}
async function prepare(session, signal) {
	const origin = await open(session.registry, signal);
	const { challenge } = session.registry;
	if (challenge !== void 0) session.authorization ??= await authorizationFor(challenge, session, signal);
	return origin;
}
async function renew(session, challenge, signal) {
	try {
		session.authorization = challenge && await authorizationFor(challenge, session, signal);
	} finally {
		session.renewing = void 0;
	}
}
function untilAborted(work, signal) {
	const { promise, reject } = Promise.withResolvers();
	const stop = () => reject(signal.reason);
	signal.addEventListener("abort", stop, { once: true });
	if (signal.aborted) stop();
	return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", stop));
}
async function open(registry, signal) {
	if (registry.origin !== void 0) return registry.origin;
	const host = registry.host === "docker.io" ? "index.docker.io" : registry.host;
	const secure = new URL(`https://${host}`);
	const check = async (origin) => {
		try {
			const onReached = (reach) => {
				registry.reach = reach;
			};
			(await get({
				address: new URL("/v2/", origin).href,
				onReached,
				signal
			})).destroy();
		} catch (error) {
			if (!(error instanceof HttpStatusError) || error.httpStatusCode >= 500) throw error;
			registry.challenge = readChallenge(error.challenge, origin);
		}
		registry.origin = origin;
		return origin;
	};
	if (!registry.allowHttp && !mayBePlain(secure.hostname)) return check(secure);
	return check(secure).catch((error) => {
		if (error instanceof HttpStatusError || signal.aborted) throw error;
		return check(new URL(`http://${host}`));
	});
}
function mayBePlain(hostname) {
	return /(?:^|\.)localhost$|\.local$/.test(hostname) || ["127.0.0.1", "[::1]"].includes(hostname) || /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+){2,3}$/.test(hostname);
}
const tokenSchema = object({
	token: string().optional(),
	access_token: string().optional()
});
async function authorizationFor(challenge, session, signal) {
	if (challenge.scheme === "refused") return void 0;
	const login = await session.credentials();
	if (challenge.scheme === "basic") return login && "username" in login ? basic(login) : void 0;
	const { realm, service } = challenge;
	const asked = {
		...service === void 0 ? {} : { service },
		scope: `repository:${session.path}:pull`
	};
	const request = login && "identityToken" in login ? {
		address: realm.href,
		send: refreshing(asked, login.identityToken)
	} : {
		address: withQuery(realm, asked),
		authorization: login && basic(login)
	};
	const { reach = "public" } = session.registry;
	const body = await readBody(await get({
		...request,
		reach,
		signal
	}), MAX_TOKEN, signal);
	const { token, access_token: other } = tokenSchema.parse(JSON.parse(body.toString("utf8")));
	const found = token || other;
	return found === void 0 ? void 0 : `Bearer ${found}`;
}
function refreshing(asked, token) {
	const form = {
		...asked,
		grant_type: "refresh_token",
		refresh_token: token
	};
	return {
		method: "POST",
		text: new URLSearchParams(form).toString(),
		type: "application/x-www-form-urlencoded"
	};
}
function withQuery(address, query) {
	const url = new URL(address);
	for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
	return url.href;
}
function basic({ username, password }) {
	return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}
function tokenServiceRefused() {
	return new RedirectError("it names a token service that is not asked");
}
function reachOf({ reach = "public" }) {
	return reach === "public" ? "public" : "any";
}
function readChallenge(header, registry) {
	const [, bearer] = /(?:^|,\s*)Bearer\s+(.*)$/is.exec(header ?? "") ?? [];
	if (bearer === void 0) return /(?:^|,\s*)Basic\b/i.test(header ?? "") ? { scheme: "basic" } : void 0;
	const realm = parameterOf(bearer, "realm");
	if (realm === void 0 || !URL.canParse(realm)) return { scheme: "refused" };
	const url = new URL(realm);
	if (url.username !== "" || url.password !== "" || !isAllowed(url, registry)) return { scheme: "refused" };
	return {
		scheme: "bearer",
		realm: url,
		service: parameterOf(bearer, "service")
	};
}
function parameterOf(parameters, name) {
	const [, quoted, plain] = new RegExp(`(?:^|[\\s,])${name}=(?:"([^"]*)"|([^\\s,]+))`, "i").exec(parameters) ?? [];
	return quoted ?? plain;
}
function isAllowed(realm, registry) {
	if (realm.hostname === registry.hostname) return realm.protocol === "https:" || realm.protocol === registry.protocol;
	if (realm.protocol !== "https:" && !(realm.protocol === "http:" && registry.protocol === "http:")) return false;
	const [kind = "public", own = "public"] = [hostKind(realm.hostname), hostKind(registry.hostname)];
	return isWithin(kind, reachFrom([own]));
}

export { ACCEPT, askOnce, askRegistry, newSession, registryReader, untilAborted };