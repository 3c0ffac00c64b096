import { z } from "zod";
import { repositoryName } from "../../domain/image/reference.ts";
import { timeLimit } from "../../system/background.ts";
import { tryOr } from "../../system/errors.ts";
import { FinalError } from "../../system/http.ts";
import { sha256Of } from "../oci/documents.ts";
import { ACCEPT, askRegistry, newSession, type ReaderOptions } from "./client.ts";
import { registryFault } from "./fault.ts";

/** Milliseconds, with all requests that it needs. */
const DEADLINE_MS = 10_000;
const MAX_MANIFEST = 4 * 1024 * 1024;
/** Everything that may be under a tag. If a type is not accepted, a registry hides it, or says that it is not there. */
const ANYTHING = [
  ACCEPT,
  "application/vnd.docker.distribution.manifest.v1+prettyjws",
  "application/vnd.docker.distribution.manifest.v1+json",
  "application/vnd.oci.artifact.manifest.v1+json",
  "*/*",
].join(", ");

/** The error codes of distribution's specification for a missing document, and Harbor's. */
const UNKNOWN = new Set(["MANIFEST_UNKNOWN", "NAME_UNKNOWN", "NOT_FOUND"]);
const answer = z.object({ errors: z.array(z.object({ code: z.string() })) });

/**
 * The digest of whatever is under a tag, even if it is not an image.
 * @param reference any reference of the repository
 * @returns undefined if the registry says that there is nothing; a bare HTTP 404 does not say so
 * @throws ImageFault if it is not known
 */
export async function tagDigest(
  reference: string,
  tag: string,
  { signal: run, deadlineMs = DEADLINE_MS, ...access }: ReaderOptions,
): Promise<string | undefined> {
  const signal = AbortSignal.any([run, timeLimit(deadlineMs)]);
  const session = newSession(repositoryName(reference), access);
  try {
    const asked = { path: `manifests/${tag}`, accept: ANYTHING, maxBytes: MAX_MANIFEST, alsoTakes: [404] };
    const { body, status } = await askRegistry(session, asked, signal);
    if (status !== 404) return sha256Of(body);
    if (saysUnknown(body)) return undefined;
    throw new FinalError("it is not there, and the registry does not say so");
  } catch (cause) {
    throw registryFault(cause, { signal });
  }
}

function saysUnknown(body: Buffer): boolean {
  const { errors } = tryOr(() => answer.parse(JSON.parse(body.toString("utf8"))), { errors: [] });
  return errors.length > 0 && errors.every(({ code }) => UNKNOWN.has(code));
}
