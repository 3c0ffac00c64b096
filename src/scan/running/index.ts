import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { RunningImage, Way } from "../../domain/history/seen.ts";
import { parseReference } from "../../domain/image/reference.ts";
import type { ScanOutcome } from "../../domain/judge/judge.ts";
import type { EndedScan, LocatedTarget, ScanResult, Target } from "../../domain/target.ts";
import type { TargetError } from "../../domain/verdict.ts";
import type { Scanner, UnfitSbom } from "../../scanners/scanner.ts";
import { asGateError, GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { withHeldLog } from "../scan-targets.ts";
import { type Machine, scanAll, thisMachine, type Worker, workersOn } from "../workers.ts";
import { atATime } from "./at-a-time.ts";
import type { ResolvedImages } from "./resolve.ts";

export { type ResolvedImages, type Resolving, resolveRunning } from "./resolve.ts";

/** What scanning running images needs. */
export interface RunningScan {
  /** An error if there is no usable scanner: each image then has it. */
  readonly scanner: Scanner | GateError;
  /** Scans those images of which somebody else has a report; {@link scanner} scans the others. */
  readonly reported?: { readonly scanner: Scanner; readonly has: (image: RunningImage) => boolean } | undefined;
  /** The stored SBOM of a digest, packed. Absent: none is used, and none is made. */
  readonly sbomOf?: ((digest: string) => Buffer | undefined) | undefined;
  /** The log line that says that one of several scans has ended. */
  readonly progress: (ended: EndedScan) => string;
  readonly machine?: Machine;
}

/** A running image, and what became of its scan. */
export interface ScannedImage {
  readonly image: RunningImage;
  /** Its target is this image's alone: rules match its reference as the source writes it. */
  readonly outcome: ScanOutcome;
  /** Absent if it could not be scanned. */
  readonly way?: Way | undefined;
}

export interface ScannedImages {
  /** One for each image, in their order. */
  readonly scanned: readonly ScannedImage[];
  /** New SBOMs, packed, by the digest that runs. */
  readonly sboms: ReadonlyMap<string, Buffer>;
  /** What a reader must know, as sentences. */
  readonly notes: readonly string[];
}

/** How many stored SBOMs are scanned together. */
const MOST_TOGETHER = 25;

/** Images with the same content, which are scanned once. */
interface Content {
  readonly images: readonly RunningImage[];
  readonly digest: string | undefined;
  outcome?: { readonly scan: ScanResult; readonly way: Way } | { readonly error: TargetError };
  /** Why its stored SBOM was not used. */
  unfit?: UnfitSbom;
}

/**
 * Scans each digest once, however many names and tags it has: by its stored SBOM if there is one that fits, else by reading the
 * image. What is scanned is always the digest, so that a tag may move meanwhile. A failure is the error of the digest's images.
 * @throws GateError `run-cancelled`
 */
export async function scanRunning(
  { images, errors }: ResolvedImages,
  scanning: RunningScan,
  world: World,
): Promise<ScannedImages> {
  const known = images.filter((image) => !errors.has(image));
  const contents = [...Map.groupBy(known, contentOf).values()].map(
    (same): Content => ({ images: same, digest: same[0]?.digest }),
  );
  const sboms = new Map<string, Buffer>();
  const run = { ...scanning, machine: scanning.machine ?? thisMachine(), sboms, say: progressOf(contents, scanning) };
  const { reported, scanner } = scanning;
  const [elsewhere, here] = parted(contents, ({ images: same, digest }) => {
    return digest !== undefined && reported !== undefined && same.some(reported.has);
  });
  if (reported !== undefined) await readReports(elsewhere, { ...run, scanner: reported.scanner }, world);
  if (scanner instanceof GateError) for (const each of here) each.outcome = { error: errorOf(scanner) };
  else await scanContents(here, { ...run, scanner }, world);
  const byImage = new Map(contents.flatMap((each) => each.images.map((image) => [image, each])));
  return {
    scanned: images.map((image) => scannedImage(image, byImage.get(image)?.outcome, errors.get(image))),
    sboms,
    notes: notesOf(scanning, contents),
  };
}

/** Equal for what has the same bytes: whoever gives an image by its digest, its layers are held to it. */
export function contentOf({ digest, platform, imageId, daemon }: RunningImage): string {
  return JSON.stringify(digest === undefined ? [imageId, daemon?.host] : [digest, platform ?? "linux/amd64"]);
}

function parted<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [first: T[], second: T[]] {
  const groups = Map.groupBy(items, isFirst);
  return [groups.get(true) ?? [], groups.get(false) ?? []];
}

interface Run extends RunningScan {
  readonly scanner: Scanner;
  readonly machine: Machine;
  readonly sboms: Map<string, Buffer>;
  readonly say: (content: Content, log: World["log"], began: number) => void;
}

async function scanContents(contents: readonly Content[], run: Run, world: World): Promise<void> {
  const { machine, scanner, say } = run;
  const stored = contents.filter(({ digest }) => digest !== undefined && run.sbomOf?.(digest) !== undefined);
  const count = workersOn(machine, stored.length);
  const memory = machine.memory / count;
  const joined = count > 1 ? AbortSignal.abort() : new AbortController().signal;
  const size = Math.min(MOST_TOGETHER, Math.ceil(stored.length / count));
  const parts = Array.from({ length: Math.ceil(stored.length / size) }, (_, at) =>
    stored.slice(at * size, (at + 1) * size),
  );
  await atATime(count, parts, (part) =>
    withHeldLog(world.log, joined, async (log) => {
      const began = performance.now();
      await together(part, run, memory, { ...world, log });
      for (const content of part) {
        if (content.outcome === undefined && content.unfit === undefined)
          await bySbom(content, run, { memory }, { ...world, log });
        if (content.outcome !== undefined) say(content, log, began);
      }
    }),
  );
  const items = contents.filter(({ outcome }) => outcome === undefined);
  const scan = (content: Content, worker: Worker) =>
    withHeldLog(world.log, worker.joined, async (log) => {
      const began = performance.now();
      await byImage(content, run, worker, { ...world, log });
      say(content, log, began);
      return content.outcome !== undefined && "scan" in content.outcome;
    });
  await scanAll({ items, machine, folder: world.runFolder, lane: scanner.lane, scan });
}

/** Scans what can be scanned together, and leaves the rest open. */
async function together(
  contents: readonly Content[],
  { scanner, sbomOf }: Run,
  memory: number,
  world: World,
): Promise<void> {
  const items = contents.flatMap((content) => {
    const [image] = content.images;
    const packed = content.digest === undefined ? undefined : sbomOf?.(content.digest);
    if (image === undefined || content.digest === undefined || packed === undefined) return [];
    return [{ content, target: targetOf(image), sbom: { packed, digest: content.digest, memory } }];
  });
  if (items.length < 2) return;
  const found = await scanner.scanStoredTogether?.(items, world);
  for (const [index, { content }] of items.entries()) {
    const each = found?.[index];
    if (each === undefined) continue;
    if ("unfit" in each) content.unfit = each;
    else content.outcome = { scan: each, way: "sbom" };
  }
}

/** Leaves the outcome open if the SBOM does not fit. */
async function bySbom(
  content: Content,
  { scanner, sbomOf }: Run,
  options: { readonly memory?: number; readonly anyVersion?: boolean },
  world: World,
): Promise<void> {
  const { digest, images } = content;
  const [image] = images;
  const packed = digest === undefined ? undefined : sbomOf?.(digest);
  if (image === undefined || digest === undefined || packed === undefined || scanner.scanStored === undefined) return;
  try {
    const found = await scanner.scanStored(targetOf(image), { packed, digest, ...options }, world);
    if ("unfit" in found) content.unfit = found;
    else content.outcome = { scan: found, way: "sbom" };
  } catch (thrown) {
    if (world.signal.aborted) throw thrown;
    // The image may have an answer all the same, or an error that says more.
    content.unfit = { unfit: asGateError(thrown).what, isOlder: false };
  }
}

/** So many reports are read at a time: each may be large. */
const REPORTS_AT_ONCE = 3;

/** A report that cannot be judged is the error of its images: they are not scanned instead, which would be another answer each week. */
async function readReports(contents: readonly Content[], run: Run, world: World): Promise<void> {
  const lane = run.scanner.lane(join(world.runFolder, "reports"));
  const memory = run.machine.memory / REPORTS_AT_ONCE;
  await atATime(REPORTS_AT_ONCE, contents, async (content) => {
    const began = performance.now();
    const images = content.images.filter((image) => run.reported?.has(image));
    const read = (image: RunningImage) => readImage(image, run, { lane, memory }, world);
    content.outcome = await byName(images, "report", read, world);
    run.say(content, world.log, began);
  });
}

async function byImage(content: Content, run: Run, { lane, memory }: Worker, world: World): Promise<void> {
  const read = (image: RunningImage) => readImage(image, run, { lane, memory }, world);
  const outcome = await byName(content.images, "image", read, world);
  if ("scan" in outcome) content.outcome = outcome;
  else if (content.unfit?.isOlder === true) await bySbom(content, run, { memory, anyVersion: true }, world);
  content.outcome ??= outcome;
}

/** By each of a digest's names until one has it. */
async function byName(
  images: readonly RunningImage[],
  way: Way,
  read: (image: RunningImage) => Promise<ScanResult>,
  world: World,
): Promise<NonNullable<Content["outcome"]>> {
  let first: TargetError | undefined;
  for (const image of oneForEachName(images)) {
    try {
      return { scan: await read(image), way };
    } catch (thrown) {
      if (world.signal.aborted) throw thrown;
      first ??= errorOf(thrown);
    }
  }
  if (first === undefined) throw new TypeError("a digest has an image");
  return { error: first };
}

function oneForEachName(images: readonly RunningImage[]): readonly RunningImage[] {
  return [...new Map(images.toReversed().map((image) => [image.name, image])).values()].toReversed();
}

async function readImage(
  image: RunningImage,
  { sbomOf, scanner, sboms }: Run,
  { lane, memory }: Pick<Worker, "lane" | "memory">,
  world: World,
): Promise<ScanResult> {
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
      const scan = await lane.scan(target, located, { ...options, imageSource: [source], host: daemon.host }, world);
      return fromDaemon(image, scan);
    }
    const name = parseReference(image.reference)?.name ?? image.name;
    const located: LocatedTarget = { how: "reference", location: `${name}@${digest}`, platform: image.platform };
    const onSbom = (sbom: Buffer | { readonly why: string }) => {
      if (Buffer.isBuffer(sbom)) sboms.set(digest, sbom);
      else world.log.info(`No SBOM of ${target.label} is stored: ${sbom.why}.`);
    };
    const makesSbom = sbomOf !== undefined && scanner.scanStored !== undefined;
    // A daemon may hold something else under the same name.
    return await lane.scan(
      target,
      located,
      { ...options, imageSource: ["remote"], ...(makesSbom && { onSbom }) },
      world,
    );
  } finally {
    // Nobody gets it, and hundreds of images would fill the disk.
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

/** The image as the judge sees it. */
export function targetOf({ reference, platform }: RunningImage): Target {
  const shown = platform === undefined || platform === "linux/amd64" ? reference : `${reference} (${platform})`;
  return { kind: "image", input: reference, label: shown, ...(platform !== undefined && { platform }) };
}

function scannedImage(image: RunningImage, outcome: Content["outcome"], error: TargetError | undefined): ScannedImage {
  const target = targetOf(image);
  if (outcome !== undefined && "scan" in outcome) {
    const { scan, way } = outcome;
    return { image, outcome: { target, scan: asNamed(image, scan) }, way };
  }
  const why = error ?? outcome?.error;
  // An image that was not scanned must never count as one without findings.
  if (why === undefined) throw new TypeError("an image was left out");
  return { image, outcome: { target, error: why } };
}

/** The digest's result under this name, as if it had been scanned by it. */
export function asNamed({ reference, digest }: RunningImage, scan: ScanResult): ScanResult {
  const { artifact } = scan;
  return {
    ...scan,
    artifact: { ...artifact, names: [reference], referenceDigest: digest ?? artifact.referenceDigest },
  };
}

function notesOf({ scanner, sbomOf }: RunningScan, contents: readonly Content[]): string[] {
  const isUnused = !(scanner instanceof GateError) && sbomOf !== undefined && scanner.scanStored === undefined;
  const unfit = contents.flatMap(({ images, unfit, outcome }) => {
    if (unfit === undefined) return [];
    const name = images[0]?.reference ?? "";
    const isUsed = outcome !== undefined && "way" in outcome && outcome.way === "sbom";
    return isUsed
      ? [`The image of ${name} could not be read, so its stored SBOM was used although ${unfit.unfit}.`]
      : [`The stored SBOM of ${name} was not used: ${unfit.unfit}.`];
  });
  return [
    ...(isUnused
      ? ["No SBOM was used: only vulnerabilities can be looked for in one, and `scanners` asks for more."]
      : []),
    ...unfit,
  ];
}

/** Logs the end of each scan if there are several. */
function progressOf(contents: readonly Content[], { progress }: Pick<RunningScan, "progress">): Run["say"] {
  let count = 0;
  return ({ outcome, images }, log, began) => {
    const [image] = images;
    if (contents.length < 2 || image === undefined || outcome === undefined) return;
    const result = "scan" in outcome ? { findings: outcome.scan.findings.length } : { error: outcome.error.code };
    const milliseconds = performance.now() - began;
    log.info(progress({ count: ++count, of: contents.length, label: targetOf(image).label, result, milliseconds }));
  };
}

function errorOf(thrown: unknown): TargetError {
  const { code, what, remedy } = asGateError(thrown);
  return { code, what, remedy };
}
