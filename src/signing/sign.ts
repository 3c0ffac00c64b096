import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../domain/is-object.ts";
import { GateError } from "../system/errors.ts";
import { privateFolder } from "../system/store/private-file.ts";
import type { World } from "../system/world.ts";
import type { SignatureFormat } from "./cosign/payload.ts";
import { attestedPredicates, isSigned, type Reading } from "./read-back.ts";
import type { Signer } from "./signer.ts";
import { EVIDENCE_NAMES, type Evidence, referenceOf, type Subject } from "./subject.ts";

/** What was written for one subject in one format; nothing, if it was there already. */
export interface Written {
  readonly subject: Subject;
  readonly format: SignatureFormat;
  readonly evidence: "attached" | "was-there";
  readonly signature: "written" | "was-there";
}

/**
 * Signs images and attaches their evidence: all evidence first, then the signatures, an index's last. So a run that
 * breaks off leaves no signature beside missing evidence. What this key has signed with the same words before is not
 * signed again. Everything is read back from the registry.
 * @param subjects in the order in which they are signed, an index after its images
 * @throws GateError `registry-…`, `evidence-too-large`, `signature-not-kept`, `cosign-…`, …
 */
export async function signAll(subjects: readonly Subject[], signer: Signer, world: World): Promise<Written[]> {
  const attached = new Map<string, Written["evidence"]>();
  const keyOf = (subject: Subject, format: SignatureFormat) => `${format} ${referenceOf(subject)}`;
  // Evidence of the older format first: Cosign takes an attestation in a bundle for a signature.
  const formats = [...signer.formats].sort((a, b) => b.localeCompare(a));
  for (const format of formats)
    for (const subject of subjects)
      attached.set(keyOf(subject, format), await attachEvidence(subject, format, signer, world));
  const written: Written[] = [];
  for (const subject of subjects)
    for (const format of formats) {
      const signature = await signOne(subject, format, signer);
      written.push({ subject, format, evidence: attached.get(keyOf(subject, format)) ?? "attached", signature });
    }
  return written;
}

/** The verdict is attached last: if it is there, so is the rest. */
async function attachEvidence(subject: Subject, format: SignatureFormat, signer: Signer, world: World) {
  const verdict = subject.evidence.at(-1);
  if (verdict === undefined) throw new TypeError("nothing to attest");
  // Without a key, it cannot be known in advance who signs.
  if (signer.publicKey !== undefined && (await isAttested(subject, verdict, { format, signer }))) return "was-there";
  for (const evidence of subject.evidence) {
    const during = `attaching the ${EVIDENCE_NAMES[evidence.kind]} to ${referenceOf(subject)}`;
    const file = join(privateFolder(world, "predicate"), "predicate.json");
    writeFileSync(file, evidence.predicate, { mode: 0o600 });
    world.log.info(`${format}: ${during}`);
    await signer.write(
      "attest",
      [`--type=${evidence.type}`, `--predicate=${file}`, referenceOf(subject)],
      format,
      during,
    );
    if (!(await isAttested(subject, evidence, { format, signer })))
      throw notKept(subject, `the ${EVIDENCE_NAMES[evidence.kind]}`, format);
  }
  return "attached";
}

async function isAttested(subject: Subject, evidence: Evidence, { format, signer }: Reading): Promise<boolean> {
  const found = await attestedPredicates(subject, evidence.type, { format, signer });
  const wanted = canonical(JSON.parse(evidence.predicate));
  return found.some((predicate) => canonical(predicate) === wanted);
}

async function signOne(subject: Subject, format: SignatureFormat, signer: Signer): Promise<Written["signature"]> {
  if (signer.publicKey !== undefined && (await isSigned(subject, { format, signer }))) return "was-there";
  await signer.write("sign", [referenceOf(subject)], format, `signing ${referenceOf(subject)}`);
  if (!(await isSigned(subject, { format, signer }))) throw notKept(subject, "the signature", format);
  return "written";
}

function notKept(subject: Subject, what: string, format: SignatureFormat): GateError {
  return new GateError(
    "signature-not-kept",
    `${referenceOf(subject)} was signed, but ${what} (format ${format}) is not there when it is read back`,
    "The registry, or a cache before it, does not keep what was written to it, or somebody writes to the same repository at this moment. Run again.",
  );
}

/** Equal for values with the same content, whatever the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (!isObject(part)) return part;
    return Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1));
  });
}
