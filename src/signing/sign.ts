import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { GateError } from "../system/errors.ts";
import { privateFolder } from "../system/store/private-file.ts";
import type { World } from "../system/world.ts";
import {
  type Asking,
  type Place as AttachedPlace,
  attestedStatements,
  SIGNATURES,
  type SignatureFormat,
  signatureTypes,
} from "./cosign/attached.ts";
import type { Signer } from "./signer.ts";
import { EVIDENCE_NAMES, type Evidence, referenceOf, type Subject } from "./subject.ts";

/** The attestations and signatures written for one subject in one format; empty if they were there already. */
export interface Written {
  readonly subject: Subject;
  readonly format: SignatureFormat;
  readonly evidence: "attached" | "was-there";
  readonly signature: "written" | "was-there";
}

/**
 * Signs images and attaches their evidence: all evidence first, then the signatures, an index's last. So a run that
 * breaks off leaves no signature alongside missing evidence. Evidence that this key has already signed with the same
 * text is not signed again. Everything is read back from the registry.
 * @param subjects in the order in which they are signed, an index after its images
 * @throws GateError `registry-…`, `evidence-too-large`, `signature-not-kept`, `cosign-…`, …
 */
export async function signAll(subjects: readonly Subject[], signer: Signer, world: World): Promise<Written[]> {
  // Evidence of the older format first: Cosign takes an attestation in a bundle for a signature.
  const formats = [...signer.formats].sort((a, b) => b.localeCompare(a));
  const places = formats.flatMap((format) =>
    subjects.map(
      (subject): Place => ({ subject, format, there: readBack({ ...subject, format }, signer.asking, world) }),
    ),
  );
  const attached = new Map<Place, Written["evidence"]>();
  for (const place of places) attached.set(place, await attachEvidence(place, signer, world));
  const written: Written[] = [];
  for (const subject of subjects)
    for (const place of places.filter((each) => each.subject === subject)) {
      const evidence = attached.get(place) ?? "attached";
      written.push({ subject, format: place.format, evidence, signature: await signOne(place, signer) });
    }
  return written;
}

/** One image in one format. */
interface Place {
  readonly subject: Subject;
  readonly format: SignatureFormat;
  readonly there: ReturnType<typeof readBack>;
}

/** The verdict is attached last: if it is there, the rest is there, too. */
async function attachEvidence(place: Place, signer: Signer, world: World): Promise<Written["evidence"]> {
  const { evidence } = place.subject;
  const verdict = evidence.at(-1);
  if (verdict === undefined) throw new TypeError("nothing to attest");
  // Without a key, the signer is not known in advance.
  if (signer.publicKey !== undefined && (await isAttested(place, verdict))) return "was-there";
  for (const each of [evidence.slice(0, -1), [verdict]]) await attach(place, each, signer, world);
  return "attached";
}

async function attach(
  { subject, format, there }: Place,
  some: readonly Evidence[],
  signer: Signer,
  world: World,
): Promise<void> {
  for (const { kind, type, predicate } of some) {
    const during = `attaching the ${EVIDENCE_NAMES[kind]} to ${referenceOf(subject)}`;
    const file = join(privateFolder(world, "predicate"), "predicate.json");
    writeFileSync(file, predicate, { mode: 0o600 });
    world.log.info(`${format}: ${during}`);
    await signer.write("attest", [`--type=${type}`, `--predicate=${file}`, referenceOf(subject)], format, during);
    there.written();
  }
  for (const each of some)
    if (!(await isAttested({ there }, each))) throw notKept(subject, `the ${EVIDENCE_NAMES[each.kind]}`, format);
}

async function isAttested({ there }: Pick<Place, "there">, { type, predicate }: Evidence): Promise<boolean> {
  const wanted = JSON.parse(predicate);
  return (await there.attested(type)).some((each) => isDeepStrictEqual(each, wanted));
}

async function signOne({ subject, format, there }: Place, signer: Signer): Promise<Written["signature"]> {
  if (signer.publicKey !== undefined && (await there.isSigned())) return "was-there";
  await signer.write("sign", [referenceOf(subject)], format, `signing ${referenceOf(subject)}`);
  there.written();
  if (!(await there.isSigned())) throw notKept(subject, "the signature", format);
  return "written";
}

function notKept(subject: Subject, what: string, format: SignatureFormat): GateError {
  return new GateError(
    "signature-not-kept",
    `${referenceOf(subject)} was signed, but ${what} (format ${format}) is not there when it is read back`,
    "The registry, or a cache in front of it, does not keep uploads, or another job writes to the same repository at this moment. Run again.",
  );
}

/** Cosign's own names for predicate types (pkg/cosign/attestation). */
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
 * Asks Cosign for a signer's signatures and attestations on an image in one format. Each question is a process, so an
 * answer is kept until something is written.
 */
export function readBack(place: AttachedPlace, asking: Asking, world: World) {
  let types: Promise<readonly string[]> | undefined;
  const verifiedTypes = () => {
    types ??= signatureTypes(place, asking, world);
    return types;
  };
  return {
    /** To be called after writing: the kept answer is old. */
    written() {
      types = undefined;
    },
    /** True if there is a plain signature. Cosign itself accepts an attestation alone. */
    isSigned: async () => (await verifiedTypes()).includes(SIGNATURES[place.format]),
    /**
     * The attached predicates of a type. If an image has no bundle, Cosign reads the older format although the newer
     * one was requested. Only the type of the signature shows which one it has read. Without a key, others'
     * attestations are included.
     * @throws GateError `evidence-unreadable`, `sigstore-unreachable`, `cosign-…`, `run-cancelled`
     */
    async attested(type: string): Promise<readonly unknown[]> {
      const fullType = TYPES[type] ?? type;
      if (place.format === "bundle" && !(await verifiedTypes()).includes(fullType)) return [];
      const statements = await attestedStatements(place, type, asking, world);
      return statements.flatMap((each) => {
        const { data } = statement.safeParse(each);
        const isOfImage = data?.subject.some(({ digest: { sha256 } }) => `sha256:${sha256}` === place.digest);
        return data?.predicateType === fullType && isOfImage ? [data.predicate] : [];
      });
    },
  };
}
