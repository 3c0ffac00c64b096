import { spawn } from "node:child_process";
import { type AddressInfo, connect, createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** A port of 127.0.0.1 on which no server listens at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject).listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket.destroy() !== undefined));
    socket.on("error", () => resolve(false));
  });

/** A real server of this machine that a test has started. */
export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  close(): Promise<void>;
}

/** A server that chose its port. */
export interface ServerWithPort extends ServerProcess {
  readonly port: number;
}

interface Started extends ServerProcess {
  /** The beginning of its output. */
  began(): string;
  /** The end of its output. */
  said(): string;
  hasEnded(): boolean;
}

/**
 * Go programs need little memory here, and collect garbage all the time. Without this, it takes a third of their time.
 */
const SELDOM_COLLECTING = { GOGC: "1000" };

function start(program: string, args: readonly string[]): Started {
  const env = { PATH: process.env.PATH, ...SELDOM_COLLECTING };
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let began = "";
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      if (began.length < 100_000) began += text;
      said = `${said}${text}`.slice(-10_000);
    });
  const ended = new Promise<void>((resolve) => {
    child.on("error", () => resolve()).on("close", () => resolve());
  });
  const close = async () => {
    child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), 5000);
    await ended;
    clearTimeout(killer);
  };
  return {
    pid: child.pid ?? 0,
    began: () => began,
    said: () => said,
    hasEnded: () => child.exitCode !== null || child.pid === undefined,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * Waits until the server is ready, for ten seconds at most.
 * @throws Error when it is not, with what it said.
 */
async function untilReady<T>(program: string, server: Started, ready: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    const answer = await ready();
    if (answer !== undefined) return answer;
    if (attempt === 200 || server.hasEnded()) {
      await server.close();
      throw new Error(`${program} did not start: ${server.said()}`);
    }
    await wait(50);
  }
}

/**
 * Starts a server that stays in the foreground, and waits until it listens.
 * @throws Error when it does not within ten seconds, with what it said.
 */
export async function startServer(program: string, args: readonly string[], port: number): Promise<ServerProcess> {
  const server = start(program, args);
  await untilReady(program, server, async () => (await listens(port)) || undefined);
  return server;
}

/**
 * Starts a server that takes any port, and waits until its log names the port. Unlike a free port that is looked for
 * before, this one cannot be taken by a test that runs at the same time.
 * @param said what its log says then; the first group is the port
 * @throws Error when it does not say so within ten seconds, with what it said.
 */
export async function startServerOnAnyPort(
  program: string,
  args: readonly string[],
  said: RegExp,
): Promise<ServerWithPort> {
  const server = start(program, args);
  const port = await untilReady(program, server, async () => said.exec(server.began())?.[1]);
  return { ...server, port: Number(port) };
}
