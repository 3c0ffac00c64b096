import { z } from "zod";

/** Where a signature lies: as a bundle that refers to the image, or under the tags `.sig` and `.att`. */
export type SignatureFormat = "bundle" | "legacy";

/** One thing that `cosign verify` accepts as a signature. Among bundles, that includes attestations. */
export interface Verified {
  /** {@link SIGNATURES} of a plain signature; of an attestation, its predicate's type. */
  readonly type: string;
  /** Of the manifest that was signed. */
  readonly digest: string;
}

/** The type of a plain signature in each format. */
export const SIGNATURES: Readonly<Record<SignatureFormat, string>> = {
  bundle: "https://sigstore.dev/cosign/sign/v1",
  legacy: "cosign container image signature",
};

/** The simple signing format of github.com/containers/image, whose mandatory part has this name. */
const signatures = z.array(
  z.object({ critical: z.object({ type: z.string(), image: z.object({ "docker-manifest-digest": z.string() }) }) }),
);

/** Reads what `cosign verify --output=json` printed. What cannot be read counts as absent. */
export function verifiedIn(stdout: string): Verified[] {
  return read(signatures, stdout)
    .flat()
    .map(({ critical: { type, image } }) => ({ type, digest: image["docker-manifest-digest"] }));
}

/** A statement of in-toto, as far as we need it. */
export interface Statement {
  readonly predicateType: string;
  readonly digests: readonly string[];
  readonly predicate: unknown;
}

const envelope = z.object({ payload: z.base64() });
const statement = z.object({
  subject: z.array(z.object({ digest: z.object({ sha256: z.string() }) })),
  predicateType: z.string(),
  predicate: z.unknown(),
});

/**
 * Reads what `cosign verify-attestation` printed, a line for each attestation. What cannot be read counts as absent.
 */
export function statementsIn(stdout: string): Statement[] {
  return stdout
    .split("\n")
    .filter((line) => line.trim() !== "")
    .flatMap((line) => read(envelope, line))
    .flatMap(({ payload }) => read(statement, Buffer.from(payload, "base64").toString("utf8")))
    .map(({ subject, ...rest }) => ({ ...rest, digests: subject.map(({ digest }) => `sha256:${digest.sha256}`) }));
}

function read<T>(schema: z.ZodType<T>, text: string): T[] {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}
