import { GateError } from "../../system/errors.ts";
import { EngineProblem, engineFailure, type Tried } from "../engine/failures.ts";
import { ImageProblem, type ProblemCode } from "../file/bytes.ts";
import { DocumentProblem } from "../registry/client.ts";
import { acquisitionFailure } from "../registry/failures.ts";

/** The image as messages name it. */
export interface NamedImage {
  readonly label: string;
  /** As the user wrote it. */
  readonly input: string;
}

/** A tar or layout that is not complete. */
function imageDamaged({ label }: Pick<NamedImage, "label">, why: string): GateError {
  return new GateError(
    "image-damaged",
    `${label} was not scanned: it is cut off or damaged (${why})`,
    "Make it again, and see that what writes it (or the download that brings it) came to its end and that the disk is not full.",
  );
}

/** A complete image that is not what it claims to be. */
function imageInconsistent({ label }: Pick<NamedImage, "label">, why: string): GateError {
  return new GateError(
    "image-inconsistent",
    `${label} cannot be judged: it is not what it says, or can be read in two ways (${why})`,
    "Make it anew by `docker save`, buildx, Podman or skopeo, and change nothing in it afterwards. Where a tool of that kind wrote it as it is, judge the image by its reference and report this.",
  );
}

export function imageChanged({ label }: Pick<NamedImage, "label">): GateError {
  return new GateError(
    "image-changed",
    `${label} was changed while it was scanned`,
    "Let what writes it come to its end first, and let nothing write to it meanwhile.",
  );
}

/** Why no image was found at its source. The message is a clause. */
export class NoImage extends ImageProblem {
  constructor(what: string) {
    super("image-inconsistent", what);
  }
}

/** An index has nothing for the wanted platform. */
export class PlatformMissing extends NoImage {
  constructor() {
    super("its index has nothing for the platform");
  }
}

/** A registry has something else under the name. */
export class NotAnImage extends NoImage {
  constructor() {
    super("it is another kind of artifact");
  }
}

/** A file that is neither a tar of an image nor a layout. */
export class UnreadableFile extends NoImage {}

/** Somebody wrote to it while it was read. */
export class SourceChanged extends NoImage {
  constructor() {
    super("it was changed meanwhile");
  }
}

/** A tar with more than one image. */
export class SeveralInFile extends NoImage {}

/** Several images are there, and nothing says which is meant. */
export class ImageAmbiguous extends NoImage {
  readonly names: readonly string[];

  /** @param names one for each image */
  constructor(names: readonly string[]) {
    super("it holds several images");
    this.names = names;
  }
}

export function scanTimeout({ label }: Pick<NamedImage, "label">, timeoutMs: number): GateError {
  return new GateError(
    "scan-timeout",
    `${label} was not scanned within ${Math.round(timeoutMs / 1000)} s`,
    "Raise `timeout`; leave large folders out by `skip-dirs`; scan for secrets apart, which takes longest. Where an image is pulled, check that its registry answers this machine.",
  );
}

/** What went wrong while an image was brought in, as an error with its own code. */
export function acquisitionError(thrown: unknown, image: NamedImage, { platform, timeoutMs }: Asked): GateError {
  if (thrown instanceof GateError) return thrown;
  if (thrown instanceof EngineProblem) return engineFailure(image, thrown);
  if (thrown instanceof NoImage) return noImage(thrown, image, platform);
  if (thrown instanceof DocumentProblem) return imageInconsistent(image, thrown.what);
  if (thrown instanceof ImageProblem) return PROBLEMS[thrown.code](image, thrown.message);
  const { code = "" } = thrown as NodeJS.ErrnoException;
  if (/^Z/.test(code)) return imageDamaged(image, `its compression is damaged: ${code}`);
  return acquisitionFailure(thrown, { reference: image.label, timeoutMs });
}

