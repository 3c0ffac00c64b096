import { z } from "zod";
import { isDigest } from "../../../domain/image/reference.ts";
import { orEmpty } from "../../../domain/json/checked.ts";
import { imageId } from "../../../images/engine/inspect.ts";

/** A container that runs. All of it is untrusted. */
export interface Container {
  readonly id: string;
  readonly name: string;
  /** As it was started. Docker writes an ImageID here once the tag has moved. */
  readonly image: string;
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
}

const text = z.string().max(4096);
const labels = orEmpty(z.record(z.string(), text), {});
const texts = orEmpty(z.array(text), []);

/** The answer to `/containers/json`. */
export const containerList: z.ZodType<readonly Container[]> = z.array(
  z
    .object({ Id: z.string().regex(/^[0-9a-f]{64}$/), Names: texts, Image: text, ImageID: imageId, Labels: labels })
    .transform(({ Id: id, Names, Image: image, ImageID: imageId, Labels: labels }): Container => {
      // A link to a container (`/web/db`) is another name of it.
      const name = Names.find((name) => name.lastIndexOf("/") <= 0)?.replace(/^\//, "") || id.slice(0, 12);
      return { id, name, image, imageId, labels };
    }),
);

/** The digest in the answer to Podman's `/libpod/images/…/json`, which keeps that of an image without a name. */
export const podmanDigest: z.ZodType<string> = z
  .object({ Digest: z.string().refine(isDigest) })
  .transform(({ Digest }) => Digest);
/** The image as it was named at the start, in the answer to `/containers/…/json`. */
export const startedImage: z.ZodType<string> = z
  .object({ Config: z.object({ Image: text }) })
  .transform(({ Config }) => Config.Image);
