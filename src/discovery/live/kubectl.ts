import { isAbsolute, join, resolve } from "node:path";
import { distinct } from "../../domain/collections.ts";
import { asGateError, cancelled, GateError } from "../../system/errors.ts";
import { cloudVariables, inherited, NETWORK_VARIABLES } from "../../system/own-environment.ts";
import { type ProcessResult, runProcess } from "../../system/process.ts";
import { findProgram, programPath } from "../../system/program-folders.ts";
import { programMissing, reasonOf } from "../declared/programs/run.ts";
import type { Read, Source } from "../source.ts";
import { type LiveWorld, listed, SOURCE_DEADLINE_MS } from "./asking.ts";
import { nodePlatforms, type PodImage, podImages } from "./pods.ts";

type KubectlSource = Extract<Source, { kind: "kubectl" }>;

/** Bytes of one answer. Ten thousand pods have 50 to 80 MiB. */
const MAX_ANSWER = 128 * 1024 * 1024;

/**
 * The images of the pods of a cluster that are running or pending: what they run, by `imageID`. Asked by `kubectl get`,
 * which changes nothing.
 * @param deadlineMs milliseconds for all of it
 * @throws GateError `discovery-…` if nothing of it could be read
 */
export async function readKubectl(
  source: KubectlSource,
  world: LiveWorld,
  deadlineMs = SOURCE_DEADLINE_MS,
): Promise<Read> {
  const end = performance.now() + deadlineMs;
  const kubectl = kubectlFor(source, world);
  const phases = "--field-selector=status.phase!=Succeeded,status.phase!=Failed";
  const pods = await kubectl.get(["pods", "--all-namespaces", phases], end, podImages);
  const platforms = pods.length > 0 ? await platformsOf(kubectl, end) : NO_PLATFORMS;
  const images = pods.flatMap((pod) => foundImage(pod, source, platforms.nodes));
  const problem = unclear(pods) ?? platforms.problem;
  // Replicas of a workload run the same image in the same place.
  return { images: distinct(images), notes: platforms.notes, ...(problem ? { problem } : {}) };
}

function foundImage({ image, place, nodeName }: PodImage, { line }: KubectlSource, nodes: ReadonlyMap<string, string>) {
  if (image === undefined) return [];
  const platform = nodes.get(nodeName ?? "");
  return [{ ...image, ...(platform ? { platform } : {}), at: { source: line, name: place } }];
}

/** The tag of such an image may mean another one by now. What was looked at would be unclear. */
function unclear(pods: readonly PodImage[]): GateError | undefined {
  const places = new Set(pods.filter(({ image }) => image === undefined).map(({ place }) => place));
  if (places.size === 0) return undefined;
  return new GateError(
    "discovery-image-unknown",
    `The images of some containers are no image references, or known only by an ImageID of their node: ${listed([...places])}`,
    "Push these images to a registry and let the pods name them there; what only a node has can be looked at only on it (the source `docker`).",
  );
}

interface Platforms {
  readonly nodes: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
  readonly problem?: GateError | undefined;
}

const NO_PLATFORMS: Platforms = { nodes: new Map(), notes: [] };

async function platformsOf(kubectl: Kubectl, end: number): Promise<Platforms> {
  try {
    return { nodes: await kubectl.get(["nodes"], end, nodePlatforms), notes: [] };
  } catch (thrown) {
    const problem = asGateError(thrown);
    if (problem.code === "run-cancelled") throw problem;
    if (problem.code !== "discovery-cluster-forbidden") return { ...NO_PLATFORMS, problem };
    // To list nodes is more than most users may. Without it, an image is the one of the usual platform.
    const note = `The nodes of ${kubectl.cluster} may not be listed, so the platform of its images is not known.`;
    return { ...NO_PLATFORMS, notes: [note] };
  }
}

interface Kubectl {
  /** What messages call the cluster. */
  readonly cluster: string;
  get<T>(what: readonly string[], end: number, parse: (json: unknown) => T): Promise<T>;
}

function kubectlFor({ context }: KubectlSource, world: LiveWorld): Kubectl {
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
    cluster,
    async get(what, end, parse) {
      const options = ["--output=json", "--chunk-size=500", "--request-timeout=60s"];
      const args = [...(context === undefined ? [] : [`--context=${context}`]), "get", ...what, ...options];
      const result = await runProcess(program, args, {
        cwd: world.runFolder,
        env,
        deadlineMs: end - performance.now(),
        signal: world.signal,
        maxCapture: MAX_ANSWER,
      });
      if (result.aborted) throw cancelled();
      const subject = `The ${what[0]} of ${cluster}`;
      if (result.timedOut) throw unreachable(subject, "kubectl was not done in time");
      if (result.code !== 0) throw failure(subject, result);
      if (Buffer.byteLength(result.stdout) >= MAX_ANSWER)
        throw new GateError(
          "discovery-too-large",
          `The answer of ${cluster} has ${MAX_ANSWER / 1024 ** 2} MiB or more, which is the bound`,
          "Name the images by other sources (`kubernetes:`, `file:`).",
        );
      try {
        return parse(JSON.parse(result.stdout));
      } catch {
        throw unreachable(subject, "the answer is not that of a Kubernetes API");
      }
    },
  };
}

function failure(subject: string, result: ProcessResult): GateError {
  const reason = reasonOf(result);
  if (!/\(Forbidden\)/.test(result.stderr)) return unreachable(subject, reason);
  return new GateError(
    "discovery-cluster-forbidden",
    `${subject} may not be listed: ${reason}`,
    "Give the user a ClusterRole that may list them: `kubectl create clusterrole image-gate --verb=list --resource=pods,nodes`, and a ClusterRoleBinding.",
  );
}

function unreachable(subject: string, why: string): GateError {
  return new GateError(
    "discovery-cluster-unreachable",
    `${subject} cannot be listed: ${why}`,
    "Check kubeconfig (KUBECONFIG) and the login: `kubectl get pods --all-namespaces` shows the same.",
  );
}

/**
 * What kubectl, and a kubeconfig's login program, need beside the PATH. It is the real HOME, which has kubeconfig and
 * the clouds' logins, and a pod's own access to its cluster (KUBERNETES_SERVICE_*).
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
 * The whole environment of a kubectl. It has no `ACTIONS_*`, `INPUT_*`, no token of the platform and no `KUBECTL_*`.
 * Its cache is in the run's folder. A `kuberc` file, which may change what `get` means, is not read.
 */
function kubectlEnvironment(world: LiveWorld): Record<string, string> {
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
function absolute(files: string, { workspace, platform }: LiveWorld): string {
  const separator = platform === "win32" ? ";" : ":";
  return files
    .split(separator)
    .map((file) => (file === "" || isAbsolute(file) ? file : resolve(workspace, file)))
    .join(separator);
}
