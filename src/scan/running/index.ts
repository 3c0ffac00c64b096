import { join } from "node:path";
import type { RunningImage, Way } from "../../domain/history/seen.ts";
import type { ScanOutcome } from "../../domain/judge/judge.ts";
import type { EndedScan } from "../../domain/target.ts";
import type { TargetError } from "../../domain/verdict.ts";
import type { Scanner } from "../../scanners/scanner.ts";
import { GateError } from "../../system/errors.ts";
import { atATime } from "../../system/pool.ts";
import type { World } from "../../system/world.ts";
import { errorOf, sayEnds } from "../outcomes.ts";
import { type Machine, scanEach, thisMachine, type Worker } from "../workers.ts";
import {
  type Answer,
  asNamed,
  type Content,
  contentsOf,
  type Found,
  type Learnt,
  type RunningScanner,
  targetOf,
} from "./content.ts";
import { type ReadImage, readImage } from "./read-image.ts";
import type { ResolvedImages } from "./resolve.ts";
import { byStoredSboms, storedAnswers } from "./stored.ts";

export { asNamed, contentOf, targetOf } from "./content.ts";
export { type ResolvedImages, type Resolving, resolveRunning } from "./resolve.ts";

/** What scanning running images needs. */
export interface RunningScan {
  /** An error if there is no usable scanner: each image then has it. */
  readonly scanner: Scanner | GateError;
  /** Scans those images of which somebody else has a report; {@link scanner} scans the others. */
  readonly reported?: { readonly scanner: Scanner; readonly has: (image: RunningImage) => boolean } | undefined;
  /** The stored SBOM of a digest, packed. Absent: SBOMs are neither used nor made. */
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

/**
 * Obtains the findings of each digest once, however many names and tags it has. They come from another scanner's
 * report, else from a stored SBOM that fits, else from the image. What is scanned is always the digest, so that a tag
 * may move meanwhile. A failure is the error of the digest's images.
 * @throws GateError `run-cancelled`
 */
export async function scanRunning(
  { images, errors }: ResolvedImages,
  scanning: RunningScan,
  world: World,
): Promise<ScannedImages> {
  const { reported, scanner, sbomOf, machine = thisMachine() } = scanning;
  // A report answers for the names that its registry has, and for no other registry's, were the bytes the same.
  const isReported = (image: RunningImage) => reported?.has(image) === true;
  const open = images.filter((image) => !errors.has(image));
  const contents = [open.filter(isReported), open.filter((image) => !isReported(image))].flatMap(contentsOf);
  const ended = sayEnds(contents.length, scanning.progress, world.log);
  const say: RunningScanner["say"] = ({ images: [first] }, outcome, began, log) =>
    ended({ label: targetOf(first).label, outcome, began }, log);
  const learnt = new Map<Content, Learnt>();
  const isOpen = (content: Content) => learnt.get(content)?.outcome === undefined;
  const learn = async (ask: (open: readonly Content[]) => Found): Promise<void> => {
    for (const [content, each] of await ask(contents.filter(isOpen))) learnt.set(content, each);
  };
  if (reported !== undefined) await learn((open) => readReports(open, reported, { machine, say }, world));
  if (scanner instanceof GateError) {
    const outcome = { error: errorOf(scanner) };
    await learn(async (open) => new Map(open.map((content) => [content, { outcome }])));
  } else {
    const run = { scanner, sbomOf, machine, say };
    // The stored SBOMs first: they take the least time, and no registry is asked.
    await learn((open) => byStoredSboms(open, run, world));
    await learn((open) => readImages(open, learnt, run, world));
  }
  const contentAt = new Map(contents.flatMap((each) => each.images.map((image) => [image, each] as const)));
  return {
    scanned: images.map((image) => scannedImage(image, contentAt.get(image), learnt, errors.get(image))),
    sboms: new Map([...learnt].flatMap(([{ digest }, { sbom }]) => (digest && sbom ? [[digest, sbom]] : []))),
    notes: notesOf(scanning, learnt),
  };
}

/** Reports read concurrently; each may be large. */
const REPORTS_AT_ONCE = 3;

/**
 * A report that cannot be judged is the error of its images: they are not scanned instead, which would be another
 * answer each week.
 */
async function readReports(
  open: readonly Content[],
  { scanner, has }: NonNullable<RunningScan["reported"]>,
  { machine, say }: Pick<RunningScanner, "machine" | "say">,
  world: World,
): Found {
  const session = scanner.session(join(world.runFolder, "reports"));
  const memory = machine.memory / REPORTS_AT_ONCE;
  const theirs = open.filter(({ images: [first], digest }) => digest !== undefined && has(first));
  const found = await atATime(REPORTS_AT_ONCE, theirs, async (content) => {
    const began = performance.now();
    const read = (image: RunningImage) => readImage(image, false, { session, memory }, world);
    const { outcome } = await byName(content.images, "report", read, world);
    say(content, outcome, began, world.log);
    return [content, { outcome }] as const;
  });
  return new Map(found);
}

/**
 * Reads the images themselves. What cannot be read has the answer of an SBOM that only another version of the scanner
 * has made.
 */
function readImages(
  open: readonly Content[],
  learnt: ReadonlyMap<Content, Learnt>,
  run: RunningScanner,
  world: World,
): Found {
  const makesSbom = run.sbomOf !== undefined && run.scanner.scanStored !== undefined;
  const scan = async (content: Content, { session, memory }: Worker, own: World): Promise<Learnt> => {
    const began = performance.now();
    const read = (image: RunningImage) => readImage(image, makesSbom, { session, memory }, own);
    const found = await byName(content.images, "image", read, own);
    const { incompatible } = learnt.get(content) ?? {};
    const isOld = "error" in found.outcome && incompatible?.isOlder === true;
    const again = isOld ? await storedAnswers([content], run, { memory, anyVersion: true }, own) : undefined;
    const old = again?.get(content) ?? {};
    const outcome = old.outcome ?? found.outcome;
    run.say(content, outcome, began, own.log);
    return { outcome, sbom: found.sbom, incompatible: old.incompatible ?? incompatible };
  };
  return scanEach(open, run, scan, world);
}

/** By each of a digest's names until one has it. */
async function byName(
  images: readonly RunningImage[],
  way: Way,
  read: (image: RunningImage) => Promise<ReadImage>,
  world: World,
): Promise<{ readonly outcome: Answer; readonly sbom?: Buffer | undefined }> {
  let first: TargetError | undefined;
  for (const image of oneForEachName(images)) {
    try {
      const { scan, sbom } = await read(image);
      return { outcome: { scan, way }, sbom };
    } catch (thrown) {
      if (world.signal.aborted) throw thrown;
      first ??= errorOf(thrown);
    }
  }
  if (first === undefined) throw new TypeError("a digest has an image");
  return { outcome: { error: first } };
}

function oneForEachName(images: readonly RunningImage[]): readonly RunningImage[] {
  return [...new Map(images.toReversed().map((image) => [image.name, image])).values()].toReversed();
}

function scannedImage(
  image: RunningImage,
  content: Content | undefined,
  learnt: ReadonlyMap<Content, Learnt>,
  error: TargetError | undefined,
): ScannedImage {
  const target = targetOf(image);
  if (error !== undefined) return { image, outcome: { target, error } };
  // An image that was not scanned must never count as one without findings.
  if (content === undefined) throw new TypeError("an image was left out");
  const outcome = learnt.get(content)?.outcome;
  if (outcome === undefined) throw new TypeError("an image was not scanned");
  if ("error" in outcome) return { image, outcome: { target, error: outcome.error } };
  return { image, outcome: { target, scan: asNamed(image, outcome.scan) }, way: outcome.way };
}

function whyUnused({ readsImagesItself, name }: Scanner): string {
  if (readsImagesItself) return `${name} alone reads each image itself`;
  return "only vulnerabilities can be looked for in one, and `scanners` asks for more";
}

function notesOf({ scanner, sbomOf }: RunningScan, learnt: ReadonlyMap<Content, Learnt>): string[] {
  const isUnused = !(scanner instanceof GateError) && sbomOf !== undefined && scanner.scanStored === undefined;
  const incompatible = [...learnt].flatMap(([{ images }, { incompatible, outcome }]) => {
    if (incompatible === undefined) return [];
    const name = images[0].reference;
    const isUsed = outcome !== undefined && "way" in outcome && outcome.way === "sbom";
    return isUsed
      ? [`The image of ${name} could not be read, so its stored SBOM was used although ${incompatible.incompatible}.`]
      : [`The stored SBOM of ${name} was not used: ${incompatible.incompatible}.`];
  });
  return [...(isUnused ? [`No SBOM was used: ${whyUnused(scanner)}.`] : []), ...incompatible];
}
