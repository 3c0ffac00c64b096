import { GateError, createHash, existsSync, readFileSync } from "./shared.thread.js";
import { quoted, readSmallText } from "./shared.start.js";
import { boolean, object, string } from "./package.zod.js";
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
	if (SkipTLSVerify === true) throw wrongAddress(`The docker context ${JSON.stringify(name)} does not check the engine's certificate`, "Anyone on the network path could hide containers. Give the context the certificate authority: `docker context update --docker host=…,ca=…`.");
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
	if (!path.startsWith("/")) throw wrongAddress(`The socket in ${JSON.stringify(host)} is not an absolute path`, ADVICE);
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
	const plain = `The engine at ${host} was asked without TLS: anyone on the network path could hide containers.`;
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

export { engineAt, engineOf, findEngine, isLoopback, isOpenToOthers, requestError, unreachable, wrongAnswer };