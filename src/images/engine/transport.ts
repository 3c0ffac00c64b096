import { Agent, type IncomingMessage, request } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import type { Duplex } from "node:stream";
import { GateError } from "../../system/errors.ts";
import { inherited } from "../../system/own-environment.ts";
import { type Conversation, talkTo } from "../../system/process.ts";
import { findProgram, programPath } from "../../system/program-folders.ts";
import type { EngineAddress, EngineWorld, Way } from "./address.ts";

/** How requests get to an engine. */
export interface Transport extends Disposable {
  /** The number of requests that may be open at once. */
  readonly atOnce: number;
  get(path: string, signal: AbortSignal): Promise<IncomingMessage>;
  /** The message of the program in between about a request that failed. */
  complaint(): Promise<string | undefined>;
}

const AT_ONCE = 4;

/** @param signal ends everything */
export function openTransport({ way }: EngineAddress, world: EngineWorld, signal: AbortSignal): Transport {
  if (way.kind === "ssh") return overSsh(way.args, world, signal);
  const options = { keepAlive: true, maxSockets: AT_ONCE };
  const tls = way.kind === "tcp" ? way.tls : undefined;
  const agent = tls ? new TlsAgent({ ...options, ...tls }) : new Agent(options);
  return {
    atOnce: AT_ONCE,
    get: (path, own) => send(tls ? tlsRequest : request, { ...placeOf(way, path), agent }, own),
    complaint: async () => undefined,
    [Symbol.dispose]: () => agent.destroy(),
  };
}

function placeOf(way: Exclude<Way, { kind: "ssh" }>, path: string) {
  if (way.kind === "unix") return { socketPath: way.path, path };
  const { url, tls } = way;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    // A URL drops the usual port of its scheme.
    port: Number(url.port || (tls ? "443" : "80")),
    path: url.pathname.replace(/(?<!\/)\/+$/, "") + path,
  };
}

function send(ask: typeof request, where: object, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // The only method that there is.
    ask({ ...where, method: "GET", signal, headers: { "user-agent": "image-gate" } }, resolve)
      .on("error", reject)
      .end();
  });
}

/** Variables that ssh needs alongside the PATH: HOME has its settings and keys. */
const SSH_VARIABLES = ["HOME", "USER", "LOGNAME", "SSH_AUTH_SOCK"];

/** Each connection is an `ssh` that runs `docker system dial-stdio` on the other machine. */
function overSsh(args: readonly string[], world: EngineWorld, signal: AbortSignal): Transport {
  const start = sshTo(args, world, signal);
  let last: Conversation | undefined;
  const connect = async (): Promise<Duplex> => {
    last = await start();
    return last.stream;
  };
  const agent = Object.assign(new Agent({ keepAlive: true, maxSockets: 1 }), {
    createConnection(_: unknown, done: (error: unknown, stream?: Duplex) => void) {
      connect().then((stream) => done(null, stream), done);
    },
    // A pipe has none of a socket's timers.
    keepSocketAlive: () => true,
    reuseSocket: () => {},
  });
  return {
    atOnce: 1,
    get: (path, own) => send(request, { host: "docker.example.com", path, agent }, own),
    async complaint() {
      last?.stream.destroy();
      return (await last?.ended)?.stderr.trim() || undefined;
    },
    [Symbol.dispose]: () => {
      last?.stream.destroy();
      agent.destroy();
    },
  };
}

/** @throws GateError `discovery-ssh-missing` */
function sshTo(args: readonly string[], world: EngineWorld, signal: AbortSignal): () => Promise<Conversation> {
  const program = findProgram("ssh", world);
  if (program === undefined)
    throw new GateError(
      "discovery-ssh-missing",
      "DOCKER_HOST is an `ssh://` address, but there is no program `ssh` on the PATH",
      "Install OpenSSH's client on this machine. Folders of the job itself do not count.",
    );
  const env = { ...inherited(world, SSH_VARIABLES), PATH: programPath(world) };
  return () => talkTo(program, args, { cwd: world.runFolder, env, deadlineMs: Number.MAX_SAFE_INTEGER, signal });
}
