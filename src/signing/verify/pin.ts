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
  const reader = registryReader({ ...options, signal });
  const document = await reader.read(name, digest).catch((cause: unknown) => {
    throw unreadable(image, cause);
  });
  const images = document.kind === "index" ? document.images.map((each) => each.digest) : undefined;
  return { repository: name, digest: document.digest, images };
}

const LOOK =
  "Check name and tag, that the image was pushed, and that this machine is logged in to its registry (`docker login`). A registry that speaks plain HTTP elsewhere than on this machine needs `allow-http-registry: true`.";
const ANEW =
  "Build the image anew, and change nothing in it afterwards. Nothing that is signed for it may be deployed.";

function unreadable(image: string, cause: unknown): unknown {
  if (!(cause instanceof ImageFault)) return cause;
  const { code, what } = cause.asError(image);
  return new GateError(code, what, cause instanceof RegistryFault ? LOOK : ANEW, { cause });
}
