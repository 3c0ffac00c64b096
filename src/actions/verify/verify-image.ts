import { acceptEvidence } from "../../domain/evidence/accept.ts";
import { credentialsFor } from "../../images/registry/credentials.ts";
import { ownSigstore } from "../../signing/cosign/environment.ts";
import { findCosign } from "../../signing/cosign/program.ts";
import { pinImage } from "../../signing/in-registry.ts";
import { readEvidence, requireAttested } from "../../signing/verify/evidence.ts";
import { trustIn } from "../../signing/verify/trust.ts";
import type { World } from "../../system/world.ts";
import { type Answer, decided } from "./answer.ts";
import { type Inputs, trustedOf } from "./inputs.ts";

/**
 * Resolves the image once, reads its evidence, and decides. Only the digest is used after the first question.
 * @throws GateError whatever keeps it from knowing
 */
export async function verifyImage(inputs: Inputs, now: Date, world: World): Promise<Answer> {
  const { image: asked, maxAge: maxAgeMs, limits, tlog, allowHttpRegistry } = inputs;
  const trust = trustIn(trustedOf(inputs), world);
  const access = { credentials: credentialsFor(world), allowHttp: allowHttpRegistry };
  // Waits for both, so that a failure of one leaves no work behind.
  const [found, resolved] = await Promise.allSettled([
    findCosign(inputs.cosignBinary, world),
    pinImage(asked, access, world),
  ]);
  if (found.status === "rejected") throw found.reason;
  if (resolved.status === "rejected") throw resolved.reason;
  const image = resolved.value;
  await requireAttested(image, access, world.signal);
  const evidence = await readEvidence(image, { cosign: found.value, trust, tlog, allowHttpRegistry }, world);
  const pinned = `${image.repository}@${image.digest}`;
  const own = tlog ? ownSigstore(world.env) : [];
  const signer =
    own.length === 0
      ? trust.words
      : `${trust.words}, by the Sigstore that ${own.join(", ")} ${own.length === 1 ? "names" : "name"}`;
  const known = { asked, now, pinned, signer, cosign: found.value, maxAgeMs, limits };
  return decided(acceptEvidence(evidence, { now, maxAgeMs, limits }), known);
}
