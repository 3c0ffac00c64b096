import { __toESM } from "./rolldown-runtime.js";
import { GateError, cancelled, createHash, existsSync, readFileSync } from "./shared.thread.js";
import { findProgram, programPath, quoted, readSmallText } from "./shared.start.js";
import { require_http, require_https } from "./package.node.js";
import { isDigest } from "./shared.names.js";
import { orEmpty, platformName, timeLimit } from "./shared.scan.js";
import { handedOn, talkTo } from "./system.process.js";
import { readBody } from "./system.http.js";
import { array, boolean, literal, object, string, union } from "./package.zod.js";
import { join } from "node:path";

// src/images/engine/errors.ts
function wrongAddress(what, remedy, cause) {
	return new GateError("discovery-engine-address", what, remedy, { cause });
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

// src/images/engine/address.ts
const ADVICE = "DOCKER_HOST is `unix:///path/of/the.sock`, `tcp://host:port` or `ssh://user@host`; without it, the docker context or the usual socket is used.";
function findEngine(world, isThere = existsSync, sockets = [DOCKER_SOCKET, ...podmanSockets(world.env)]) {
	const { env } = world;
	const config = configFolder(env);
	if (env.DOCKER_HOST) {
		const wanted = Boolean(env.DOCKER_TLS_VERIFY);
		return addressOf(env.DOCKER_HOST, {
			folder: env.DOCKER_CERT_PATH || (config ?? ""),
			wanted
		});
	}
	const context = config === void 0 ? void 0 : contextName(config, env);
	if (config !== void 0 && context !== void 0) return contextAddress(config, context);
	return usualSocket(sockets, isThere);
}
function engineOf(source, world, isThere = existsSync) {
	if (source === "docker") return findEngine(world, isThere, [DOCKER_SOCKET]);
	return usualSocket(podmanSockets(world.env), isThere);
}
function engineAt(host, world) {
	if (host.startsWith("unix://")) return unixAddress(host);
	const address = findEngine(world);
	if (address.host === host) return address;
	throw wrongAddress(`The engine at ${JSON.stringify(host)} is not the one that this run asks`, ADVICE);
}
function isOpenToOthers({ way }) {
	return way.kind === "tcp" && way.tls === void 0 && !isLoopback(way.url);
}
function configFolder(env) {
	return env.DOCKER_CONFIG || (env.HOME ? join(env.HOME, ".docker") : void 0);
}
const settings = object({ currentContext: string().optional() });
function contextName(config, env) {
	const file = join(config, "config.json");
	const named = env.DOCKER_CONTEXT || (existsSync(file) ? readSettings(file, settings, "Docker's settings").currentContext : "");
	return named === "" || named === "default" ? void 0 : named;
}
const contextSchema = object({ Endpoints: object({ docker: object({
	Host: string(),
	SkipTLSVerify: boolean().optional()
}) }) });
function contextAddress(config, name) {
	const id = createHash("sha256").update(name).digest("hex");
	const { Host, SkipTLSVerify } = readSettings(join(config, "contexts", "meta", id, "meta.json"), contextSchema, `The docker context ${JSON.stringify(name)}`).Endpoints.docker;
	if (SkipTLSVerify === true) throw wrongAddress(`The docker context ${JSON.stringify(name)} does not check the engine's certificate`, "Whoever is on the way could hide containers. Give the context the certificate authority: `docker context update --docker host=…,ca=…`.");
	const folder = join(config, "contexts", "tls", id, "docker");
	return addressOf(Host, {
		folder,
		wanted: existsSync(folder)
	});
}
const MOST_SETTINGS = 16777216;
function readSettings(file, schema, what) {
	try {
		return schema.parse(JSON.parse(readSmallText(file, MOST_SETTINGS)));
	} catch (cause) {
		throw wrongAddress(`${what} cannot be read from ${file}`, `Mend it (\`docker context ls\`), or set DOCKER_HOST.`, cause);
	}
}
const DOCKER_SOCKET = "/var/run/docker.sock";
function podmanSockets({ XDG_RUNTIME_DIR: runtime }) {
	return [...runtime ? [join(runtime, "podman", "podman.sock")] : [], "/run/podman/podman.sock"];
}
function usualSocket(sockets, isThere) {
	const [first, ...others] = sockets.filter(isThere);
	if (first === void 0) throw new GateError("discovery-engine-missing", "There is no container engine here: DOCKER_HOST is not set, and none of the usual sockets of Docker and Podman exists", "Run this on the host itself and start the engine's socket (Podman: `systemctl --user start podman.socket`), or set DOCKER_HOST.");
	return {
		...addressOf(`unix://${first}`, {
			folder: "",
			wanted: false
		}),
		notes: others.map((path) => `The containers of ${path} were not looked at; DOCKER_HOST can name that engine instead.`)
	};
}
function addressOf(host, tls) {
	const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(host)?.[1]?.toLowerCase();
	if (scheme === "unix") return unixAddress(host);
	if (scheme === "tcp") return tcpAddress(host, tls);
	if (scheme === "ssh") return sshAddress(host);
	if (scheme === "npipe") throw wrongAddress(`The container engine's address ${JSON.stringify(host)} is a Windows pipe, which is not supported`, ADVICE);
	throw wrongAddress(`The container engine's address ${JSON.stringify(host)} is of an unknown kind`, ADVICE);
}
function unixAddress(host) {
	const path = host.slice(7);
	if (!path.startsWith("/")) throw wrongAddress(`The socket in ${JSON.stringify(host)} is no absolute path`, ADVICE);
	return {
		host,
		way: {
			kind: "unix",
			path
		},
		machine: "this host",
		notes: []
	};
}
function urlOf(host, protocol) {
	const address = host.replace(/^[^:]+/, protocol);
	const url = URL.canParse(address) ? new URL(address) : void 0;
	if (url === void 0 || url.hostname === "" || url.search !== "" || url.hash !== "") throw wrongAddress(`The container engine's address ${JSON.stringify(host)} cannot be understood`, ADVICE);
	if (url.password !== "") throw wrongAddress("The container engine's address has a password in it", "Leave it out. An engine uses keys, not passwords.");
	return url;
}
function tcpAddress(host, { folder, wanted }) {
	const url = urlOf(host, wanted ? "https" : "http");
	if (url.username !== "") throw wrongAddress(`The container engine's address ${JSON.stringify(host)} has a user in it`, ADVICE);
	if (url.port === "" && !/:(80|443)(\/|$)/.test(host)) url.port = wanted ? "2376" : "2375";
	const plain = `The engine at ${host} was asked without TLS: whoever is on the way could hide containers.`;
	return {
		host,
		way: {
			kind: "tcp",
			url,
			...wanted ? { tls: tlsFiles(folder) } : {}
		},
		machine: url.hostname,
		notes: wanted || isLoopback(url) ? [] : [plain]
	};
}
function isLoopback({ hostname }) {
	return /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/.test(hostname);
}
function tlsFiles(folder) {
	const read = (name) => readFileSync(join(folder, name));
	try {
		const ca = read("ca.pem");
		return existsSync(join(folder, "cert.pem")) || existsSync(join(folder, "key.pem")) ? {
			ca,
			cert: read("cert.pem"),
			key: read("key.pem")
		} : { ca };
	} catch (cause) {
		throw wrongAddress(`The container engine is asked with TLS, but its certificates cannot be read from ${JSON.stringify(folder)}`, "Put ca.pem, and cert.pem with key.pem if the engine wants them, into the folder that DOCKER_CERT_PATH names.", cause);
	}
}
const SSH_WORD = /^[\w.:][\w.:@+-]*$/;
function sshAddress(host) {
	const url = urlOf(host, "ssh");
	const user = url.username.replaceAll("%40", "@");
	const name = url.hostname.replace(/^\[(.*)\]$/, "$1");
	const path = url.pathname.replace(/^\/+$/, "");
	if (!SSH_WORD.test(name) || user !== "" && !SSH_WORD.test(user) || !/^[\w./@+-]*$/.test(path)) throw wrongAddress(`The container engine's address ${JSON.stringify(host)} has characters that are not allowed`, ADVICE);
	return {
		host,
		way: {
			kind: "ssh",
			args: [
				...user === "" ? [] : ["-l", user],
				...url.port === "" ? [] : ["-p", url.port],
				...[
					"-o",
					"ConnectTimeout=30",
					"-o",
					"BatchMode=yes",
					"-T",
					"--",
					name
				],
				...[
					"docker",
					...path === "" ? [] : [`--host=unix://${path}`],
					"system",
					"dial-stdio"
				]
			]
		},
		machine: name,
		notes: []
	};
}

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
	const signal = AbortSignal.any([world.signal, timeLimit(deadlineMs)]);
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
		async read(path, maxBytes, parse) {
			const answer = await get(path, maxBytes);
			try {
				return answer && parse(JSON.parse(answer.body.toString("utf8")));
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
const schema = object({
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
function parseInspected(json) {
	return schema.parse(json);
}

export { engineAt, engineOf, findEngine, imageId, isOpenToOthers, openEngine, parseInspected, wrongAnswer };