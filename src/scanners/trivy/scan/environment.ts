import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { cloudVariables, handedOn, PROXY_VARIABLES, WINDOWS_VARIABLES } from "../../../system/process.ts";
import { type ProgramWorld, programPath } from "../../../system/program-folders.ts";

/** The purpose of the process, which decides which credentials it may see. */
export type Purpose = "database" | "local" | "registry" | "anonymous" | "conversion";

/** The purposes that use no login. */
const WITHOUT_LOGIN: ReadonlySet<Purpose> = new Set(["database", "anonymous", "conversion"]);

/** With the last, the runner ends processes that a killed step left behind (actions/runner, JobExtension.cs). */
const ALWAYS = [...PROXY_VARIABLES, "SSL_CERT_FILE", "SSL_CERT_DIR", "RUNNER_TRACKING_ID"];
/** Variables that locate this machine's images: Docker, containerd and Podman. */
const DAEMONS = [
  "DOCKER_HOST",
  "DOCKER_CERT_PATH",
  "DOCKER_TLS_VERIFY",
  "DOCKER_CONTEXT",
  "DOCKER_API_VERSION",
  "CONTAINERD_ADDRESS",
  "CONTAINERD_NAMESPACE",
  "XDG_RUNTIME_DIR",
];

const GIB = 1024 ** 3;

/**
 * The complete environment of a Trivy process. It only inherits what it needs: no `TRIVY_*`, which would silently change the
 * scan, and no `ACTIONS_*`, `INPUT_*`, `GITHUB_TOKEN`, `NODE_OPTIONS`, `LD_PRELOAD`. HOME, the temporary folder and the XDG
 * folders are our own, below the run's folder, and empty. The PATH keeps only folders that no job can fill.
 *
 * `database`: anonymous, since with an expired login, a registry refuses even public repositories. So there is no Docker
 * configuration, and no XDG_RUNTIME_DIR, where Podman keeps its logins. `local`: this machine's images and files.
 * `registry`: with the runner's Docker login, and the cloud variables by which Trivy and credential helpers log in to ECR,
 * Artifact Registry and ACR. Since HOME is not the real one, helpers that keep secrets below it (`pass`, the desktop's
 * keychains) do not work. The clouds' helpers get the paths of their files.
 *
 * `anonymous`: an image in a registry that only another image names. Anonymous like a database. `conversion`: writes a
 * report in another format, and contacts nothing.
 *
 * @param availableMemory memory that may be used, in bytes
 */
export function trivyEnvironment(
  world: ProgramWorld,
  purpose: Purpose,
  availableMemory: number = process.availableMemory(),
): Record<string, string> {
  const { env } = world;
  const names = [
    ...ALWAYS,
    ...(world.platform === "win32" ? WINDOWS_VARIABLES : []),
    ...(WITHOUT_LOGIN.has(purpose) ? [] : DAEMONS),
    ...(purpose === "registry" ? ["REGISTRY_AUTH_FILE", ...cloudVariables(env)] : []),
  ];
  return {
    ...handedOn(env, names),
    PATH: programPath(world),
    ...ownFolders(world),
    ...(WITHOUT_LOGIN.has(purpose) ? { DOCKER_CONFIG: folder(world, "no-login") } : dockerConfig(world)),
    // The cloud machine's own role would be a login too.
    ...(purpose === "anonymous" ? { AWS_EC2_METADATA_DISABLED: "true" } : {}),
    ...(purpose === "registry" ? cloudFiles(world) : {}),
    ...garbageCollection(availableMemory),
  };
}

function folder({ runFolder }: ProgramWorld, name: string): string {
  const path = join(runFolder, "private", name);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

function ownFolders(world: ProgramWorld): Record<string, string> {
  const home = folder(world, "home");
  const temporary = folder(world, "tmp");
  const shared = {
    HOME: home,
    TMPDIR: temporary,
    XDG_CACHE_HOME: join(home, "cache"),
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_DATA_HOME: join(home, "data"),
    XDG_STATE_HOME: join(home, "state"),
  };
  if (world.platform !== "win32") return shared;
  return { ...shared, USERPROFILE: home, LOCALAPPDATA: home, APPDATA: home, TEMP: temporary, TMP: temporary };
}

function realHome({ env, platform }: ProgramWorld): string | undefined {
  return (platform === "win32" ? env.USERPROFILE : env.HOME) || undefined;
}

/** Locates the real Docker configuration: it is below the real HOME, which Trivy does not see. */
function dockerConfig(world: ProgramWorld): Record<string, string> {
  if (world.env.DOCKER_CONFIG) return { DOCKER_CONFIG: world.env.DOCKER_CONFIG };
  const home = realHome(world);
  return { DOCKER_CONFIG: home === undefined ? folder(world, "no-login") : join(home, ".docker") };
}

/** Locates the clouds' files, which their tools expect below the real HOME. Variables that are already set take precedence. */
function cloudFiles(world: ProgramWorld): Record<string, string> {
  const home = realHome(world);
  if (home === undefined) return {};
  const files: Record<string, string> = {
    AWS_SHARED_CREDENTIALS_FILE: join(home, ".aws", "credentials"),
    AWS_CONFIG_FILE: join(home, ".aws", "config"),
    CLOUDSDK_CONFIG: join(home, ".config", "gcloud"),
    AZURE_CONFIG_DIR: join(home, ".azure"),
  };
  return Object.fromEntries(Object.entries(files).filter(([name]) => !world.env[name]));
}

/**
 * Go collects garbage whenever the heap has doubled. If there is plenty of memory, fewer collections save a sixth of the
 * time of a scan with many findings. GOMEMLIMIT enables them again before memory runs out.
 */
function garbageCollection(availableMemory: number): Record<string, string> {
  if (availableMemory < 4 * GIB) return {};
  return { GOGC: "400", GOMEMLIMIT: String(Math.floor(availableMemory / 2)) };
}
