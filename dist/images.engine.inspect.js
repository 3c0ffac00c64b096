import { __toESM } from "./rolldown-runtime.js";
import { GateError, cancelled } from "./shared.thread.js";
import { findProgram, programPath, quoted } from "./shared.start.js";
import { require_http, require_https } from "./package.node.js";
import { isDigest } from "./shared.names.js";
import { orEmpty, platformName, timeLimit } from "./shared.scan.js";
import { handedOn, talkTo } from "./system.process.js";
import { readBody } from "./system.http.js";
import { array, boolean, literal, object, string, union } from "./package.zod.js";

// src/images/engine/transport.ts
var import_http = /* @__PURE__ */ __toESM(require_http(), 1);
var import_https = /* @__PURE__ */ __toESM(require_https(), 1);
const AT_ONCE = 4;
function openTransport({ way }, world, signal) {
	if (way.kind === "ssh") return overSsh(way.args, world, signal);
	const options = {
		keepAlive: true,
		maxSockets: AT_ONCE
	};
	const tls = way.kind === "tcp" ? way.tls : void 0;
	const agent = tls ? new import_https.Agent({
		...options,
		...tls
	}) : new import_http.Agent(options);
	return {
		atOnce: AT_ONCE,
		get: (path, own) => send(tls ? import_https.request : import_http.request, {
			...placeOf(way, path),
			agent
		}, own),
		complaint: async () => void 0,
		[Symbol.dispose]: () => agent.destroy()
	};
}
function placeOf(way, path) {
	if (way.kind === "unix") return {
		socketPath: way.path,
		path
	};
	const { url, tls } = way;
	return {
		host: url.hostname.replace(/^\[|\]$/g, ""),
		port: Number(url.port || (tls ? "443" : "80")),
		path: url.pathname.replace(/(?<!\/)\/+$/, "") + path
	};
}
function send(ask, where, signal) {
	return new Promise((resolve, reject) => {
		ask({
			...where,
			method: "GET",
			signal,
			headers: { "user-agent": "image-gate" }
		}, resolve).on("error", reject).end();
	});
}
const SSH_VARIABLES = [
	"HOME",
	"USER",
	"LOGNAME",
	"SSH_AUTH_SOCK",
	"RUNNER_TRACKING_ID"
];
function overSsh(args, world, signal) {
	const start = sshTo(args, world, signal);
	let last;
	const connect = async () => {
		last = await start();
		return last.stream;
	};
	const agent = Object.assign(new import_http.Agent({
		keepAlive: true,
		maxSockets: 1
	}), {
		createConnection(_, done) {
			connect().then((stream) => done(null, stream), done);
		},
		keepSocketAlive: () => true,
		reuseSocket: () => {}
	});
	return {
		atOnce: 1,
		get: (path, own) => send(import_http.request, {
			host: "docker.example.com",
			path,
			agent
		}, own),
		async complaint() {
			last?.stream.destroy();
			return (await last?.ended)?.stderr.trim() || void 0;
		},
		[Symbol.dispose]: () => {
			last?.stream.destroy();
			agent.destroy();
		}
	};
}
function sshTo(args, world, signal) {
	const program = findProgram("ssh", world);
	if (program === void 0) throw new GateError("discovery-ssh-missing", "DOCKER_HOST is an `ssh://` address, but there is no program `ssh` on the PATH", "Install OpenSSH's client on this machine. Folders of the job itself do not count.");
	const env = {
		...handedOn(world.env, SSH_VARIABLES),
		PATH: programPath(world)
	};
	return () => talkTo(program, args, {
		cwd: world.runFolder,
		env,
		deadlineMs: Number.MAX_SAFE_INTEGER,
		signal
	});
}

