import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { finish } from "../../../scripts/setup/command.ts";
import { ensurePodman } from "../../../scripts/setup/system.ts";

/** A local container engine that speaks Docker's API, with its own image store. */
export interface Podman extends AsyncDisposable {
  /** The value of DOCKER_HOST. */
  readonly dockerHost: string;
  /** The value of CONTAINERS_STORAGE_CONF with which a separate `podman` sees the same images. */
  readonly environment: Readonly<Record<string, string>>;
  /** Loads the output of `docker save`. */
  load(archive: string): Promise<void>;
  /** Runs `podman` with these arguments. Returns its output. */
  command(...args: readonly string[]): Promise<string>;
  /** Starts a container that runs on after the call, with further options of `podman run`. */
  start(name: string, image: string, ...options: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** crun refuses a machine that has control groups of both versions; our containers need neither. */
const APART = existsSync("/sys/fs/cgroup/unified")
  ? ["unshare", "--mount", "sh", "-c", 'umount /sys/fs/cgroup/unified; exec "$@"', "sh"]
  : [];
/** Options for a machine that is itself a container: it can neither raise limits nor create networks. */
const MODEST = ["--cgroups=disabled", "--network=host", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024"];

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
 * Starts Podman's service on a socket below `folder`, whose path must be short: a socket's has 107 bytes. Undefined
 * where there is no Podman; a test then skips and says so.
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
  const command = async (...args: readonly string[]) => {
    const [program = "", ...rest] = [...APART, podman, ...common, ...args];
    const { code, stdout, stderr } = await finish(program, rest, { env });
    if (code !== 0) throw new Error(`podman ${args.join(" ")} failed (exit code ${code}): ${stderr}`);
    return stdout.trim();
  };
  let started = false;
  const close = async () => {
    if (started) await command("rm", "--all", "--force", "--time=0");
    started = false;
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
      await command("load", "--quiet", "--input", archive);
    },
    command,
    async start(name, image, ...options) {
      started = true;
      await command("run", "--detach", `--name=${name}`, ...MODEST, ...options, image);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
