import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { GateError } from "../../system/errors.ts";
import { readSmallText } from "../../system/given-files.ts";
import type { ProgramWorld } from "../../system/program-folders.ts";
import type { World } from "../../system/world.ts";

/** The environment and the signal for questions to an engine. */
export type EngineWorld = ProgramWorld & Pick<World, "signal">;

/** How an engine is reached. */
export type Way =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly url: URL; readonly tls?: ReturnType<typeof tlsFiles> | undefined }
  | { readonly kind: "ssh"; readonly args: readonly string[] };

/** A container engine that can be asked. */
export interface EngineAddress {
  /** As DOCKER_HOST writes it. */
  readonly host: string;
  readonly way: Way;
  /** The machine's name in messages: `this host`, or the name in the address. */
  readonly machine: string;
  readonly notes: readonly string[];
}

const ADVICE =
  "DOCKER_HOST is `unix:///path/of/the.sock`, `tcp://host:port` or `ssh://user@host`; without it, the docker context or the usual socket is used.";

/** The engine's address cannot be used. */
function wrongAddress(what: string, remedy = ADVICE, cause?: unknown): GateError {
  return new GateError("discovery-engine-address", what, remedy, { cause });
}

function refused(host: string, why: string): GateError {
  return wrongAddress(`The container engine's address ${JSON.stringify(host)} ${why}`);
}

/**
 * The engine that Docker's own command line would use: DOCKER_HOST, otherwise the context that DOCKER_CONTEXT or
 * Docker's config.json names (docs.docker.com/engine/manage-resources/contexts), otherwise the first of the usual
 * sockets, Docker's before Podman's.
 * @param isThere true if there is a socket at this path
 * @param sockets the usual sockets, the preferred first
 * @throws GateError `discovery-engine-missing`, `discovery-engine-address`
 */
export function findEngine(
  { env }: EngineWorld,
  isThere: (path: string) => boolean = existsSync,
  sockets: readonly string[] = [DOCKER_SOCKET, ...podmanSockets(env)],
): EngineAddress {
  const config = env.DOCKER_CONFIG || (env.HOME && join(env.HOME, ".docker")) || "";
  if (env.DOCKER_HOST) return addressOf(env.DOCKER_HOST, env.DOCKER_TLS_VERIFY && (env.DOCKER_CERT_PATH || config));
  const context = config && contextName(config, env);
  return context ? contextAddress(config, context) : usualSocket(sockets, isThere);
}

/**
 * The engine of an image source. `docker` is {@link findEngine}'s, but without Podman's sockets; `podman` is
 * the first of Podman's own.
 * @throws GateError `discovery-engine-missing`, `discovery-engine-address`
 */
export function engineOf(
  source: "docker" | "podman",
  world: EngineWorld,
  isThere: (path: string) => boolean = existsSync,
): EngineAddress {
  if (source === "docker") return findEngine(world, isThere, [DOCKER_SOCKET]);
  return usualSocket(podmanSockets(world.env), isThere);
}

/**
 * The engine of an address that {@link findEngine} gave earlier: a socket, or still the engine that the environment
 * names, since an address alone does not say how to use TLS.
 * @throws GateError `discovery-engine-missing`, `discovery-engine-address`
 */
export function engineAt(host: string, world: EngineWorld): EngineAddress {
  if (host.startsWith("unix://")) return unixAddress(host);
  const address = findEngine(world);
  if (address.host === host) return address;
  throw refused(host, "is not the engine that this run uses");
}

/**
 * True if others on the network can read and change the engine's answers: it is on another machine, and is reached
 * without TLS.
 */
export function isOpenToOthers({ way }: EngineAddress): boolean {
  return way.kind === "tcp" && way.tls === undefined && !isLoopback(way.url);
}

const settings = z.object({ currentContext: z.string().optional() });

function contextName(config: string, { DOCKER_CONTEXT }: EngineWorld["env"]): string | undefined {
  const file = join(config, "config.json");
  const read = () => (existsSync(file) ? readSettings(file, settings, "Docker's settings").currentContext : undefined);
  const named = DOCKER_CONTEXT || read();
  return named === "default" ? undefined : named;
}

const contextSchema = z.object({
  Endpoints: z.object({ docker: z.object({ Host: z.string(), SkipTLSVerify: z.boolean().optional() }) }),
});

function contextAddress(config: string, name: string): EngineAddress {
  // Docker stores a context in a folder that is named by the hash of its name.
  const id = createHash("sha256").update(name).digest("hex");
  const { Host, SkipTLSVerify } = readSettings(
    join(config, "contexts", "meta", id, "meta.json"),
    contextSchema,
    `The docker context ${JSON.stringify(name)}`,
  ).Endpoints.docker;
  if (SkipTLSVerify === true)
    throw wrongAddress(
      `The docker context ${JSON.stringify(name)} does not check the engine's certificate`,
      "Anyone on the network path could hide containers. Give the context the certificate authority: `docker context update --docker host=…,ca=…`.",
    );
  const folder = join(config, "contexts", "tls", id, "docker");
  return addressOf(Host, existsSync(folder) ? folder : undefined);
}

/** Bytes of Docker's configuration, or of a context of it. */
const MOST_SETTINGS = 16 * 1024 * 1024;

