import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { RunningImage } from "../../domain/history/running.ts";
import { parseReference } from "../../domain/image/reference.ts";
import type { LocatedTarget, ScanResult } from "../../domain/target.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { type Outcome, settled } from "../outcomes.ts";
import type { Worker } from "../workers.ts";
import { type Content, targetOf } from "./content.ts";

/** A scan of an image, with a new SBOM of it if that was requested and possible. */
export type ReadImage = Outcome & { readonly sbom?: Buffer | undefined };

/**
 * Reads an image where it runs, by each of its names until one works. If none does, the first failure counts.
 * @param makesSbom true if an SBOM of it is wanted
 * @throws GateError `run-cancelled`
 */
export async function readContent(
  images: Content,
  makesSbom: boolean,
  worker: Worker,
  world: World,
): Promise<ReadImage> {
  let failed: ReadImage | undefined;
  const byName = Map.groupBy(images, ({ name }) => name).values();
  for (const [image] of byName as Iterable<Content>) {
    const read = await settled(() => readImage(image, makesSbom, worker, world), world);
    if ("scan" in read) return read;
    failed ??= read;
  }
  return failed as ReadImage;
}

/**
 * Scans the digest in its registry, or an image that only a daemon has.
 * @throws GateError if it cannot be scanned; `image-moved`
 */
async function readImage(
  image: RunningImage,
  makesSbom: boolean,
  { session, memory }: Worker,
  world: World,
): Promise<{ readonly scan: ScanResult; readonly sbom?: Buffer | undefined }> {
  const target = targetOf(image);
  const { digest, imageId, daemon } = image;
  // One digest on two platforms can be scanned twice at the same time.
  const reportFile = join(world.runFolder, `running-${randomUUID()}.json`);
  const options = { reportFile, memory };
  try {
    if (digest === undefined) {
      if (imageId === undefined || daemon === undefined) throw new TypeError("an image has a digest or a daemon");
      const located = { how: "reference", location: imageId } as const;
      const source = daemon.engine === "podman" ? "podman" : "docker";
      const scan = await session.scan(target, located, { ...options, imageSource: [source], host: daemon.host }, world);
      const { artifact, provenance } = scan;
      const notes = [...(provenance.notes ?? [])];
      // Podman's id of an image is a configuration's digest. Docker's is a manifest's if containerd stores its images.
      if (artifact.imageId !== imageId && source === "podman")
        throw new GateError(
          "image-moved",
          `${image.reference} was not judged: its daemon gave another image than the one that runs`,
          "Run again. If it happens again, an image of that daemon has an id as its name.",
        );
      if (artifact.imageId !== imageId) notes.push(`Its daemon knows it as ${imageId}.`);
      const from = `the ${source === "podman" ? "Podman" : "Docker"} that runs it`;
      return { scan: { ...scan, provenance: { ...provenance, source: from, notes } } };
    }
    const name = parseReference(image.reference)?.name ?? image.name;
    const located: LocatedTarget = { how: "reference", location: `${name}@${digest}`, platform: image.platform };
    let sbom: Buffer | undefined;
    const onSbom = (made: Buffer | { readonly why: string }) => {
      if (Buffer.isBuffer(made)) sbom = made;
      else world.log.info(`No SBOM of ${target.label} is stored: ${made.why}.`);
    };
    // A daemon may have another image under the same name.
    const asked = { ...options, imageSource: ["remote"], ...(makesSbom && { onSbom }) };
    const scan = await session.scan(target, located, asked, world);
    return { scan, sbom };
  } finally {
    // It is not needed any more, and the reports of hundreds of images would fill the disk.
    rmSync(reportFile, { force: true });
  }
}
