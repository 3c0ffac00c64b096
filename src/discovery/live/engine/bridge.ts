import { rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { Daemon } from "../../../domain/history/running.ts";
import { type EngineAddress, findEngine } from "../../../images/engine/address.ts";
import { unreachable, wrongAddress } from "../../../images/engine/errors.ts";
import { connectTo } from "../../../images/engine/transport.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { LiveWorld } from "../asking.ts";

/** Ways for another program to ask the engines that were asked what runs. */
export interface EngineBridges extends AsyncDisposable {
  /**
   * What DOCKER_HOST must be for a program that only knows sockets: the engine's own, or one of this run that leads to it.
   * @throws GateError `discovery-…`
   */
  hostOf(daemon: Daemon): Promise<string>;
}

/**
 * A scanner cannot do what Docker's command line does: it may speak plain HTTP for an `ssh://` engine, with a host that the DNS names,
 * and leave TLS out if the certificates are a docker context's, or in their usual folder. So it is given a socket that only this
 * user may open, and each connection goes where the containers were asked for, in the same way.
 */
export function engineBridges(world: LiveWorld): EngineBridges {
  const open = new Map<string, Promise<Bridge>>();
  return {
    async hostOf({ host }) {
      if (host.startsWith("unix://")) return host;
      const bridge = open.get(host) ?? openBridge(host, world);
      open.set(host, bridge);
      return (await bridge).host;
    },
    async [Symbol.asyncDispose]() {
      const bridges = await Promise.allSettled(open.values());
      for (const each of bridges) if (each.status === "fulfilled") each.value[Symbol.dispose]();
    },
  };
}

interface Bridge extends Disposable {
  readonly host: string;
}

async function openBridge(host: string, world: LiveWorld): Promise<Bridge> {
  const address = findEngine(world);
  if (address.host !== host || hasPath(address))
    throw wrongAddress(
      `The images of the engine at ${JSON.stringify(host)} cannot be read`,
      "Leave the path out of it.",
    );
  const folder = privateFolder(world, "engine");
  const path = join(folder, "s");
  const streams = new Set<Duplex>();
  const closing = new AbortController();
  const signal = AbortSignal.any([world.signal, closing.signal]);
  const server = createServer((client) => {
    const keep = (stream: Duplex) => {
      streams.add(stream);
      stream.on("error", () => {}).once("close", () => streams.delete(stream));
    };
    keep(client);
    connectTo(address.way, world, signal).then(
      (engine) => {
        keep(engine);
        if (client.destroyed) engine.destroy();
        joinStreams(client, engine);
      },
      () => client.destroy(),
    );
  });
  await listening(server, path, host);
  return {
    host: `unix://${path}`,
    [Symbol.dispose]() {
      closing.abort();
      server.close();
      for (const stream of streams) stream.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function hasPath({ way }: EngineAddress): boolean {
  return way.kind === "tcp" && !/^\/*$/.test(way.url.pathname);
}

function listening(server: Server, path: string, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server
      .once("error", (cause) =>
        reject(unreachable(host, "no socket can be made in RUNNER_TEMP that leads to it", cause)),
      )
      .listen(path, resolve);
  });
}

/** What one side says goes to the other. If one closes, so does the other. */
function joinStreams(client: Duplex, engine: Duplex): void {
  client.once("close", () => engine.destroy());
  engine.once("close", () => client.destroy());
  client.pipe(engine).pipe(client);
}
