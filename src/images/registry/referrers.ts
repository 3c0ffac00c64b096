import { z } from "zod";
import { FinalError, HttpStatusError } from "../../system/http.ts";
import { ImageFault } from "../fault.ts";
import { readObject, sha256Of } from "../oci/documents.ts";
import { askRegistry, newSession, type ReaderOptions, type RegistryAnswer, type Session } from "./client.ts";
import { RegistryFault, registryFault } from "./fault.ts";

type Annotation = readonly [name: string, value: string];

/** Selects artifacts that refer to an image. */
export interface ReferrerSearch {
  /** Canonical name of the repository, with the host. */
  readonly repository: string;
  /** Of the image. */
  readonly digest: string;
  /** An annotation of the artifact, and its value. */
  readonly annotation: Annotation;
  /** A tag whose manifest has attachments of the image, too, and the annotation of the wanted layers. */
  readonly tagged?: { readonly tag: string; readonly annotation: Annotation } | undefined;
}

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const MAX_DOCUMENT = 4 * 1024 * 1024;
const MAX_CONTENT = 32 * 1024 * 1024;
/** A longer list could keep us busy for as long as the registry likes. */
const MOST = 1000;

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const list = z.object({ manifests: z.array(z.object({ digest })).nullish() });
const annotations = z.record(z.string(), z.string()).nullish().catch(undefined);
const manifest = z.object({ annotations, layers: z.array(z.object({ digest, annotations })).nullish() });
type Manifest = z.infer<typeof manifest>;

/**
 * Reads all artifacts that refer to an image (distribution's specification, "Listing Referrers", and its tag schema for
 * registries without that list), and the contents of the wanted ones.
 * @returns true if there is any artifact, wanted or not, or that tag
 * @throws ImageFault if any of them cannot be read, or does not match its digest
 */
export async function requireReferrers(search: ReferrerSearch, options: ReaderOptions): Promise<boolean> {
  const { signal } = options;
  const session = newSession(search.repository, options);
  const { digest: of, annotation, tagged } = search;
  try {
    const listed = new Set((await listOf(session, of, signal)).manifests?.map((one) => one.digest));
    const wanted: string[] = [];
    const want = ({ layers }: Manifest) => wanted.push(...(layers ?? []).map((layer) => layer.digest));
    if (listed.size > MOST) throw new FinalError(`more than ${MOST} artifacts refer to it`);
    for (const each of listed) {
      const document = await contentOf(session, "manifests", each, signal);
      const { data } = manifest.safeParse(readObject(document, "an attachment of the image"));
      if (data !== undefined && has(data, annotation)) want(data);
    }
    const answer = tagged && (await askIfThere(session, `manifests/${tagged.tag}`, signal));
    if (tagged !== undefined && answer !== undefined) {
      const { layers = [] } = manifest.parse(readObject(answer.body, "an attachment of the image"));
      want({ layers: (layers ?? []).filter((layer) => has(layer, tagged.annotation)) });
    }
    if (wanted.length > MOST) throw new FinalError(`more than ${MOST} of its attachments would have to be read`);
    for (const each of new Set(wanted)) await contentOf(session, "blobs", each, signal);
    return listed.size > 0 || answer !== undefined;
  } catch (cause) {
    // Cosign might still be able to read it, and find a verdict that we do not see.
    if (cause instanceof ImageFault)
      throw new RegistryFault("image-inconsistent", `has a document that can be read in two ways: ${cause.message}`, {
        cause,
      });
    throw registryFault(cause, { signal });
  }
}

function has({ annotations: own }: Pick<Manifest, "annotations">, [name, value]: Annotation): boolean {
  return own != null && Object.hasOwn(own, name) && own[name] === value;
}

async function listOf(session: Session, of: string, signal: AbortSignal): Promise<z.infer<typeof list>> {
  const answer = await askIfThere(session, `referrers/${of}`, signal);
  const isList = answer?.headers["content-type"]?.split(";")[0]?.trim() === INDEX;
  // Cosign asks for no second page, so artifacts there would go unseen.
  if (isList && /\brel="?next\b/i.test(String(answer.headers.link ?? "")))
    throw new FinalError("the list has more pages");
  const found = isList ? answer : await askIfThere(session, `manifests/${of.replace(":", "-")}`, signal);
  return found === undefined ? {} : list.parse(readObject(found.body, "the list of attachments"));
}

/** @returns undefined if it is not there, or if the registry does not know such a question */
async function askIfThere(session: Session, path: string, signal: AbortSignal): Promise<RegistryAnswer | undefined> {
  const asked = { path, accept: `${INDEX}, ${MANIFEST}`, maxBytes: MAX_DOCUMENT };
  return askRegistry(session, asked, signal).catch((error: unknown) => {
    if (error instanceof HttpStatusError && [400, 404, 406].includes(error.httpStatusCode)) return undefined;
    throw error;
  });
}

/** A manifest or a blob, checked against its digest. */
async function contentOf(session: Session, kind: "manifests" | "blobs", of: string, signal: AbortSignal) {
  const asked =
    kind === "blobs"
      ? { accept: "*/*", maxBytes: MAX_CONTENT }
      : { accept: `${MANIFEST}, ${INDEX}`, maxBytes: MAX_DOCUMENT };
  const { body } = await askRegistry(session, { path: `${kind}/${of}`, ...asked }, signal);
  if (sha256Of(body) === of) return body;
  throw new FinalError("the bytes do not match the digest");
}