const PROBLEMS: Readonly<Record<ProblemCode, (image: NamedImage, why: string) => GateError>> = {
  "image-damaged": imageDamaged,
  "image-inconsistent": imageInconsistent,
  "image-too-large": ({ label }, why) =>
    new GateError(
      "image-too-large",
      `${label} cannot be judged: it is larger than what is read (${why})`,
      "Build it with fewer and smaller files, and with fewer folders within each other; what is read of an image is bounded, so that none can keep a machine busy.",
    ),
  "lazy-table-differs": ({ label }, why) =>
    new GateError(
      "lazy-table-differs",
      `${label} cannot be judged: an engine that pulls it lazily may run other files than those that were read (${why})`,
      "Build it anew without a table (buildx: `--output type=image,compression=gzip,force-compression=true`), or copy it (`skopeo copy --dest-compress-format gzip --dest-force-compress-format …`); judge and run that one. Do not run this one by stargz-snapshotter or Podman's partial pulls.",
    ),
  "unknown-compression": ({ label }, why) =>
    new GateError(
      "compression-unknown",
      `${label} cannot be judged: a layer is packed in a way that is not known (${why})`,
      "Build it with layers that are packed by gzip or zstd, or not at all (`docker buildx build --output type=image,compression=gzip`).",
    ),
};

/** How an image was asked for. */
interface Asked {
  readonly platform: string | undefined;
  readonly timeoutMs: number;
}

const LOAD_HINT =
  "If it was built here, it must be in the local Docker or Podman under exactly this name: docker/build-push-action needs `load: true`.";

/** What went wrong in an image's registry, after the engines of this machine were asked in vain. */
export function notInRegistry(
  thrown: unknown,
  image: NamedImage,
  { tried, ...asked }: Asked & { readonly tried: readonly Tried[] },
): GateError {
  const error = acquisitionError(thrown, image, asked);
  // Podman and buildx use this prefix for images that only exist on this machine.
  const isLocal = image.input.startsWith("localhost/") && error.code === "registry-unreachable";
  if (isLocal && tried.some(({ outcome }) => outcome.kind === "missing")) return engineFailure(image, tried);
  if (error.code === "image-not-found") return missing(image, tried.length > 0);
  const isHinted = tried.length > 0 && HINTED.has(error.code) && !error.remedy.includes("load: true");
  return isHinted
    ? new GateError(error.code, error.what, `${error.remedy} ${LOAD_HINT}`, { cause: error.cause })
    : error;
}

const HINTED: ReadonlySet<string> = new Set(["image-denied", "registry-unreachable", "registry-broken-off"]);

function missing({ label }: NamedImage, mayBeHere: boolean): GateError {
  const where = mayBeHere ? ", neither on this machine nor in its registry" : " in its registry";
  return new GateError("image-not-found", `There is no image ${label}${where}`, `Check name and tag. ${LOAD_HINT}`);
}

export function referenceInvalid({ label }: Pick<NamedImage, "label">): GateError {
  return new GateError(
    "reference-invalid",
    `${label} was not scanned: it is not an image reference`,
    "Write it as `registry/name:tag` or `registry/name@sha256:…`; names are in lower case.",
  );
}

function noImage(problem: NoImage, { label }: NamedImage, platform: string | undefined): GateError {
  if (problem instanceof SourceChanged) return imageChanged({ label });
  if (problem instanceof ImageAmbiguous) return imageAmbiguous(label, problem.names);
  if (problem instanceof PlatformMissing)
    return new GateError(
      "platform-mismatch",
      `${label} is not there: the image's index has nothing for ${platform ?? "linux/amd64"}`,
      "Build the image for this platform, or name one that it has by `platform`.",
    );
  if (problem instanceof NotAnImage)
    return new GateError(
      "image-unreadable",
      `${label} is not a container image, but another kind of artifact`,
      "Check name and tag: signatures, SBOMs and charts lie in registries as well.",
    );
  if (problem instanceof UnreadableFile)
    return new GateError(
      "image-unreadable",
      `${label} was not scanned: it is neither a \`docker save\` tar nor an OCI layout folder (${problem.message})`,
      "Make the tar with `docker save` or with buildx's `type=docker,dest=…`, or name an unpacked OCI layout folder; a tarred OCI layout is not read.",
    );
  if (problem instanceof SeveralInFile)
    return new GateError(
      "image-ambiguous",
      `${label} was not scanned: ${problem.message}, and a tar of images has no way to say which is meant`,
      "Save each image to a tar of its own (`docker save --output=app.tar IMAGE`, one name each), and name them one a line.",
    );
  return imageInconsistent({ label }, problem.message);
}

function imageAmbiguous(label: string, images: readonly string[]): GateError {
  const shown = images.slice(0, 10).join(", ") + (images.length > 10 ? ", …" : "");
  return new GateError(
    "image-ambiguous",
    `${label} was not scanned: it holds ${images.length} images, and nothing says which is meant (${shown})`,
    "Name the platforms by `platform`, one a line, or put an image's tag behind the folder: `./layout:1.0`.",
  );
}
