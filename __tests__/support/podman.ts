import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { finish } from "../../scripts/setup/command.ts";
import { ensurePodman } from "../../scripts/setup/system.ts";

/** A local container engine that speaks Docker's API, with an image store of its own. */
export interface Podman extends AsyncDisposable {
  /** What DOCKER_HOST is. */
  readonly dockerHost: string;
  /** What CONTAINERS_STORAGE_CONF must be for a `podman` of one's own to see the same images. */
  readonly environment: Readonly<Record<string, string>>;
  /** Loads what `docker save` wrote. */
  load(archive: string): Promise<void>;
  close(): Promise<void>;
}

/** The API's answer to a ping: 200 as soon as it is up. */
function ping(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    request({ socketPath, path: "/_ping" }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .on("error", () => resolve(false))
      .end();
  });
}

/**
 * Starts Podman's service on a socket below `folder`, whose path must be short: a socket's has 107 bytes. Undefined where
 * there is no Podman; a test then skips and says so.
 * @throws Error when Podman is there and does not start, with what it said.
 */
export async function startPodman(folder: string): Promise<Podman | undefined> {
  const podman = await ensurePodman();
  if (!podman) return undefined;
  const at = (name: string) => join(folder, name);
  mkdirSync(at("tmp"), { recursive: true });
  // vfs needs no kernel module and no mount, so it also works within a container.
  const storage = `[storage]\ndriver = "vfs"\nrunroot = "${at("run")}"\ngraphroot = "${at("graph")}"\n`;
  writeFileSync(at("storage.conf"), storage);
  const environment = { CONTAINERS_STORAGE_CONF: at("storage.conf") };
  const env = { PATH: process.env.PATH, HOME: folder, ...environment };
  const common = ["--tmpdir", at("tmp")];
  const socket = at("podman.sock");
  const service = spawn(podman, [...common, "system", "service", "--time=0", `unix://${socket}`], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  service.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const ended = new Promise<void>((resolve) => {
    service.on("error", () => resolve()).on("close", () => resolve());
  });
  const close = async () => {
    service.kill("SIGTERM");
    const killer = setTimeout(() => service.kill("SIGKILL"), 5000);
    await ended;
    clearTimeout(killer);
  };
  for (let attempt = 0; !(await ping(socket)); attempt++) {
    if (attempt === 200 || service.exitCode !== null) {
      await close();
      throw new Error(`Podman's service did not start: ${said}`);
    }
    await wait(50);
  }
  return {
    dockerHost: `unix://${socket}`,
    environment,
    async load(archive) {
      const { code, stderr } = await finish(podman, [...common, "load", "--quiet", "--input", archive], { env });
      if (code !== 0) throw new Error(`podman load ${archive} failed (exit code ${code}): ${stderr}`);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
