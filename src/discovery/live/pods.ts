import { z } from "zod";
import { parseReference } from "../../domain/image/reference.ts";
import { orEmpty } from "../../domain/json/checked.ts";
import { short } from "../fault.ts";
import { isLocalName, nameImage } from "./name-image.ts";

const text = z.string().max(4096);
const container = z.object({ name: text, image: text });
const status = z.object({ name: text, imageID: text.nullish() });
const list = <T extends z.ZodType>(item: T) => orEmpty(z.array(item), []);

const podSchema = z.object({
  metadata: z.object({
    name: text,
    namespace: text,
    labels: z.record(z.string(), z.string()).nullish(),
    ownerReferences: list(z.object({ kind: text, name: text, controller: z.boolean().nullish() })),
  }),
  spec: z.object({
    nodeName: text.nullish(),
    containers: list(container),
    initContainers: list(container),
    ephemeralContainers: list(container),
    volumes: list(z.object({ name: text, image: z.object({ reference: text.nullish() }).nullish() })),
  }),
  status: z.object({
    phase: text.nullish(),
    containerStatuses: list(status),
    initContainerStatuses: list(status),
    ephemeralContainerStatuses: list(status),
  }),
});
type Pod = z.infer<typeof podSchema>;

const podListSchema = z.object({ items: z.array(podSchema) });
const word = z.string().regex(/^[\w.-]{1,60}$/);
const nodeListSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: text }),
      status: z.object({ nodeInfo: z.object({ operatingSystem: word, architecture: word }) }),
    }),
  ),
});

/** Phases of a pod whose containers have ended for good. */
const ENDED = new Set(["Succeeded", "Failed"]);

/**
 * The images of the pods in a `PodList` or `List` that run or will run, with their places (`shop/deployment/web/app`).
 * An image is undefined if it is not a reference, or if the cluster knows only its ImageID: it cannot be scanned.
 * Throws for anything else.
 */
export function podImages(json: unknown) {
  return podListSchema
    .parse(json)
    .items.filter((pod) => !ENDED.has(pod.status.phase ?? ""))
    .flatMap(imagesOf);
}

/** Platform of each node in a `NodeList` or `List`: `linux/arm64`. Throws for anything else. */
export function nodePlatforms(json: unknown): ReadonlyMap<string, string> {
  return new Map(
    nodeListSchema
      .parse(json)
      .items.map(({ metadata, status: { nodeInfo } }) => [
        metadata.name,
        `${nodeInfo.operatingSystem}/${nodeInfo.architecture}`,
      ]),
  );
}

function imagesOf(pod: Pod) {
  const { metadata, spec, status } = pod;
  const owner = [metadata.namespace, ...workloadOf(metadata)].map(short).join("/");
  const from = (containers: readonly z.infer<typeof container>[], statuses: Pod["status"]["containerStatuses"]) => {
    const ids = new Map(statuses.map(({ name, imageID }) => [name, imageID ?? ""]));
    return containers.map(({ name, image }) => ({
      place: `${owner}/${short(name)}`,
      nodeName: spec.nodeName,
      image: whatRuns(image, ids.get(name) ?? ""),
    }));
  };
  return [
    ...from(spec.containers, status.containerStatuses),
    // They run again whenever the pod is restarted.
    ...from(spec.initContainers, status.initContainerStatuses),
    ...from(spec.ephemeralContainers, status.ephemeralContainerStatuses),
    ...from(
      spec.volumes.flatMap(({ name, image }) => (image?.reference ? [{ name, image: image.reference }] : [])),
      [],
    ),
  ];
}

/**
 * The image of a container. An `imageID` is `name@sha256:…`, for Docker with `docker-pullable://` in front. Without a
 * name, it is the id of an image that the node has from no registry. It is empty until the image has been pulled.
 *
 * A node keeps one image for all repositories that it was pulled from, and names one of them. So a pod that pulls the
 * same image from a stranger's registry changes what other pods say. Only the digest is taken from it, and the
 * repository from the pod itself.
 */
function whatRuns(written: string, imageID: string) {
  const id = imageID.replace(/^[a-z][a-z0-9+.-]*:\/\//, "");
  const own = parseReference(written);
  if (own === undefined) return undefined;
  if (id === "") return { reference: written, ...(own.digest === undefined ? {} : { digest: own.digest }) };
  const named = isLocalName(own.name) ? undefined : nameImage(written, [id]);
  return named && { reference: written, digest: named.digest };
}

/** Labels with the end of a ReplicaSet's name, by the kind of workload that made it. */
const HASHES = { deployment: "pod-template-hash", rollout: "rollouts-pod-template-hash" };

/** Kind and name of the workload that a pod belongs to, as its author knows it. */
function workloadOf({ name, labels, ownerReferences }: Pod["metadata"]): readonly [string, string] {
  const owner = ownerReferences.find(({ controller }) => controller === true);
  // The kubelet itself runs a static pod, and names the node as the owner.
  if (owner === undefined || owner.kind === "Node") return ["pod", name];
  if (owner.kind === "ReplicaSet") {
    for (const [kind, label] of Object.entries(HASHES)) {
      const end = `-${labels?.[label]}`;
      if (labels?.[label] && owner.name.endsWith(end)) return [kind, owner.name.slice(0, -end.length)];
    }
  }
  const [, cronJob] = (owner.kind === "Job" && OF_CRON_JOB.exec(owner.name)) || [];
  return cronJob === undefined ? [owner.kind.toLowerCase(), owner.name] : ["cronjob", cronJob];
}

/** The names of a CronJob's Jobs end with the planned time, in minutes since 1970. These are from 2021 to 2045. */
const OF_CRON_JOB = /^(.+)-(?:2[7-9]|3\d)\d{6}$/;
