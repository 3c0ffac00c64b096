import { z } from "zod";
import { isDigest } from "../../../domain/image/reference.ts";
import { orEmpty } from "../../../domain/json/null-as-empty.ts";

/** A container that runs. All of it is untrusted. */
export interface Container {
  readonly id: string;
  readonly name: string;
  /** As it was started. Docker writes an ImageID here once the tag has moved. */
  readonly image: string;
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** What an engine knows of an image. */
export interface HeldImage {
  /** `name@sha256:…`, for each repository that it was pulled from or pushed to. */
  readonly repoDigests: readonly string[];
  /** Of the index or manifest, from containerd's store. It stays known if the image has lost its names. */
  readonly digest?: string | undefined;
  /** `linux/arm64` */
  readonly platform?: string | undefined;
}

const text = z.string().max(4096);
/** Podman leaves the prefix out in some answers. */
const imageId = z
  .string()
  .transform((id) => (id.includes(":") ? id : `sha256:${id}`))
  .refine(isDigest);
const labels = orEmpty(z.record(z.string(), text), {});
const texts = orEmpty(z.array(text), []);

const listSchema = z.array(
  z
    .object({ Id: z.string().regex(/^[0-9a-f]{64}$/), Names: texts, Image: text, ImageID: imageId, Labels: labels })
    .transform(({ Id: id, Names, Image: image, ImageID: imageId, Labels: labels }): Container => {
      // A link to a container (`/web/db`) is another name of it.
      const name = Names.find((name) => name.lastIndexOf("/") <= 0)?.replace(/^\//, "") || id.slice(0, 12);
      return { id, name, image, imageId, labels };
    }),
);

const word = z.string().regex(/^[\w.-]{1,60}$/);
const imageSchema = z
  .object({
    RepoDigests: texts,
    Os: word.nullish().catch(undefined),
    Architecture: word.nullish().catch(undefined),
    Variant: word.nullish().catch(undefined),
    Descriptor: z
      .object({ digest: z.string().refine(isDigest) })
      .nullish()
      .catch(undefined),
  })
  .transform(({ RepoDigests: repoDigests, Os, Architecture, Variant, Descriptor }): HeldImage => {
    const known = { repoDigests, digest: Descriptor?.digest };
    if (!Os || !Architecture) return known;
    // Only on arm is a variant another processor.
    const variant = Architecture === "arm" && Variant ? `/${Variant}` : "";
    return { ...known, platform: `${Os}/${Architecture}${variant}` };
  });

/** Podman's own words for the same, which keep the digest of an image that has lost its names. */
const podmanImageSchema = z.object({ Digest: z.string().refine(isDigest) }).transform(({ Digest }) => Digest);
const startedSchema = z.object({ Config: z.object({ Image: text }) }).transform(({ Config }) => Config.Image);

/** The answer to `/containers/json`. Throws if it is not that. */
export const parseContainers = (json: unknown): readonly Container[] => listSchema.parse(json);
/** The answer to `/images/…/json`. Throws if it is not that. */
export const parseImage = (json: unknown): HeldImage => imageSchema.parse(json);
/** The digest in the answer to Podman's `/libpod/images/…/json`. Throws if it is not that. */
export const parsePodmanDigest = (json: unknown): string => podmanImageSchema.parse(json);
/** The image as it was named at the start, in the answer to `/containers/…/json`. Throws if it is not that. */
export const parseStartedImage = (json: unknown): string => startedSchema.parse(json);
