import { repositoryName } from "../../domain/image/reference.ts";
import { isMissing, RegistryError, type RegistryReader } from "../../images/registry/client.ts";
import type { RegistryDocument } from "../../images/registry/document.ts";
import type { DigestOf } from "../../signing/promote.ts";
import { GateError } from "../../system/errors.ts";

/**
 * The document of a tag or digest, asked for now.
 * @param what the reference as messages name it
 * @throws GateError `image-not-in-registry`, `registry-unavailable`
 */
export async function documentOf(
  reader: RegistryReader,
  { repository, tagOrDigest }: { readonly repository: string; readonly tagOrDigest: string },
): Promise<RegistryDocument> {
  try {
    return await reader.read(repository, tagOrDigest);
  } catch (cause) {
    if (isMissing(cause))
      throw new GateError(
        "image-not-in-registry",
        `${repository} has no ${tagOrDigest}: only what lies in a registry can be signed`,
        "Push the image before this step. If the gate scanned it before the push, name it by `image`.",
        { cause },
      );
    throw unreadable(repository, cause);
  }
}

/** What a tag means at a destination, each time anew. */
export function digestReader(newReader: () => RegistryReader): DigestOf {
  return async ({ repository, tag }) => {
    try {
      return (await newReader().read(repository, tag)).digest;
    } catch (cause) {
      // Registries answer so to those who may not know whether it is there; the push then says it.
      if (isMissing(cause)) return undefined;
      throw unreadable(repository, cause);
    }
  };
}

/** What to say if a registry could not be read. */
export function unreadable(repository: string, cause: unknown): GateError {
  return new GateError(
    "registry-unavailable",
    `The registry of ${repositoryName(repository)} ${cause instanceof RegistryError ? cause.message : "could not be reached by Image Gate"}`,
    "Run again; check the login by `docker/login-action`, the registry's certificate, and for one without TLS `allow-http-registry`.",
    { cause },
  );
}
