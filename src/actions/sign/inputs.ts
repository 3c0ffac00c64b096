import { z } from "zod";
import { isNamedAsFile, parseReference, withoutTag } from "../../domain/image/reference.ts";
import type { SignatureFormat } from "../../signing/cosign/attached.ts";
import type { Destination } from "../../signing/promote.ts";
import { age, type CamelKeys, optional, required, sha256, switchOr, word } from "../fields.ts";
import { input } from "../input-facts.ts";
import { actionInputs, type InputData, type Mistakes } from "../shared-inputs.ts";

/** A reference that names an image in a registry; without a tag and a digest, it means `latest`, as everywhere. */
const reference = optional.refine(
  (value) => value === undefined || (parseReference(value) !== undefined && !isNamedAsFile(value)),
  "must be an image in a registry, such as `ghcr.io/acme/app:1.2`; a file cannot be signed",
);

/** The destination of a copy: a tag that is new. */
const destination = optional.transform((value, context): Destination | undefined => {
  if (value === undefined) return undefined;
  const { tag, digest } = parseReference(value) ?? {};
  if (tag !== undefined && digest === undefined) return { repository: withoutTag(value), tag };
  context.addIssue({
    code: "custom",
    message: "must be a repository with a tag, and without a digest, such as `registry.example.com/golden/app:1.2`",
  });
  return z.NEVER;
});

const formats = word(["both", "bundle", "legacy"], "both").transform((value): readonly SignatureFormat[] =>
  value === "both" ? ["bundle", "legacy"] : [value],
);

/** The replacements for inputs of other actions, and for Cosign's own flags. */
const replaced: Readonly<Record<string, string>> = {
  "the report names the images; `image` chooses one": "images",
  "use `cosign-key`": "key",
  "the report names the digest; use `image` for one that was pushed after the scan": "digest",
  "only the gate judges": "policy",
  "only a pass is signed, whatever the gate's `mode`": "mode",
  "the registry's login is Docker's (`docker login`)": "token",
};

const shape = {
  report: required(
    optional,
    "is empty: name the report that the gate wrote, its output `report`; if the gate did not run, nothing may be signed",
  ),
  "report-digest": required(
    sha256,
    "is empty, or was left out: give the SHA-256 of the report as the gate wrote it, its output `report-digest`, and check that the gate has run before",
  ),
  image: input(reference, { address: true }),
  "max-age": age("1d", "1m"),
  "max-db-age": age("3d", "1h"),
  "cosign-key": optional,
  // As it is: a password may begin or end with a space.
  "cosign-password": input(
    z.string().transform((value) => (value === "" ? undefined : value)),
    { secret: true },
  ),
  "cosign-binary": optional,
  formats: input(formats, { initially: "both" }),
  tlog: switchOr(true),
  "promote-to": input(destination, { address: true }),
  "allow-http-registry": switchOr(false),
  summary: switchOr(true),
};

export { shape };

const page = "docs/sign.md";
/** Reads the inputs. To report a run in which some are wrong, the correct ones are read alone. */
export const {
  names: INPUT_NAMES,
  read: readInputs,
  readCorrect,
} = actionInputs({ shape, replaced, contradictions, page });

type Data = InputData<typeof shape>;

/** The action's validated inputs, with `report-digest` as `reportDigest`. */
export type Inputs = CamelKeys<Data>;

function contradictions({ image, tlog, ...data }: Data): Mistakes {
  const { "cosign-key": key, "cosign-password": password, "promote-to": copy } = data;
  return {
    "`tlog: false` needs a `cosign-key`: without a key, only the log shows when an identity has signed":
      key === undefined && !tlog,
    "`cosign-password` has no meaning without `cosign-key`; the expression in that may have been empty":
      key === undefined && password !== undefined,
    "`promote-to` is the image itself": image !== undefined && copy !== undefined && isSame(image, copy),
  };
}

function isSame(image: string, { repository, tag }: Destination): boolean {
  return withoutTag(image) === repository && parseReference(image)?.tag === tag;
}
