import { repositoryName } from "../../domain/image/reference.ts";
import { ImageFault } from "../../images/fault.ts";
import type { ReaderOptions, RegistryDocument, RegistryReader } from "../../images/registry/client.ts";
import { RegistryFault } from "../../images/registry/fault.ts";
import { tagDigest } from "../../images/registry/tag-digest.ts";
import type { DigestOf } from "../../signing/promote.ts";
import { GateError } from "../../system/errors.ts";

/**
 * The document of a tag or digest, asked for now.
 * @param what the reference as messages name it
 * @throws GateError `image-not-in-registry`, `image-inconsistent`, `registry-unavailable`
 */
export async function documentOf(
  reader: RegistryReader,
  { repository, tagOrDigest }: { readonly repository: string; readonly tagOrDigest: string },
): Promise<RegistryDocument> {
  try {
    return await reader.read(repository, tagOrDigest);
  } catch (cause) {
    if (cause instanceof ImageFault && cause.code === "image-not-found")
      throw new GateError(
        "image-not-in-registry",
        `${repository} has no ${tagOrDigest}: only what lies in a registry can be signed`,
        "Push the image first. If the gate scanned it before the push, name it by `image`.",
        { cause },
      );
    throw unreadable(repository, cause);
  }
}

/** What a tag means at a destination, each time anew. */
export function digestReader(access: ReaderOptions): DigestOf {
  return async ({ repository, tag }) => {
    try {
      return await tagDigest(repository, tag, access);
    } catch (cause) {
      throw unreadable(repository, cause);
    }
  };
}

/** What to say if a registry could not be read. What engines read differently, or not at all, is not signed. */
export function unreadable(repository: string, cause: unknown): GateError {
  if (cause instanceof ImageFault && !(cause instanceof RegistryFault))
    return new GateError(
      "image-inconsistent",
      `What ${repositoryName(repository)} has cannot be signed: readers may differ in what it is (${cause.message})`,
      "Build the image anew, and change nothing in it afterwards.",
      { cause },
    );
  return new GateError(
    "registry-unavailable",
    `The registry of ${repositoryName(repository)} ${cause instanceof RegistryFault ? cause.answer : "could not be reached by Image Gate"}`,
    "Run again; check the login, the registry's certificate, and for one without TLS `allow-http-registry`.",
    { cause },
  );
}
