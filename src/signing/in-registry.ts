import { parseReference } from "../domain/image/reference.ts";
import { ImageFault } from "../images/fault.ts";
import { type RegistryDocument, type RegistryReader, registryReader } from "../images/registry/client.ts";
import { RegistryFault } from "../images/registry/fault.ts";
import { GateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import type { PinnedImage, RegistryAccess } from "./verify/evidence.ts";

/**
 * Asks the registry once for a reference's current digest. A reference with a digest keeps it, whatever its tag points
 * at.
 * @throws GateError `input-invalid`, `image-…`, `registry-…`
 */
export async function pinImage(
  image: string,
  options: RegistryAccess,
  { signal }: Pick<World, "signal">,
): Promise<PinnedImage> {
  const reference = parseReference(image);
  if (reference === undefined)
    throw new GateError(
      "input-invalid",
      `An input is wrong: \`image\` ${JSON.stringify(image.slice(0, 200))} is not a reference of an image in a registry`,
      "Write it as `ghcr.io/acme/app:1.2` or `ghcr.io/acme/app@sha256:…`, in lower case.",
    );
  const { name, tag = "latest", digest = tag } = reference;
  const document = await documentOf(registryReader({ ...options, signal }), name, digest);
  const images = document.kind === "index" ? document.images.map((each) => each.digest) : undefined;
  return { repository: name, digest: document.digest, images };
}

/**
 * The document of a tag or digest, asked for now.
 * @throws GateError `image-…`, `registry-…`
 */
export function documentOf(reader: RegistryReader, repository: string, tagOrDigest: string): Promise<RegistryDocument> {
  const image = `${repository}${tagOrDigest.includes(":") ? "@" : ":"}${tagOrDigest}`;
  return answered(image, reader.read(repository, tagOrDigest));
}

/** A registry's answer about an image. A document that engines cannot read, or read differently, is an error. */
export async function answered<T>(image: string, asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (cause) {
    if (!(cause instanceof ImageFault)) throw cause;
    const { code, what } = cause.asError(image);
    throw new GateError(code, what, cause instanceof RegistryFault ? LOOK : AGAIN, { cause });
  }
}

const LOOK =
  "Check name and tag, that the image was pushed, and that this machine is logged in to its registry (`docker login`). To sign an image that was pushed after the scan, name it with the input `image` of `sign`. A registry that speaks plain HTTP elsewhere than on this machine needs `allow-http-registry: true`.";
const AGAIN =
  "Build the image again, and change nothing in it afterwards. Do not deploy it, whatever its signatures say.";
