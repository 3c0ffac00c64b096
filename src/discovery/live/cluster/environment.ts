import { isAbsolute, join, resolve } from "node:path";
import { cloudVariables, handedOn, PROXY_VARIABLES, WINDOWS_VARIABLES } from "../../../system/process.ts";
import { programPath } from "../../../system/program-folders.ts";
import type { LiveWorld } from "../asking.ts";

/**
 * What kubectl, and a kubeconfig's login program, need beside the PATH. It is the real HOME, which has kubeconfig and
 * the clouds' logins, and a pod's own access to its cluster (KUBERNETES_SERVICE_*).
 */
const NAMES = [
  ...PROXY_VARIABLES,
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "RUNNER_TRACKING_ID",
  "HOME",
  "USER",
  "USERPROFILE",
  "KUBERNETES_SERVICE_HOST",
  "KUBERNETES_SERVICE_PORT",
  "USE_GKE_GCLOUD_AUTH_PLUGIN",
];
/** Of Azure's kubelogin. */
const AZURE_LOGIN = /^AAD_/;

/**
 * The whole environment of a kubectl. It has no `ACTIONS_*`, `INPUT_*`, no token of the platform and no `KUBECTL_*`.
 * Its cache is in the run's folder. A `kuberc` file, which may change what `get` means, is not read.
 */
export function kubectlEnvironment(world: LiveWorld): Record<string, string> {
  const { env, platform, runFolder } = world;
  const names = [
    ...NAMES,
    ...(platform === "win32" ? WINDOWS_VARIABLES : []),
    ...cloudVariables(env),
    ...Object.keys(env).filter((name) => AZURE_LOGIN.test(name)),
  ];
  return {
    ...handedOn(env, names),
    ...(env.KUBECONFIG ? { KUBECONFIG: absolute(env.KUBECONFIG, world) } : {}),
    PATH: programPath(world),
    KUBECACHEDIR: join(runFolder, "private", "kube"),
    KUBERC: "off",
  };
}

/** A list of files. Relative ones start in the workspace, as they do for a step of the job. */
function absolute(files: string, { workspace, platform }: LiveWorld): string {
  const separator = platform === "win32" ? ";" : ":";
  return files
    .split(separator)
    .map((file) => (file === "" || isAbsolute(file) ? file : resolve(workspace, file)))
    .join(separator);
}