function readSettings<T>(file: string, schema: z.ZodType<T>, what: string): T {
  try {
    return schema.parse(JSON.parse(readSmallText(file, MOST_SETTINGS)));
  } catch (cause) {
    throw wrongAddress(
      `${what} cannot be read from ${file}`,
      `Repair it (\`docker context ls\` lists contexts), or set DOCKER_HOST.`,
      cause,
    );
  }
}

const DOCKER_SOCKET = "/var/run/docker.sock";

function podmanSockets({ XDG_RUNTIME_DIR: runtime }: EngineWorld["env"]): string[] {
  return [...(runtime ? [join(runtime, "podman", "podman.sock")] : []), "/run/podman/podman.sock"];
}

function usualSocket(sockets: readonly string[], isThere: (path: string) => boolean): EngineAddress {
  const [first, ...others] = sockets.filter(isThere);
  if (first === undefined)
    throw new GateError(
      "discovery-engine-missing",
      "There is no container engine here: DOCKER_HOST is not set, and none of the usual sockets of Docker and Podman exists",
      "Run this on the host itself and start the engine's socket (Podman: `systemctl --user start podman.socket`), or set DOCKER_HOST.",
    );
  const notes = others.map(
    (path) => `The containers of the engine at ${path} are not included. To use it instead, set DOCKER_HOST to it.`,
  );
  return { ...unixAddress(`unix://${first}`), notes };
}

/** @param certificates the folder with the certificates for TLS; empty or absent: no TLS */
function addressOf(host: string, certificates: string | undefined): EngineAddress {
  const scheme = /^([a-z]+):\/\//i.exec(host)?.[1]?.toLowerCase();
  if (scheme === "unix") return unixAddress(host);
  if (scheme === "tcp") return tcpAddress(host, certificates);
  if (scheme === "ssh") return sshAddress(host);
  throw refused(host, "is of an unknown kind");
}

function unixAddress(host: string): EngineAddress {
  const path = host.slice("unix://".length);
  if (!path.startsWith("/")) throw refused(host, "is not an absolute path");
  return { host, way: { kind: "unix", path }, machine: "this host", notes: [] };
}

/** The address as a URL. Rejects parts that no kind of address has. An engine uses keys, not passwords. */
function urlOf(host: string, protocol: string): URL {
  const address = host.replace(/^[^:]+/, protocol);
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.password) throw wrongAddress("The container engine's address has a password in it");
  if (url === undefined || url.hostname === "" || url.search !== "" || url.hash !== "")
    throw refused(host, "cannot be understood");
  return url;
}

function tcpAddress(host: string, certificates: string | undefined): EngineAddress {
  const url = urlOf(host, certificates ? "https" : "http");
  if (url.username !== "") throw refused(host, "has a user in it");
  // Without a port, a URL would mean 80 or 443. A written 80 or 443 is meant.
  if (url.port === "" && !/:(80|443)(\/|$)/.test(host)) url.port = certificates ? "2376" : "2375";
  const plain = `The engine at ${host} was asked without TLS: anyone on the network path could hide containers.`;
  const tls = certificates ? tlsFiles(certificates) : undefined;
  const notes = tls || isLoopback(url) ? [] : [plain];
  return { host, way: { kind: "tcp", url, ...(tls && { tls }) }, machine: url.hostname, notes };
}

/** True if an address is of this machine, by the name or number in it. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/.test(hostname);
}

/** Certificates of a connection with TLS, as PEM. */
function tlsFiles(folder: string): { ca: Buffer; cert?: Buffer; key?: Buffer } {
  const read = (name: string) => readFileSync(join(folder, name));
  try {
    const ca = read("ca.pem");
    const hasOwn = existsSync(join(folder, "cert.pem")) || existsSync(join(folder, "key.pem"));
    return hasOwn ? { ca, cert: read("cert.pem"), key: read("key.pem") } : { ca };
  } catch (cause) {
    throw wrongAddress(
      `The container engine is asked with TLS, but its certificates cannot be read from ${JSON.stringify(folder)}`,
      "Put ca.pem, and cert.pem with key.pem if the engine wants them, into the folder that DOCKER_CERT_PATH names.",
      cause,
    );
  }
}

/** Excludes words that OpenSSH would read as an option, or a shell as more than one word. */
const SSH_WORD = /^[\w.:][\w.:@+-]*$/;

/** As Docker does it (github.com/docker/cli, cli/connhelper), but ssh never asks for a password. */
function sshAddress(host: string): EngineAddress {
  const url = urlOf(host, "ssh");
  const user = url.username.replaceAll("%40", "@");
  const name = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const path = url.pathname.replace(/^\/+$/, "");
  if (!SSH_WORD.test(name) || (user !== "" && !SSH_WORD.test(user)) || !/^[\w./@+-]*$/.test(path))
    throw refused(host, "has characters that are not allowed");
  const args = [
    ...(user === "" ? [] : ["-l", user]),
    ...(url.port === "" ? [] : ["-p", url.port]),
    ...["-o", "ConnectTimeout=30", "-o", "BatchMode=yes", "-T", "--", name],
    ...["docker", ...(path === "" ? [] : [`--host=unix://${path}`]), "system", "dial-stdio"],
  ];
  return { host, way: { kind: "ssh", args }, machine: name, notes: [] };
}
