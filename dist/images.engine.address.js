import { GateError, createHash, existsSync, readFileSync } from "./shared.thread.js";
import { readSmallText } from "./shared.start.js";
import { boolean, object, string } from "./package.zod.js";
import { join } from "node:path";

// src/images/engine/address.ts
const ADVICE = "DOCKER_HOST is `unix:///path/of/the.sock`, `tcp://host:port` or `ssh://user@host`; without it, the docker context or the usual socket is used.";
function wrongAddress(what, remedy = ADVICE, cause) {
	return new GateError("discovery-engine-address", what, remedy, { cause });
}
function refused(host, why) {
	return wrongAddress(`The container engine's address ${JSON.stringify(host)} ${why}`);
}
function findEngine({ env }, isThere = existsSync, sockets = [DOCKER_SOCKET, ...podmanSockets(env)]) {
	const config = env.DOCKER_CONFIG || env.HOME && join(env.HOME, ".docker") || "";
	if (env.DOCKER_HOST) return addressOf(env.DOCKER_HOST, env.DOCKER_TLS_VERIFY && (env.DOCKER_CERT_PATH || config));
	const context = config && contextName(config, env);
	return context ? contextAddress(config, context) : usualSocket(sockets, isThere);
}
function engineOf(source, world, isThere = existsSync) {
	if (source === "docker") return findEngine(world, isThere, [DOCKER_SOCKET]);
	return usualSocket(podmanSockets(world.env), isThere);
}
function engineAt(host, world) {
	if (host.startsWith("unix://")) return unixAddress(host);
	const address = findEngine(world);
	if (address.host === host) return address;
	throw refused(host, "is not the one that this run asks");
}
function isOpenToOthers({ way }) {
	return way.kind === "tcp" && way.tls === void 0 && !isLoopback(way.url);
}
const settings = object({ currentContext: string().optional() });
function contextName(config, { DOCKER_CONTEXT }) {
	const file = join(config, "config.json");
	const read = () => existsSync(file) ? readSettings(file, settings, "Docker's settings").currentContext : void 0;
	const named = DOCKER_CONTEXT || read();
	return named === "default" ? void 0 : named;
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
	return addressOf(Host, existsSync(folder) ? folder : void 0);
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
	const notes = others.map((path) => `The containers of ${path} were not looked at; DOCKER_HOST can name that engine instead.`);
	return {
		...unixAddress(`unix://${first}`),
		notes
	};
}
function addressOf(host, certificates) {
	const scheme = /^([a-z]+):\/\//i.exec(host)?.[1]?.toLowerCase();
	if (scheme === "unix") return unixAddress(host);
	if (scheme === "tcp") return tcpAddress(host, certificates);
	if (scheme === "ssh") return sshAddress(host);
	throw refused(host, "is of an unknown kind");
}
function unixAddress(host) {
	const path = host.slice(7);
	if (!path.startsWith("/")) throw refused(host, "is not an absolute path");
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
	if (url?.password) throw wrongAddress("The container engine's address has a password in it");
	if (url === void 0 || url.hostname === "" || url.search !== "" || url.hash !== "") throw refused(host, "cannot be understood");
	return url;
}
function tcpAddress(host, certificates) {
	const url = urlOf(host, certificates ? "https" : "http");
	if (url.username !== "") throw refused(host, "has a user in it");
	if (url.port === "" && !/:(80|443)(\/|$)/.test(host)) url.port = certificates ? "2376" : "2375";
	const plain = `The engine at ${host} was asked without TLS: anyone on the network path could hide containers.`;
	const tls = certificates ? tlsFiles(certificates) : void 0;
	const notes = tls || isLoopback(url) ? [] : [plain];
	return {
		host,
		way: {
			kind: "tcp",
			url,
			...tls && { tls }
		},
		machine: url.hostname,
		notes
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
	if (!SSH_WORD.test(name) || user !== "" && !SSH_WORD.test(user) || !/^[\w./@+-]*$/.test(path)) throw refused(host, "has characters that are not allowed");
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

export { engineAt, engineOf, findEngine, isLoopback, isOpenToOthers };