import { z } from "zod";
import { isNamedAsFile, parseReference, withoutTag } from "../../domain/image/reference.ts";
import type { SignatureFormat } from "../../signing/cosign/attached.ts";
import type { Destination } from "../../signing/promote.ts";
import { GateError } from "../../system/errors.ts";
import { age, type CamelKeys, optional, sha256, switchOr, word } from "../fields.ts";
import { input } from "../input-facts.ts";
import { actionInputs, type InputData } from "../shared-inputs.ts";

/** A reference that names an image in a registry; without a tag and a digest, it means `latest`, as everywhere. */
const reference = optional.refine(
  (value) => value === undefined || (parseReference(value) !== undefined && !isNamedAsFile(value)),
  "must be an image in a registry, such as `ghcr.io/acme/app:1.2`; a file cannot be signed",
);

/** Where a copy goes: a tag that is new. */
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

/** What replaces inputs of other actions, and Cosign's own flags. */
const replaced: Readonly<Record<string, string>> = {
  "the report names the images; `image` chooses one": "images",
  "use `cosign-key`": "key",
  "the report names the digest; use `image` for one that was pushed after the scan": "digest",
  "only the gate judges": "policy",
  "only a pass is signed, whatever the gate's `mode`": "mode",
  "the registry's login is Docker's (`docker login`)": "token",
};

const shape = {
  report: optional,
  "report-digest": input(sha256, { required: true }),
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
  formats: word(["both", "bundle", "legacy"], "both"),
  tlog: switchOr(true),
  "promote-to": input(destination, { address: true }),
  "allow-http-registry": switchOr(false),
  summary: switchOr(true),
};

const page = "docs/sign.md";
const { schema, names, read, correct } = actionInputs({ shape, replaced, contradictions, page });

export { names as INPUT_NAMES, schema };

type Data = InputData<typeof shape>;
type Env = Readonly<Record<string, string | undefined>>;

/** The action's validated inputs, with `report-digest` as `reportDigest`. */
export type Inputs = Omit<CamelKeys<Data>, "report" | "reportDigest" | "formats"> & {
  readonly report: string;
  /** SHA-256 in hexadecimal digits. */
  readonly reportDigest: string;
  readonly formats: readonly SignatureFormat[];
};

/**
 * Reads the inputs from a runner's environment.
 * @throws GateError `input-invalid` with all mistakes at once, `no-report`, `no-seal`
 */
export function readInputs(env: Env): Inputs {
  const { report, reportDigest, ...inputs } = read(env);
  if (report === undefined)
    throw new GateError(
      "no-report",
      "There is no report that says what to sign: `report` is empty",
      "Name the report that the gate wrote, its output `report`. If the gate did not run, nothing may be signed.",
    );
  if (reportDigest === undefined)
    throw new GateError(
      "no-seal",
      "There is no `report-digest`: it was left out, or empty",
      "Give the SHA-256 of the report as the gate wrote it, its output `report-digest`. Check that the gate has run before.",
    );
  const { formats } = inputs;
  return { ...inputs, report, reportDigest, formats: formats === "both" ? ["bundle", "legacy"] : [formats] };
}

/** Whether the summary is wanted, even if other inputs are wrong. */
export function wantsSummary(env: Env): boolean {
  return correct(["summary"], env).summary;
}

function contradictions(data: Data): string[] {
  const mistakes: string[] = [];
  if (data["cosign-key"] === undefined && !data.tlog)
    mistakes.push("`tlog: false` needs a `cosign-key`: without a key, only the log shows when an identity has signed");
  if (data["cosign-key"] === undefined && data["cosign-password"] !== undefined)
    mistakes.push("`cosign-password` has no meaning without `cosign-key`; the expression in that may have been empty");
  if (data.image !== undefined && data["promote-to"] !== undefined && isSame(data.image, data["promote-to"]))
    mistakes.push("`promote-to` is the image itself");
  return mistakes;
}

function isSame(image: string, { repository, tag }: Destination): boolean {
  return withoutTag(image) === repository && parseReference(image)?.tag === tag;
}
