import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { finish } from "./command.ts";
import { withLock } from "./lock.ts";
import { cacheFolder } from "./tools.ts";

/** The folder in which Debian installs servers; the PATH of an ordinary user leaves it out. */
const SERVERS = "/usr/sbin";

/** Absolute path of a program on the PATH, or of a server of the system. */
export function findProgram(name: string): string | undefined {
  for (const folder of [...(process.env.PATH ?? "").split(delimiter), SERVERS]) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

async function aptGet(args: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { code, stdout, stderr } = await finish("apt-get", args, { env });
  if (code !== 0) throw new Error(`apt-get ${args.join(" ")} failed (exit code ${code}):\n${stdout}${stderr}`);
}

/**
 * A program of the system. An absent one is installed from Debian only if IMAGE_GATE_INSTALL=1 says that this machine
 * is there for it (a continuous-integration job). Otherwise the answer is undefined, and a test that needs the program
 * says that it is skipped.
 * @param find where it is, if all that it needs is there
 */
export async function ensureProgram(
  program: string,
  packages: readonly string[],
  find: (name: string) => string | undefined = findProgram,
): Promise<string | undefined> {
  const found = find(program);
  if (found || process.env.IMAGE_GATE_INSTALL !== "1") return found;
  return withLock(join(cacheFolder, "apt.lock"), async () => {
    const meanwhile = find(program);
    if (meanwhile) return meanwhile;
    console.error(`Installing ${packages.join(", ")} from Debian ...`);
    await aptGet(["update", "-qq"]);
    await aptGet(["install", "-y", "-qq", "--no-install-recommends", ...packages]);
    const installed = find(program);
    if (!installed) throw new Error(`${packages.join(", ")} installed, but there is no ${program} on the PATH.`);
    return installed;
  });
}

/** Path of Podman, or undefined; see {@link ensureProgram}. */
export const ensurePodman = (): Promise<string | undefined> => ensureProgram("podman", ["podman"]);

/** Path of zsh, or undefined; see {@link ensureProgram}. */
export const ensureZsh = (): Promise<string | undefined> => ensureProgram("zsh", ["zsh"]);

/** Path of fish, or undefined; see {@link ensureProgram}. */
export const ensureFish = (): Promise<string | undefined> => ensureProgram("fish", ["fish"]);

/** Path of tmux, or undefined; see {@link ensureProgram}. */
export const ensureTmux = (): Promise<string | undefined> => ensureProgram("tmux", ["tmux"]);

/** The folder in which Debian's packages put the libraries of arm64 on another machine. */
const ARM64_LIBRARIES = "/usr/aarch64-linux-gnu";

/**
 * The beginning of a command line that runs a program for Linux on arm64; undefined where that is not installed, see
 * {@link ensureProgram}.
 */
export async function ensureArm64(): Promise<readonly [program: string, ...args: string[]] | undefined> {
  const libraries = ["libc6", "libstdc++6", "libgcc-s1"].map((name) => `${name}-arm64-cross`);
  const withLibraries = (name: string) =>
    existsSync(join(ARM64_LIBRARIES, "lib", "libstdc++.so.6")) ? findProgram(name) : undefined;
  const qemu = await ensureProgram("qemu-aarch64", ["qemu-user", ...libraries], withLibraries);
  return qemu === undefined ? undefined : [qemu, "-L", ARM64_LIBRARIES];
}

/** Path of kubectl, or undefined; see {@link ensureProgram}. */
export const ensureKubectl = (): Promise<string | undefined> => ensureProgram("kubectl", ["kubernetes-client"]);

/** Path of Chromium, or undefined; see {@link ensureProgram}. */
export const ensureChromium = (): Promise<string | undefined> => ensureProgram("chromium", ["chromium"]);

/** Path of systemd-analyze, or undefined; see {@link ensureProgram}. */
export const ensureSystemdAnalyze = (): Promise<string | undefined> => ensureProgram("systemd-analyze", ["systemd"]);

/** Path of dpkg, or undefined; see {@link ensureProgram}. */
export const ensureDpkg = (): Promise<string | undefined> => ensureProgram("dpkg", ["dpkg"]);

/** Path of strace, or undefined; see {@link ensureProgram}. */
export const ensureStrace = (): Promise<string | undefined> => ensureProgram("strace", ["strace"]);

/** Path of debootstrap, or undefined; see {@link ensureProgram}. */
export const ensureDebootstrap = (): Promise<string | undefined> => ensureProgram("debootstrap", ["debootstrap"]);

/** Path of rpm, or undefined; see {@link ensureProgram}. */
export const ensureRpm = (): Promise<string | undefined> => ensureProgram("rpm", ["rpm"]);

/** Java, and the class path of Maven's own libraries; undefined where one is absent, see {@link ensureProgram}. */
export async function ensureMaven(): Promise<{ readonly java: string; readonly classPath: string } | undefined> {
  const maven = await ensureProgram("mvn", ["maven", "default-jre-headless"]);
  const java = findProgram("java");
  return maven && java ? { java, classPath: join(dirname(realpathSync(maven)), "..", "lib", "*") } : undefined;
}

/** The programs that run the mirrors of docs/air-gapped.md. */
export interface MirrorPrograms {
  readonly skopeo: string;
  readonly dockerRegistry: string;
  readonly nginx: string;
}

/** Paths of the three, or undefined where one, or curl or openssl, is absent; see {@link ensureProgram}. */
export async function ensureMirrorPrograms(): Promise<MirrorPrograms | undefined> {
  const skopeo = await ensureProgram("skopeo", ["skopeo"]);
  const dockerRegistry = await ensureProgram("docker-registry", ["docker-registry"]);
  const nginx = await ensureProgram("nginx", ["nginx-light"]);
  const others = (await ensureProgram("curl", ["curl"])) && (await ensureProgram("openssl", ["openssl"]));
  return skopeo && dockerRegistry && nginx && others ? { skopeo, dockerRegistry, nginx } : undefined;
}

/** A private registry, and the program that pushes into it. */
export type RegistryPrograms = Pick<MirrorPrograms, "skopeo" | "dockerRegistry">;

/** Paths of the two; undefined if one is absent, see {@link ensureProgram}. */
export async function ensureRegistryPrograms(): Promise<RegistryPrograms | undefined> {
  const skopeo = await ensureProgram("skopeo", ["skopeo"]);
  const dockerRegistry = await ensureProgram("docker-registry", ["docker-registry"]);
  return skopeo && dockerRegistry ? { skopeo, dockerRegistry } : undefined;
}

/** The programs on which the dashboard and the alert rules are tried. */
export interface MonitoringPrograms {
  readonly prometheus: string;
  readonly promtool: string;
  readonly pushgateway: string;
}

/** Paths of the three; undefined where one is absent, see {@link ensureProgram}. */
export async function ensureMonitoringPrograms(): Promise<MonitoringPrograms | undefined> {
  const prometheus = await ensureProgram("prometheus", ["prometheus"]);
  const promtool = await ensureProgram("promtool", ["prometheus"]);
  const pushgateway = await ensureProgram("prometheus-pushgateway", ["prometheus-pushgateway"]);
  return prometheus && promtool && pushgateway ? { prometheus, promtool, pushgateway } : undefined;
}
