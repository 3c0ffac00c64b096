import { weighEarlier } from "../domain/evidence/accept.ts";
import { type VerdictPredicate, verdictPredicate } from "../domain/evidence/predicate.ts";
import { GateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import type { Signer } from "./signer.ts";
import { referenceOf, type Subject } from "./subject.ts";
import { type RegistryAccess, readStatements, requireAttested } from "./verify/evidence.ts";

/**
 * Reads this signer's attestations about an image, in the subject's repository.
 * @returns earlier verdicts that are not a pass, the newest first
 * @throws GateError `newer-verdict` if one of them is newer than the subject's own; `evidence-unreadable`, `cosign-…`
 */
export type ReadEarlier = (subject: Subject) => Promise<readonly VerdictPredicate[]>;

/** Without a key, the signer is not known yet: the verdicts of all signers count. */
export function earlierReader(
  { publicKey, asking }: Pick<Signer, "publicKey" | "asking">,
  access: RegistryAccess,
  world: World,
): ReadEarlier {
  // A key's signature proves its owner, even without a log.
  const anyLog = { ...asking, tlog: publicKey === undefined };
  return async (subject) => {
    const image = { repository: subject.repository, digest: subject.digest };
    // No attestation in the registry: no need to start Cosign.
    const isAttached = await requireAttested(image, access, world.signal);
    const statements = isAttached ? await readStatements(image, anyLog, world) : [];
    const { against, refusing } = weighEarlier(statements, subject.digest, ownVerdict(subject));
    if (against === undefined) return refusing;
    throw new GateError(
      "newer-verdict",
      `${referenceOf(subject)} is not signed: ${against}`,
      `It was withdrawn, or judged again, after the scan of this report. Run the gate on this digest again, and sign the new pass.${publicKey === undefined ? ANYBODY : ""}`,
    );
  };
}

/** Anyone with write access to the repository could also remove the image, so this gives them no new power. */
const ANYBODY =
  " Without a key, a verdict by anyone who may write to the repository counts: remove a stranger's attestation from it, or sign with a key.";

function ownVerdict({ evidence }: Subject): VerdictPredicate {
  const own = evidence.findLast(({ kind }) => kind === "verdict");
  if (own === undefined) throw new TypeError("nothing to attest");
  return verdictPredicate.parse(JSON.parse(own.predicate));
}
