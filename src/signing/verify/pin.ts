import { parseReference } from "../../domain/image/reference.ts";
import { ImageFault } from "../../images/fault.ts";
import { registryReader } from "../../images/registry/client.ts";
import { RegistryFault } from "../../images/registry/fault.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import type { PinnedImage, RegistryAccess } from "./evidence.ts";

/**
 * Asks the registry once which digest a reference has now. A reference with a digest keeps it, whatever its tag points
 * at.
 * @throws GateError `input-invalid`, `image-not-found`, `image-inconsistent`, `digest-unknown`
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
  const reader = registryReader({ ...options, signal });
  const document = await reader.read(name, digest).catch((cause: unknown) => {
    throw unreadable(image, cause);
  });
  const images = document.kind === "index" ? document.images.map((each) => each.digest) : undefined;
  return { repository: name, digest: document.digest, images };
}

function unreadable(image: string, cause: unknown): unknown {
  if (!(cause instanceof ImageFault)) return cause;
  if (cause.code === "image-not-found")
    return new GateError(
      "image-not-found",
      `There is no image ${image} in its registry, or nobody may see it without a login`,
      "Check the name and the tag, and that the image was pushed; for a private one, log in before.",
      { cause },
    );
  if (!(cause instanceof RegistryFault))
    return new GateError(
      "image-inconsistent",
      `${image} cannot be verified: readers may differ in what it is (${cause.message})`,
      "Build the image anew, and change nothing in it afterwards. Nothing that is signed for it may be deployed.",
      { cause },
    );
  return new GateError(
    "digest-unknown",
    `The digest of ${image} is not known: ${cause.message}`,
    "Check that the registry can be reached from here, and that this machine is logged in to it (`docker login`). One that speaks plain HTTP elsewhere than on this machine needs `allow-http-registry: true`.",
    { cause },
  );
}
