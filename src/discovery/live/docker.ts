import { z } from "zod";
import type { FoundImage, LocalImage } from "../../domain/history/running.ts";
import { isDigest, parseReference, registryHost } from "../../domain/image/reference.ts";
import { orEmpty } from "../../domain/json/checked.ts";
import { memoize } from "../../domain/memoize.ts";
import { type EngineAddress, findEngine } from "../../images/engine/address.ts";
import { type EngineClient, openEngine, wrongAnswer } from "../../images/engine/client.ts";
import { type InspectedImage, imageId, inspectedImage } from "../../images/engine/inspect.ts";
import { cancelled, GateError } from "../../system/errors.ts";
import { atATime } from "../../system/pool.ts";
import type { Allowance } from "../declared/programs/run.ts";
import { fault, short } from "../fault.ts";
import { type Gathering, outcomeOf } from "../gather.ts";
import { nameImage } from "./name-image.ts";

type EngineKind = LocalImage["daemon"]["engine"];

const MAX_LIST = 64 * 1024 * 1024;
const MAX_ANSWER = 4 * 1024 * 1024;

const text = z.string().max(4096);
const labels = orEmpty(z.record(z.string(), text), {});
const texts = orEmpty(z.array(text), []);

/**
 * The answer to `/containers/json`: the running containers. All of it is untrusted. In place of an image's name, Docker
 * writes an ImageID once the tag has moved.
 */
export const containerList = z.array(
  z
    .object({ Id: z.string().regex(/^[0-9a-f]{64}$/), Names: texts, Image: text, ImageID: imageId, Labels: labels })
    .transform(({ Id: id, Names, Image: image, ImageID: imageId, Labels: labels }) => {
      // A link to a container (`/web/db`) is a second name of it.
      const name = Names.find((name) => name.lastIndexOf("/") <= 0)?.replace(/^\//, "") || id.slice(0, 12);
      return { id, name, image, imageId, labels };
    }),
);

type Container = z.infer<typeof containerList>[number];

/** The digest in the answer to Podman's `/libpod/images/…/json`. Even an image without a name has it there. */
const podmanDigest: z.ZodType<string> = z
  .object({ Digest: z.string().refine(isDigest) })
  .transform(({ Digest }) => Digest);
/** The image as it was named at the start, in the answer to `/containers/…/json`. */
const startedImage: z.ZodType<string> = z
  .object({ Config: z.object({ Image: text }) })
  .transform(({ Config }) => Config.Image);

/**
 * States of containers whose image runs, or will run again automatically. Podman has no `restarting`, and refuses a
 * question that contains it.
 */
const STATES: Readonly<Record<EngineKind, readonly string[]>> = {
  docker: ["running", "paused", "restarting"],
  podman: ["running", "paused"],
};

/**
 * The images of the running containers of Docker or Podman, by ImageID: the tag with which a container was started may
 * mean another image now.
 * @throws GateError `discovery-…` if nothing of it could be read
 */
export async function readDocker(_: unknown, found: Gathering, { world, end }: Allowance): Promise<void> {
  const address = findEngine(world);
  using client = openEngine(address, world, end - performance.now());
  const engine = await engineKind(client);
  const filters = encodeURIComponent(JSON.stringify({ status: STATES[engine] }));
  const containers = await client.read(`/containers/json?filters=${filters}`, MAX_LIST, containerList);
  if (containers === undefined) throw wrongAnswer(client.host, "has no list of containers");
  for (const note of address.notes) found.note(note);
  const inspected = memoize((id: string) => client.read(`/images/${id}/json`, MAX_ANSWER, inspectedImage));
  const images = await atATime(client.atOnce, containers, (container) =>
    outcomeOf(() => imageOf(container, { address, engine, client, inspected })),
  );
  if (world.signal.aborted) throw cancelled();
  const local = `In no registry, and so scanned from the container engine at ${address.host}, known by the ImageID`;
  for (const [index, image] of images.entries()) {
    if (image instanceof GateError) found.problem(image);
    else {
      found.add(image, placeOf(containers[index] as Container, address.machine));
      if (image.local !== undefined) found.note(local, image.reference);
    }
  }
}

async function engineKind(client: EngineClient): Promise<EngineKind> {
  const answer = await client.get("/_ping", MAX_ANSWER);
  if (answer === undefined) throw wrongAnswer(client.host, "does not answer as Docker or Podman does");
  return answer.headers["libpod-api-version"] === undefined ? "docker" : "podman";
}

interface Engine {
  readonly address: EngineAddress;
  readonly engine: EngineKind;
  readonly client: EngineClient;
  /** Each image is asked for once. */
  readonly inspected: (imageId: string) => Promise<InspectedImage | undefined>;
}

async function imageOf(container: Container, of: Engine): Promise<Omit<FoundImage, "at">> {
  const { address, engine, client, inspected } = of;
  const { imageId } = container;
  const held = await inspected(imageId);
  if (held === undefined)
    throw fault(
      "discovery-image-gone",
      `The container ${JSON.stringify(placeOf(container, address.machine))} runs the image ${imageId}, which its engine does not have any more`,
    );
  const written = await writtenImage(container, client);
  const named = nameImage(written ?? "", await repoDigests(held, written, imageId, of));
  const heldBy: LocalImage = { imageId, daemon: { engine, host: address.host } };
  return {
    ...(named ?? { reference: written ?? imageId, local: heldBy }),
    ...(held.platform === undefined ? {} : { platform: processorOf(held.platform) }),
    heldBy,
  };
}

/** Only for arm does a variant mean another processor. */
function processorOf(platform: string): string {
  return platform.replace(/^([^/]+\/(?!arm\/)[^/]+)\/.*$/, "$1");
}

/**
 * The image as the container was started; undefined if it was started by its ImageID, or its name is not a reference.
 */
async function writtenImage({ id, image, imageId }: Container, client: EngineClient): Promise<string | undefined> {
  const isId = (text: string) =>
    imageId.startsWith(`sha256:${text.replace(/^sha256:/, "")}`) && /[0-9a-f]{12}/.test(text);
  const name = isId(image) ? await client.read(`/containers/${id}/json`, MAX_ANSWER, startedImage) : image;
  return name === undefined || isId(name) || parseReference(name) === undefined || isDigest(name) ? undefined : name;
}

async function repoDigests(
  held: InspectedImage,
  written: string | undefined,
  imageId: string,
  { engine, client }: Engine,
): Promise<readonly string[]> {
  const name = written === undefined ? undefined : parseReference(written)?.name;
  // Podman and containerd forget these with the name, once the tag means another image.
  if (held.repoDigests.length > 0 || name === undefined || registryHost(name) === "localhost") return held.repoDigests;
  const path = `/v4.0.0/libpod/images/${imageId.replace("sha256:", "")}/json`;
  const ask = async () => (engine === "podman" ? client.read(path, MAX_ANSWER, podmanDigest) : undefined);
  const digest = held.digest ?? (await ask());
  return digest === undefined ? [] : [`${name}@${digest}`];
}

/** The project and service of Compose, or Swarm's service, by their labels. */
function placeOf({ name, labels }: Container, machine: string): string {
  const compose = labels["com.docker.compose.project"] || labels["io.podman.compose.project"];
  const swarm = labels["com.docker.swarm.service.name"];
  const service = [compose, labels["com.docker.compose.service"]].filter(Boolean).join("/");
  const group = compose ? ` (Compose ${short(service)})` : swarm ? ` (Swarm ${short(swarm)})` : "";
  return `${machine} ${short(name)}${group}`;
}
