import { z } from "zod";
import type { World } from "../system/world.ts";
import { type Asking, attestedStatements, type Place, SIGNATURES, signatureTypes } from "./cosign/attached.ts";

/** Cosign's own names of predicate types (pkg/cosign/attestation). */
const TYPES: Readonly<Record<string, string>> = {
  vuln: "https://cosign.sigstore.dev/attestation/vuln/v1",
  cyclonedx: "https://cyclonedx.org/bom",
};

const statement = z.object({
  subject: z.array(z.object({ digest: z.object({ sha256: z.string() }) })),
  predicateType: z.string(),
  predicate: z.unknown(),
});

/**
 * What a signer has put to an image in one format, as Cosign reads it. Each question is a process, so an answer is kept
 * until something is written.
 */
export class ReadBack {
  readonly #place: Place;
  readonly #asking: Asking;
  readonly #world: World;
  #types: Promise<readonly string[]> | undefined;

  constructor(place: Place, asking: Asking, world: World) {
    this.#place = place;
    this.#asking = asking;
    this.#world = world;
  }

  /** To be called when something was written: what is known is old. */
  written(): void {
    this.#types = undefined;
  }

  /** Whether there is a plain signature. Cosign itself accepts an attestation alone. */
  async isSigned(): Promise<boolean> {
    return (await this.#verifiedTypes()).includes(SIGNATURES[this.#place.format]);
  }

  /**
   * The predicates of a type that are attached. If an image has no bundle, Cosign looks at the older format although
   * the newer one was asked for. Only what it takes for a signature shows which one it has read. Without a key,
   * attestations of others are among them.
   * @throws GateError `evidence-unreadable`, `sigstore-unreachable`, `cosign-…`, `run-cancelled`
   */
  async attested(type: string): Promise<readonly unknown[]> {
    const { format, digest } = this.#place;
    const fullType = TYPES[type] ?? type;
    if (format === "bundle" && !(await this.#verifiedTypes()).includes(fullType)) return [];
    const statements = await attestedStatements(this.#place, type, this.#asking, this.#world);
    return statements.flatMap((each) => {
      const { data } = statement.safeParse(each);
      const isOfImage = data?.subject.some(({ digest: { sha256 } }) => `sha256:${sha256}` === digest);
      return data?.predicateType === fullType && isOfImage ? [data.predicate] : [];
    });
  }

  #verifiedTypes(): Promise<readonly string[]> {
    this.#types ??= signatureTypes(this.#place, this.#asking, this.#world);
    return this.#types;
  }
}
