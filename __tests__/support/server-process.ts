import { spawn } from "node:child_process";
import { type AddressInfo, connect, createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** A port of 127.0.0.1 on which nobody listens just now. */
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

/**
 * Starts a server that stays in the foreground, and waits until it listens.
 * @throws Error when it does not within ten seconds, with what it said.
 */
export async function startServer(program: string, args: readonly string[], port: number): Promise<ServerProcess> {
  const child = spawn(program, args, { env: { PATH: process.env.PATH }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
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
  for (let attempt = 0; !(await listens(port)); attempt++) {
    if (attempt === 200 || child.exitCode !== null || child.pid === undefined) {
      await close();
      throw new Error(`${program} did not start: ${said}`);
    }
    await wait(50);
  }
  return { pid: child.pid ?? 0, close, [Symbol.asyncDispose]: close };
}