// src/images/engine/client.ts
const REQUEST_MS = 6e4;
const MAX_MESSAGE = 65536;
function openEngine(address, world, deadlineMs) {
	const { host } = address;
	const signal = deadlineMs === void 0 ? world.signal : AbortSignal.any([world.signal, timeLimit(deadlineMs)]);
	const transport = openTransport(address, world, signal);
	const found = async (message, own) => {
		const { statusCode } = message;
		if (statusCode === 200) return message;
		const body = await readBody(message, MAX_MESSAGE, own);
		if (statusCode === 404) return void 0;
		throw wrongAnswer(host, `answers HTTP ${statusCode}: ${messageOf(body)}`);
	};
	const asking = async (own, work) => {
		try {
			return await work();
		} catch (thrown) {
			if (world.signal.aborted) throw cancelled();
			if (own.aborted) throw requestError(host, own.reason);
			const error = requestError(host, thrown);
			const complaint = error.code === "discovery-engine-unreachable" ? await transport.complaint() : void 0;
			throw complaint === void 0 ? error : unreachable(host, quoted(complaint), thrown);
		}
	};
	const get = (path, maxBytes) => {
		const own = AbortSignal.any([signal, timeLimit(REQUEST_MS)]);
		return asking(own, async () => {
			const message = await found(await transport.get(path, own), own);
			return message && {
				headers: message.headers,
				body: await readBody(message, maxBytes, own)
			};
		});
	};
	return {
		host,
		atOnce: transport.atOnce,
		get,
		async read(path, maxBytes, schema) {
			const answer = await get(path, maxBytes);
			try {
				return answer && schema.parse(JSON.parse(answer.body.toString("utf8")));
			} catch (cause) {
				const what = path.replace(/\?.*/, "");
				throw wrongAnswer(host, `answers ${what} with something else than Docker and Podman do`, cause);
			}
		},
		stream: (path) => asking(signal, async () => found(await transport.get(path, signal), signal)),
		[Symbol.dispose]: () => transport[Symbol.dispose]()
	};
}
function messageOf(body) {
	const text = body.toString("utf8");
	try {
		const { message } = JSON.parse(text);
		return quoted(typeof message === "string" ? message : text);
	} catch {
		return quoted(text);
	}
}
function wrongAnswer(host, what, cause) {
	return new GateError("discovery-engine-answer", `The container engine at ${host} ${what}`, "Check that DOCKER_HOST names Docker or Podman, and what the engine's own log says.", { cause });
}
function unreachable(host, why, cause) {
	return new GateError("discovery-engine-unreachable", `The container engine at ${host} cannot be asked: ${why}`, "Check that it runs, that DOCKER_HOST is right, and that the user of this run may use it (`docker ps` shows it).", { cause });
}
const REASONS = {
	ENOENT: "there is no such socket",
	ECONNREFUSED: "nothing listens there",
	ECONNRESET: "it closed the connection",
	EPIPE: "it closed the connection",
	EACCES: "the user of this run may not open the socket",
	EPERM: "the user of this run may not open the socket",
	ENOTFOUND: "its name is unknown",
	EAI_AGAIN: "its name could not be looked up"
};
function requestError(host, cause) {
	if (cause instanceof GateError) return cause;
	const { code = "", message, name } = cause;
	if (name === "TimeoutError") return unreachable(host, "it did not answer in time", cause);
	if (name === "FinalError") return wrongAnswer(host, `answers with too much: ${quoted(message)}`, cause);
	if (code.startsWith("HPE_")) return wrongAnswer(host, `does not speak HTTP (${code})`, cause);
	return unreachable(host, REASONS[code] ?? quoted(message), cause);
}

// src/images/engine/inspect.ts
const MAX_TEXTS = 1e4;
const MAX_MANIFESTS = 1e3;
const text = string().max(4096);
const texts = orEmpty(array(text).max(MAX_TEXTS), []);
const word = string().regex(/^[\w.-]{1,60}$/);
const optionalWord = union([word, literal("")]).nullish().transform((value) => value || void 0);
const imageId = string().max(200).transform((id) => id.includes(":") ? id : `sha256:${id}`).refine(isDigest);
const platform = object({
	os: word,
	architecture: word,
	variant: optionalWord,
	"os.version": optionalWord
});
const manifest = object({
	Descriptor: object({ digest: string().refine(isDigest) }),
	Available: boolean(),
	Kind: string().max(60),
	ImageData: object({ Platform: platform }).nullish()
}).transform(({ Descriptor, Available: isHere, Kind, ImageData }) => Kind === "image" && ImageData ? [{
	digest: Descriptor.digest,
	platform: ImageData.Platform,
	isHere
}] : []);
const inspectedImage = object({
	Id: imageId,
	RepoTags: texts,
	RepoDigests: texts,
	Descriptor: object({ digest: string().refine(isDigest) }).nullish().catch(void 0),
	Os: optionalWord.catch(void 0),
	Architecture: optionalWord.catch(void 0),
	Variant: optionalWord.catch(void 0),
	Manifests: array(manifest).max(MAX_MANIFESTS).nullish()
}).transform(({ Id: id, RepoTags, RepoDigests, Descriptor, Os: os, Architecture: architecture, Variant: variant, Manifests }) => ({
	id,
	repoTags: RepoTags.filter((tag) => tag !== NO_NAME),
	repoDigests: RepoDigests,
	digest: Descriptor?.digest,
	platform: os && architecture ? platformName({
		os,
		architecture,
		variant
	}) : void 0,
	manifests: (Manifests ?? []).flat()
}));
const NO_NAME = "<none>:<none>";

export { imageId, inspectedImage, openEngine, wrongAnswer };