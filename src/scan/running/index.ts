import type { RunningImage, ScanMethod } from "../../domain/history/running.ts";
import type { ScanOutcome } from "../../domain/judge/judge.ts";
import type { EndedScan, ScanResult } from "../../domain/target.ts";
import type { TargetError } from "../../domain/verdict.ts";
import type { IncompatibleSbom, Scanner, StoredSbom } from "../../scanners/scanner.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { errorOf, type Outcome, sayEnds } from "../outcomes.ts";
import { type Machine, scanEach, thisMachine, type Worker, workersOn } from "../workers.ts";
import { asNamed, type Content, contentsOf, targetOf } from "./content.ts";
import { readContent } from "./read-image.ts";
import type { ResolvedImages } from "./resolve.ts";

export { asNamed, contentOf, targetOf } from "./content.ts";
export { type ResolvedImages, type Resolving, resolveRunning } from "./resolve.ts";

/** Scanners, stored SBOMs and limits for running images. */
export interface RunningScan {
  /** An error if there is no usable scanner: each image then has it. */
  readonly scanner: Scanner | GateError;
  /** Scans the images of which another scanner has a report; {@link scanner} scans the others. */
  readonly reported?: { readonly scanner: Scanner; readonly has: (image: RunningImage) => boolean } | undefined;
  /** The stored SBOM of a digest, packed. Absent: SBOMs are neither used nor made. */
  readonly sbomOf?: ((digest: string) => Buffer | undefined) | undefined;
  /** The log line that says that one of several scans has ended. */
  readonly progress: (ended: EndedScan) => string;
  readonly machine?: Machine;
}

/** A running image, and the outcome of its scan. */
export interface ScannedImage {
  readonly image: RunningImage;
  /** Its target belongs to this image alone: rules match its reference as the source writes it. */
  readonly outcome: ScanOutcome;
  /** Absent if it could not be scanned. */
  readonly way?: ScanMethod | undefined;
}

export interface ScannedImages {
  /** One for each image, in their order. */
  readonly scanned: readonly ScannedImage[];
  /** New SBOMs, packed, by the running digest. */
  readonly sboms: ReadonlyMap<string, Buffer>;
  /** Facts for the reader, as sentences. */
  readonly notes: readonly string[];
}

/** The result for a content, or the error of its images. */
type Answer = Outcome & {
  readonly way: ScanMethod;
  /** A new SBOM of it, packed. */
  readonly sbom?: Buffer | undefined;
  /** A fact about its stored SBOM for the reader: a sentence. */
  readonly note?: string | undefined;
};

type Answers = ReadonlyMap<Content, Answer>;

/** The parts of a run that all ways to an answer use. */
interface Run extends Pick<RunningScan, "sbomOf"> {
  readonly scanner: Scanner;
  readonly machine: Machine;
  readonly say: (content: Content, outcome: Outcome, began: number, log: World["log"]) => void;
}

/**
 * Obtains the findings of each digest once, however many names and tags it has. They come from another scanner's
 * report, otherwise from a stored SBOM that fits, otherwise from the image. The digest itself is scanned, so a tag that
 * moves meanwhile does not matter. A failure is the error of the digest's images.
 * @throws GateError `run-cancelled`
 */
export async function scanRunning(
  { images, errors }: ResolvedImages,
  { reported, scanner, sbomOf, progress, machine = thisMachine() }: RunningScan,
  world: World,
): Promise<ScannedImages> {
  // A report counts for the names in its own registry, and not for other registries' names, even if the bytes are the
  // same.
  const isReported = (image: RunningImage) => image.digest !== undefined && reported?.has(image) === true;
  const open = images.filter((image) => !errors.has(image));
  const theirs = contentsOf(open.filter(isReported));
  const ours = contentsOf(open.filter((image) => !isReported(image)));
  const ended = sayEnds(theirs.length + ours.length, progress, world.log);
  const say: Run["say"] = ([first], ...rest) => ended(targetOf(first).label, ...rest);
  const reports = reported && (await readReports(theirs, { scanner: reported.scanner, machine, say }, world));
  const scanned: Answers =
    scanner instanceof GateError
      ? new Map(ours.map((content) => [content, { error: errorOf(scanner), way: "image" }]))
      : await scanContents(ours, { scanner, sbomOf, machine, say }, world);
  const answers = [...theirs, ...ours].flatMap((content) => {
    const answer = reports?.get(content) ?? scanned.get(content);
    return answer === undefined ? [] : [[content, answer] as const];
  });
  const answerOf = new Map(answers.flatMap(([content, answer]) => content.map((image) => [image, answer] as const)));
  return {
    scanned: images.map((image) => scannedImage(image, errors.get(image) ?? answerOf.get(image))),
    sboms: new Map(answers.flatMap(([[{ digest }], { sbom }]) => (digest && sbom ? [[digest, sbom]] : []))),
    notes: [...whyUnused(scanner, sbomOf), ...answers.flatMap(([, { note }]) => note ?? [])],
  };
}

