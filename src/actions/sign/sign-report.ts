import { hasItsOwnLayers } from "../../images/acquire/own-layers.ts";
import { registryReader } from "../../images/registry/client.ts";
import { credentialsFor } from "../../images/registry/credentials.ts";
import { tagDigest } from "../../images/registry/tag-digest.ts";
import { findCosign } from "../../signing/cosign/program.ts";
import { earlierReader } from "../../signing/earlier-verdicts.ts";
import { answered } from "../../signing/in-registry.ts";
import { type DigestOf, earlierOf, promote, requireFree } from "../../signing/promote.ts";
import { signAll, type Written } from "../../signing/sign.ts";
import { prepareSigner } from "../../signing/signer.ts";
import type { Subject } from "../../signing/subject.ts";
import { GateError } from "../../system/errors.ts";
import { privateFolder } from "../../system/store/private-file.ts";
import type { World } from "../../system/world.ts";
import type { Inputs } from "./inputs.ts";
import type { Signed } from "./outputs.ts";
import { readGivenReport } from "./report.ts";
import { subjectsOf } from "./subjects.ts";

/** The signed subjects, and notes for the reader. */
export interface Result extends Signed {
  readonly written: readonly Written[];
  readonly notes: readonly string[];
  /** In PEM; absent: the job's identity has signed. */
  readonly publicKey?: string | undefined;
}

/**
 * Signs what a report of the gate calls a pass. Before the first signature it checks all that it can: the report, the
 * images in their registry, the evidence, Cosign, the key, and the destination of a promotion.
 * @throws GateError
 */
export async function signReport(inputs: Inputs, world: World): Promise<Result> {
  const { cosignPassword, promoteTo: destination, allowHttpRegistry } = inputs;
  const password = cosignPassword ?? world.env.COSIGN_PASSWORD;
  if (password) world.log.mask(password);
  const report = readGivenReport(inputs, world);
  const access = { credentials: credentialsFor(world), signal: world.signal, allowHttp: allowHttpRegistry };
  const folder = privateFolder(world, "layers");
  const layersFit = (repository: string, digest: string) => hasItsOwnLayers(repository, digest, { ...access, folder });
  const means = { reader: registryReader(access), layersFit };
  const { subjects, tops, notes } = await subjectsOf(report, inputs, means, world);
  const cosign = await findCosign(inputs.cosignBinary, world);
  const signer = await prepareSigner({ ...inputs, cosign, key: inputs.cosignKey, password }, world);
  // Asks the registry each time, since the tag can move.
  const digestOf: DigestOf = ({ repository, tag }) =>
    answered(`${repository}:${tag}`, tagDigest(repository, tag, access));
  const copy = destination && { destination, top: onlyOne(tops) };
  if (copy !== undefined) await requireFree(copy.destination, copy.top, digestOf);
  const readEarlier = earlierReader(signer, access, world);
  const earlier = await earlierOf(subjects, readEarlier);
  const written = await signAll(subjects, signer, world);
  if (copy !== undefined) await promote({ ...copy, subjects, earlier, readEarlier }, signer, digestOf, world);
  const promoted = copy && { ...copy.top, repository: copy.destination.repository };
  return { subjects, tops, notes, written, promoted, publicKey: signer.publicKey?.pem };
}

/** One tag can be only one image. */
function onlyOne(tops: readonly Subject[]): Subject {
  const [top, ...others] = tops;
  if (top !== undefined && others.length === 0) return top;
  throw new GateError(
    "promotion-ambiguous",
    `\`promote-to\` names one tag, but the report has ${tops.length} images that would get it`,
    "Choose one with `image`. The platforms of an index can be promoted together if each of them was judged: `platform: all` of the gate.",
  );
}
