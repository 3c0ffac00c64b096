import { z } from "zod";
import { platformName } from "../../domain/image/platform.ts";
import { isDigest } from "../../domain/image/reference.ts";
import { orEmpty } from "../../domain/json/checked.ts";

const MAX_TEXTS = 10_000;
const MAX_MANIFESTS = 1000;

const text = z.string().max(4096);
const texts = orEmpty(z.array(text).max(MAX_TEXTS), []);
const word = z.string().regex(/^[\w.-]{1,60}$/);
const optionalWord = z
  .union([word, z.literal("")])
  .nullish()
  .transform((value) => value || undefined);
/** An image's id. Podman leaves the prefix out in some answers. */
export const imageId = z
  .string()
  .max(200)
  .transform((id) => (id.includes(":") ? id : `sha256:${id}`))
  .refine(isDigest);

const platform = z.object({ os: word, architecture: word, variant: optionalWord, "os.version": optionalWord });

const manifest = z
  .object({
    Descriptor: z.object({ digest: z.string().refine(isDigest) }),
    Available: z.boolean(),
    Kind: z.string().max(60),
    ImageData: z.object({ Platform: platform }).nullish(),
  })
  .transform(({ Descriptor, Available: isHere, Kind, ImageData }) =>
    // The others are attestations, or unknown to the engine.
    Kind === "image" && ImageData ? [{ digest: Descriptor.digest, platform: ImageData.Platform, isHere }] : [],
  );

/** One image of an index in containerd's store, with its platform as the engine writes it, to be sent back to it. */
export type StoredManifest = z.output<typeof manifest>[number];

/** The answer to `/images/…/json`, from Docker or Podman. */
export const inspectedImage = z
  .object({
    Id: imageId,
    RepoTags: texts,
    RepoDigests: texts,
    Descriptor: z
      .object({ digest: z.string().refine(isDigest) })
      .nullish()
      .catch(undefined),
    Os: optionalWord.catch(undefined),
    Architecture: optionalWord.catch(undefined),
    Variant: optionalWord.catch(undefined),
    Manifests: z.array(manifest).max(MAX_MANIFESTS).nullish(),
  })
  .transform(({ Id, RepoTags, RepoDigests, Descriptor, Os: os, Architecture: architecture, Variant, Manifests }) => ({
    /** Digest of the configuration; with containerd's store, of the manifest or index. */
    id: Id,
    repoTags: RepoTags.filter((tag) => tag !== NO_NAME),
    repoDigests: RepoDigests,
    /** Of the index or manifest, from containerd's store. It stays known if the image has lost its names. */
    digest: Descriptor?.digest,
    /** `linux/arm64`, with a variant if the engine names one. */
    platform: os && architecture ? platformName({ os, architecture, variant: Variant }) : undefined,
    /** The images of containerd's store. Empty: the engine has another store, or does not say. */
    manifests: (Manifests ?? []).flat(),
  }));

/** An engine's description of an image. */
export type InspectedImage = z.output<typeof inspectedImage>;

/** Engines before Docker 25 write this for an image that has lost its name. */
const NO_NAME = "<none>:<none>";
