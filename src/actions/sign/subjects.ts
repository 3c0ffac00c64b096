import {
  outdated,
  type PushedContents,
  planSigning,
  type SigningPlan,
  type SigningRefusal,
} from "../../domain/evidence/signing-plan.ts";
import { isSameRepository, parseReference, withoutTag } from "../../domain/image/reference.ts";
import type { RegistryReader } from "../../images/registry/client.ts";
import { answered, documentOf } from "../../signing/in-registry.ts";
import type { Subject } from "../../signing/subject.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { evidenceOf, verdictEvidence } from "./evidence.ts";
import type { Inputs } from "./inputs.ts";
import type { GivenReport } from "./report.ts";

/** The subjects to sign, and notes for the reader. */
interface Subjects {
  /** An index after its images. */
  readonly subjects: readonly Subject[];
  /** For each image its index if that is signed, otherwise the image itself. */
  readonly tops: readonly Subject[];
  readonly notes: readonly string[];
}

interface Means {
  readonly reader: RegistryReader;
  /** True if a manifest's layers are the ones that its configuration names. */
  readonly layersFit: (repository: string, digest: string) => Promise<boolean>;
}

/** No honest index has more images. */
const MOST_IMAGES = 100;

/**
 * The subjects that a report allows to sign, as they are in their registry now, with their evidence.
 * @throws GateError `not-a-pass`, `nothing-to-sign`, `report-outdated`, `scan-too-old`, `scan-database-too-old`,
 * `tag-moved`, `layers-differ`, `image-…`, `evidence-…`, …
 */
export async function subjectsOf(
  given: GivenReport,
  { image, maxAge: maxAgeMs, maxDbAge: maxDbAgeMs }: Pick<Inputs, "image" | "maxAge" | "maxDbAge">,
  { reader, layersFit }: Means,
  world: World,
): Promise<Subjects> {
  const pushed = image === undefined ? undefined : await pushedAs(image, reader);
  const plan = planSigning(given.report, pushed);
  if ("code" in plan) throw refused(plan);
  const old = outdated(plan, { maxAgeMs, maxDbAgeMs, now: world.now() });
  if (old !== undefined) throw refused(old);
  // The repository becomes an argument of Cosign, and its host gets requests.
  for (const { repository } of [...plan.images, ...plan.indexes])
    if (parseReference(repository)?.name !== repository)
      throw inconsistent(`${JSON.stringify(repository)} is not a repository`);
  if (pushed === undefined) await holdTags(given, plan, reader);
  await holdManifests(plan, reader);
  await holdLayers(plan, layersFit);
  const images = plan.images.map(({ repository, digest, platform, predicate, files }): Subject => {
    const evidence = evidenceOf(predicate, files, given.path, world);
    return { repository, digest, platform, isIndex: false, evidence };
  });
  const indexes = plan.indexes.map(({ repository, digest, predicate }): Subject => {
    return { repository, digest, isIndex: true, evidence: [verdictEvidence(predicate)] };
  });
  const listed = new Set(
    plan.indexes.flatMap(({ repository, images: own }) => own.map(({ digest }) => `${repository}@${digest}`)),
  );
  const alone = images.filter(({ repository, digest }) => !listed.has(`${repository}@${digest}`));
  return { subjects: [...images, ...indexes], tops: [...indexes, ...alone], notes: notesOf(plan, images) };
}

function refused({ code, what, remedy }: SigningRefusal): GateError {
  return new GateError(code, what, remedy);
}

/** The image that the user's reference names in its registry now. */
async function pushedAs(image: string, reader: RegistryReader): Promise<PushedContents> {
  const { tag = "latest", digest } = parseReference(image) ?? {};
  const repository = withoutTag(image);
  const document = await documentOf(reader, repository, digest ?? tag);
  if (document.kind === "manifest")
    return { repository, images: [{ digest: document.digest, config: document.config.digest }] };
  if (document.images.length > MOST_IMAGES)
    throw new GateError(
      "image-not-judged",
      `The index ${image} lists ${document.images.length} images; at most ${MOST_IMAGES} are signed together`,
      "Sign the images by themselves.",
    );
  const images: PushedContents["images"][number][] = [];
  for (const { digest: listed, platform } of document.images) {
    const manifest = await documentOf(reader, repository, listed);
    // An index within an index was not judged: its images are not in the report.
    const config = manifest.kind === "manifest" ? manifest.config.digest : "";
    images.push({ digest: listed, config, platform });
  }
  return { repository, images, index: document.digest };
}

/** A scanned tag must still name the image that was judged. @throws GateError `tag-moved` */
async function holdTags({ report }: GivenReport, { images }: SigningPlan, reader: RegistryReader): Promise<void> {
  for (const { input, artifact } of report.targets) {
    const { tag = "latest", digest } = parseReference(input) ?? {};
    const planned = images.find((each) => each.digest === artifact?.digest && isSameRepository(each.repository, input));
    if (planned === undefined || digest !== undefined) continue;
    const repository = withoutTag(input);
    const now = await documentOf(reader, repository, tag);
    const listed = now.kind === "index" ? now.images : [];
    if ([now, ...listed].some((each) => each.digest === planned.digest)) continue;
    throw new GateError(
      "tag-moved",
      `${repository}:${tag} was ${planned.digest} when it was judged, and is ${now.digest} now`,
      "Another image was pushed under this tag since then, and the gate has not judged it. Let the gate judge the digest that the build has pushed.",
    );
  }
}

/** Checks the report's manifests and indexes: their bytes are read, and must have their digest. */
async function holdManifests({ images, indexes }: SigningPlan, reader: RegistryReader): Promise<void> {
  for (const { repository, digest } of images) {
    const document = await documentOf(reader, repository, digest);
    if (document.kind !== "manifest")
      throw inconsistent(`${repository}@${digest} is an index, and not the image that it says`);
  }
  for (const { repository, digest, images: own } of indexes) {
    const document = await documentOf(reader, repository, digest);
    const judged = new Set(own.map((image) => image.digest));
    if (document.kind !== "index" || !document.images.every((image) => judged.has(image.digest)))
      throw inconsistent(`the index ${repository}@${digest} lists other images than it says`);
  }
}

/**
 * An image that was pushed after the scan must have the layers of the configuration that was judged. Podman, CRI-O and
 * others do not check that themselves.
 * @throws GateError `layers-differ`
 */
async function holdLayers({ images }: SigningPlan, layersFit: Means["layersFit"]): Promise<void> {
  for (const { repository, digest, byConfiguration } of images) {
    if (byConfiguration !== true) continue;
    if (await answered(`${repository}@${digest}`, layersFit(repository, digest))) continue;
    throw new GateError(
      "layers-differ",
      `${repository}@${digest} has the configuration of the image that was judged, but the layers of another`,
      "Find out who pushed it. Push the very image that was scanned, or let the gate judge what was pushed.",
    );
  }
}

function inconsistent(how: string): GateError {
  return new GateError(
    "report-edited",
    `The report is wrong: ${how}`,
    "Use the report as the gate wrote it. Nothing may change it.",
  );
}

function notesOf({ left }: SigningPlan, images: readonly Subject[]): string[] {
  const hasNone = images.some(({ evidence }) => evidence.every(({ kind }) => kind !== "sbom"));
  return [
    ...left.map((each) => `${each}.`),
    ...(hasNone ? ["No SBOM is attached, as the gate wrote none: add `cyclonedx` with a path to its `reports`."] : []),
  ];
}
