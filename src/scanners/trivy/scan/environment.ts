import { ALWAYS, cloudFiles, dockerConfig, noLogin, ownFolders } from "../../../system/own-environment.ts";
import { cloudVariables, handedOn, PROXY_VARIABLES, WINDOWS_VARIABLES } from "../../../system/process.ts";
import { type ProgramWorld, programPath } from "../../../system/program-folders.ts";

/** The purpose of the process, which decides which credentials it may see. */
export type Purpose = "database" | "image" | "local" | "registry" | "anonymous" | "conversion";

/** The purposes that use no login. */
const WITHOUT_LOGIN: ReadonlySet<Purpose> = new Set(["database", "image", "anonymous", "conversion"]);

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

/** Variables that only a program with a network needs. */
const NETWORK: ReadonlySet<string> = new Set([...PROXY_VARIABLES, "SSL_CERT_FILE", "SSL_CERT_DIR"]);

const GIB = 1024 ** 3;

/**
 * The complete environment of a Trivy process. It only inherits what it needs: no `TRIVY_*`, which would silently
 * change the scan, and no `ACTIONS_*`, `INPUT_*`, `GITHUB_TOKEN`, `NODE_OPTIONS`, `LD_PRELOAD`. HOME, the temporary
 * folder and the XDG folders are our own, below the run's folder, and empty. The PATH keeps only folders that no job
 * can fill.
 *
 * `database`: anonymous, since with an expired login, a registry refuses even public repositories. So there is no
 * Docker configuration, and no XDG_RUNTIME_DIR, where Podman keeps its logins. `local`: this machine's images and
 * files. `image`: an image whose bytes Image Gate has acquired and verified. It has no variable that concerns a
 * network: no proxy, whose address may have a login, and no certificates. `registry`: with the runner's Docker login,
 * and the cloud variables by which Trivy and credential helpers log in to ECR, Artifact Registry and ACR. Since HOME is
 * not the real one, helpers that keep secrets below it (`pass`, the desktop's keychains) do not work. The clouds'
 * helpers get the paths of their files.
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
    ...(purpose === "image" ? ALWAYS.filter((name) => !NETWORK.has(name)) : ALWAYS),
    ...(world.platform === "win32" ? WINDOWS_VARIABLES : []),
    ...(WITHOUT_LOGIN.has(purpose) ? [] : DAEMONS),
    ...(purpose === "registry" ? ["REGISTRY_AUTH_FILE", ...cloudVariables(env)] : []),
  ];
  return {
    ...handedOn(env, names),
    PATH: programPath(world),
    ...ownFolders(world),
    ...(WITHOUT_LOGIN.has(purpose) ? noLogin(world) : dockerConfig(world)),
    // The cloud machine's own role would be a login too.
    ...(purpose === "anonymous" || purpose === "image" ? { AWS_EC2_METADATA_DISABLED: "true" } : {}),
    ...(purpose === "registry" ? cloudFiles(world) : {}),
    ...garbageCollection(availableMemory),
  };
}

/**
 * Go collects garbage whenever the heap has doubled. If there is plenty of memory, fewer collections save a sixth of
 * the time of a scan with many findings. GOMEMLIMIT enables them again before memory runs out.
 */
function garbageCollection(availableMemory: number): Record<string, string> {
  if (availableMemory < 4 * GIB) return {};
  return { GOGC: "400", GOMEMLIMIT: String(Math.floor(availableMemory / 2)) };
}
