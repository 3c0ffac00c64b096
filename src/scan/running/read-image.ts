import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { RunningImage } from "../../domain/history/seen.ts";
import { parseReference } from "../../domain/image/reference.ts";
import type { LocatedTarget, ScanResult } from "../../domain/target.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import type { Worker } from "../workers.ts";
import { targetOf } from "./content.ts";

/** A scan of an image, with a new SBOM of it if one was asked for and could be made. */
export interface ReadImage {
  readonly scan: ScanResult;
  readonly sbom?: Buffer | undefined;
}

/**
 * Reads an image where it runs: the digest from its registry, or what only a daemon has from there.
 * @param makesSbom whether an SBOM of it is wanted
 * @throws GateError if it cannot be scanned; `image-moved`
 */
export async function readImage(
  image: RunningImage,
  makesSbom: boolean,
  { session, memory }: Pick<Worker, "session" | "memory">,
  world: World,
): Promise<ReadImage> {
  const target = targetOf(image);
  const { digest, imageId, daemon } = image;
  // Of one digest on two platforms, two can be scanned at once.
  const reportFile = join(world.runFolder, `running-${randomUUID()}.json`);
  const options = { reportFile, memory };
  try {
    if (digest === undefined) {
      if (imageId === undefined || daemon === undefined) throw new TypeError("an image has a digest or a daemon");
      const located = { how: "reference", location: imageId } as const;
      const source = daemon.engine === "podman" ? "podman" : "docker";
      const scan = await session.scan(target, located, { ...options, imageSource: [source], host: daemon.host }, world);
      return { scan: fromDaemon(image, scan) };
    }
    const name = parseReference(image.reference)?.name ?? image.name;
    const located: LocatedTarget = { how: "reference", location: `${name}@${digest}`, platform: image.platform };
    let made: Buffer | undefined;
    const onSbom = (sbom: Buffer | { readonly why: string }) => {
      if (Buffer.isBuffer(sbom)) made = sbom;
      else world.log.info(`No SBOM of ${target.label} is stored: ${sbom.why}.`);
    };
    // A daemon may hold something else under the same name.
    const asked = { ...options, imageSource: ["remote"], ...(makesSbom && { onSbom }) };
    const scan = await session.scan(target, located, asked, world);
    return { scan, sbom: made };
  } finally {
    // It is not needed any more, and those of hundreds of images would fill the disk.
    rmSync(reportFile, { force: true });
  }
}

/** @throws GateError `image-moved` */
function fromDaemon({ reference, imageId, daemon }: RunningImage, scan: ScanResult): ScanResult {
  const { artifact, provenance } = scan;
  const source = `the ${daemon?.engine === "podman" ? "Podman" : "Docker"} that runs it`;
  const notes = [...(provenance.notes ?? [])];
  if (artifact.imageId !== imageId) {
    // Podman's ids are those of configurations. Docker's are those of manifests if containerd stores its images.
    if (daemon?.engine === "podman")
      throw new GateError(
        "image-moved",
        `${reference} was not judged: its daemon gave another image than the one that runs`,
        "Run again. Where it stays, an image of that daemon has an id as its name.",
      );
    notes.push(`Its daemon knows it as ${imageId}.`);
  }
  return { ...scan, provenance: { ...provenance, source, notes } };
}