function whyUnused(scanner: Scanner | GateError, sbomOf: RunningScan["sbomOf"]): string[] {
  if (sbomOf === undefined || scanner instanceof GateError || scanner.scanStored !== undefined) return [];
  return scanner.readsImagesItself
    ? [
        "No SBOM was used: each scanner reads images itself. `grype-match` asks Grype's database about the packages of one.",
      ]
    : ["No SBOM was used: an SBOM can only be searched for vulnerabilities, and `scanners` asks for more."];
}

/**
 * A report that cannot be judged is the error of its images. Scanning them instead would give another answer each week.
 */
function readReports(contents: readonly Content[], run: Run, world: World): Promise<Answers> {
  const read = async (content: Content, worker: Worker, own: World): Promise<Answer> => {
    const began = performance.now();
    const outcome = await readContent(content, false, worker, own);
    run.say(content, outcome, began, own.log);
    return { ...outcome, way: "report" };
  };
  return scanEach(contents, run, read, world);
}

/** The stored SBOMs come first: they take the least time, and need no registry. */
async function scanContents(contents: readonly Content[], run: Run, world: World): Promise<Answers> {
  const stored = await byStoredSboms(contents, run, world);
  const found = contents.flatMap((content): [Content, Answer][] => {
    const scan = stored.get(content);
    return scan === undefined || "incompatible" in scan ? [] : [[content, { scan, way: "sbom" }]];
  });
  const known = new Map(found);
  const makesSbom = run.sbomOf !== undefined && run.scanner.scanStored !== undefined;
  const read = async (content: Content, worker: Worker, own: World): Promise<Answer> => {
    const began = performance.now();
    const outcome = await readContent(content, makesSbom, worker, own);
    const unused = stored.get(content) as IncompatibleSbom | undefined;
    const again =
      "error" in outcome && unused?.isOlder
        ? await storedAnswers([content], run, { ...worker, anyVersion: true }, own)
        : [];
    const old = again.find((each) => !("incompatible" in each)) as ScanResult | undefined;
    const answer: Answer = old ? { scan: old, way: "sbom" } : { ...outcome, way: "image" };
    run.say(content, answer, began, own.log);
    return { ...answer, note: unused && noteOf(content, unused, old !== undefined) };
  };
  const open = contents.filter((content) => !known.has(content));
  return new Map([...known, ...(await scanEach(open, run, read, world))]);
}

function noteOf([{ reference }]: Content, { incompatible }: IncompatibleSbom, isUsed: boolean): string {
  return isUsed
    ? `The image of ${reference} could not be read, so its stored SBOM was used although ${incompatible}.`
    : `The stored SBOM of ${reference} was not used: ${incompatible}.`;
}

type Stored = ScanResult | IncompatibleSbom;

/** Number of stored SBOMs that are looked up together. Larger batches save hardly more, and use more memory. */
const MOST_TOGETHER = 25;

/** Looks up the stored SBOMs, several together. */
async function byStoredSboms(
  contents: readonly Content[],
  run: Run,
  world: World,
): Promise<ReadonlyMap<Content, Stored>> {
  if (run.scanner.scanStored === undefined) return new Map();
  const stored = contents.filter(([{ digest }]) => digest !== undefined && run.sbomOf?.(digest) !== undefined);
  const size = Math.min(MOST_TOGETHER, Math.ceil(stored.length / workersOn(run.machine, stored.length)));
  const parts = Array.from({ length: Math.ceil(stored.length / size) }, (_, at) =>
    stored.slice(at * size, (at + 1) * size),
  );
  const lookUp = async (part: readonly Content[], worker: Worker, own: World) => {
    const began = performance.now();
    const found = await storedAnswers(part, run, worker, own);
    for (const [at, each] of found.entries())
      if (!("incompatible" in each)) run.say(part[at] as Content, { scan: each }, began, own.log);
    return found;
  };
  const found = await scanEach(parts, run, lookUp, world);
  return new Map(parts.flatMap((part) => part.map((content, at) => [content, found.get(part)?.[at] as Stored])));
}

/** The results of stored SBOMs, or the reasons why they are not used. */
async function storedAnswers(
  contents: readonly Content[],
  { scanner, sbomOf }: Run,
  { memory, anyVersion }: Pick<StoredSbom, "memory" | "anyVersion">,
  world: World,
): Promise<readonly Stored[]> {
  const items = contents.map(([image]) => {
    const digest = image.digest as string;
    return { target: targetOf(image), sbom: { packed: sbomOf?.(digest) as Buffer, digest, memory, anyVersion } };
  });
  return (await scanner.scanStored?.(items, world)) ?? [];
}

function scannedImage(image: RunningImage, answer: Answer | TargetError | undefined): ScannedImage {
  const target = targetOf(image);
  // An image that was not scanned must never count as one without findings.
  if (answer === undefined) throw new TypeError("an image was not scanned");
  if ("code" in answer) return { image, outcome: { target, error: answer } };
  if ("error" in answer) return { image, outcome: { target, error: answer.error } };
  return { image, outcome: { target, scan: asNamed(image, answer.scan) }, way: answer.way };
}
