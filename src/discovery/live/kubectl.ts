import { delimiter, join, resolve } from "node:path";
import { listSome } from "../../domain/list-some.ts";
import { cancelled, GateError } from "../../system/errors.ts";
import { cloudVariables, inherited, NETWORK_VARIABLES } from "../../system/own-environment.ts";
import { runProcess } from "../../system/process.ts";
import { findProgram, programPath } from "../../system/program-folders.ts";
import type { World } from "../../system/world.ts";
import { type Allowance, programMissing, reasonOf } from "../declared/programs/run.ts";
import { fault, tooLarge } from "../fault.ts";
import { type Gathering, outcomeOf } from "../gather.ts";
import type { SourceOf } from "../parse-source.ts";
import { nodePlatforms, podImages } from "./pods.ts";

/** Bytes of one answer. A list of ten thousand pods has 50 to 80 MiB. */
const MAX_ANSWER = 128 * 1024 * 1024;

/**
 * The images of a cluster's running and pending pods, from `imageID`. They come from `kubectl get`, which changes
 * nothing.
 * @throws GateError `discovery-…` if nothing of it could be read
 */
export async function readKubectl(source: SourceOf<"kubectl">, found: Gathering, allowance: Allowance): Promise<void> {
  const kubectl = kubectlFor(source, allowance);
  const phases = "--field-selector=status.phase!=Succeeded,status.phase!=Failed";
  const pods = await kubectl.get(["pods", "--all-namespaces", phases], podImages);
  const unclear = new Set(pods.filter(({ image }) => image === undefined).map(({ place }) => place));
  // The tag of such an image may mean another one by now, so the result could be about the wrong image.
  if (unclear.size > 0)
    found.problem(
      fault(
        "discovery-image-unknown",
        `The images of some containers are not valid image references, or are known only by an ImageID of their node: ${listSome([...unclear], 20)}`,
      ),
    );
  const nodes = pods.length > 0 ? await platformsOf(kubectl, found) : undefined;
  for (const { image, place, nodeName } of pods) {
    const platform = nodes?.get(nodeName ?? "");
    if (image !== undefined) found.add({ ...image, ...(platform && { platform }) }, place);
  }
}

/** The platform of each node. Undefined: it is not known. */
async function platformsOf(
  kubectl: ReturnType<typeof kubectlFor>,
  found: Gathering,
): Promise<ReadonlyMap<string, string> | undefined> {
  const nodes = await outcomeOf(() => kubectl.get(["nodes"], nodePlatforms));
  if (!(nodes instanceof GateError)) return nodes;
  // Most users have no permission to list nodes. Without it, the image of the default platform is taken.
  if (nodes.code === "discovery-cluster-forbidden")
    found.note(`The nodes of ${kubectl.cluster} cannot be listed with this login, so its images' platform is unknown.`);
  else found.problem(nodes);
  return undefined;
}

function kubectlFor({ context }: SourceOf<"kubectl">, { world, end }: Allowance) {
  const program = findProgram("kubectl", world);
  if (program === undefined)
    throw programMissing(
      "There is no program `kubectl` on the PATH",
      "Install it on this machine. Folders that the job itself fills do not count.",
    );
  const cluster =
    context === undefined ? "the current cluster" : `the cluster of the context ${JSON.stringify(context)}`;
  const env = kubectlEnvironment(world);
  return {
    /** The cluster's name in messages. */
    cluster,
    async get<T>(what: readonly string[], parse: (json: unknown) => T): Promise<T> {
      const options = ["--output=json", "--chunk-size=500", "--request-timeout=60s"];
      const args = [...(context === undefined ? [] : [`--context=${context}`]), "get", ...what, ...options];
      const result = await runProcess(program, args, {
        // A login program that kubectl starts must find no file of the workspace.
        cwd: world.runFolder,
        env,
        deadlineMs: end - performance.now(),
        signal: world.signal,
        maxCapture: MAX_ANSWER,
      });
      if (result.aborted) throw cancelled();
      const subject = `The ${what[0]} of ${cluster}`;
      if (result.timedOut) throw unreachable(subject, "kubectl did not finish in time");
      if (/\(Forbidden\)/.test(result.stderr) && result.code !== 0)
        throw fault("discovery-cluster-forbidden", `${subject} cannot be listed with this login: ${reasonOf(result)}`);
      if (result.code !== 0) throw unreachable(subject, reasonOf(result));
      if (Buffer.byteLength(result.stdout) >= MAX_ANSWER)
        throw tooLarge(`has an answer of ${cluster} with ${MAX_ANSWER / 1024 ** 2} MiB or more`);
      try {
        return parse(JSON.parse(result.stdout));
      } catch {
        throw unreachable(subject, "the answer does not come from a Kubernetes API");
      }
    },
  };
}

function unreachable(subject: string, why: string): GateError {
  return fault("discovery-cluster-unreachable", `${subject} cannot be listed: ${why}`);
}

/**
 * Variables that kubectl and a kubeconfig's login program need alongside the PATH. The real HOME has kubeconfig and the
 * clouds' logins. KUBERNETES_SERVICE_* is a pod's own access to its cluster.
 */
const NAMES = [
  ...NETWORK_VARIABLES,
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
 * The complete environment of kubectl. It has no `ACTIONS_*`, `INPUT_*` or `KUBECTL_*`, and no token of the platform.
 * Its cache is in the run's folder. A `kuberc` file, which may change what `get` means, is not read.
 */
function kubectlEnvironment(world: World): Record<string, string> {
  const { env, runFolder } = world;
  const names = [...NAMES, ...cloudVariables(env), ...Object.keys(env).filter((name) => AZURE_LOGIN.test(name))];
  return {
    ...inherited(world, names),
    ...(env.KUBECONFIG ? { KUBECONFIG: absolute(env.KUBECONFIG, world) } : {}),
    PATH: programPath(world),
    KUBECACHEDIR: join(runFolder, "private", "kube"),
    KUBERC: "off",
  };
}

/** A list of files. Relative ones start in the workspace, as they do for a step of the job. */
function absolute(files: string, { workspace }: World): string {
  const paths = files.split(delimiter).map((file) => file && resolve(workspace, file));
  return paths.join(delimiter);
}
