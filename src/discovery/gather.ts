import type { FoundImage } from "../domain/history/running.ts";
import { parseReference } from "../domain/image/reference.ts";
import { listSome, number } from "../domain/list-some.ts";
import { asGateError, GateError } from "../system/errors.ts";
import { faultAt, isOfSource, type Spot, short, shown, tooLarge, withoutLoginsIn } from "./fault.ts";

/** An image that a file names. */
export interface NamedImage {
  /** With all variables resolved. */
  readonly reference: string;
  /** As written in the file: messages show this, since a resolved variable may be a secret. */
  readonly written?: string | undefined;
  readonly platform?: string | undefined;
  /** The place where it runs, in messages. */
  readonly name: string;
  readonly spot: Spot;
}

/** Collects a source's images and problems. A problem in one place does not hide images in another. */
export type Gathering = Omit<ReturnType<typeof gathering>, "read">;

/** The images of a source, and the problems with it. */
export type Read = ReturnType<ReturnType<typeof gathering>["read"]>;

/** Limits of one source: images that are read, notes that are kept, names in a note, problems that are named. */
export const MAX_IMAGES = 20_000;
const MAX_NOTES = 50;
const MAX_NAMES = 20;
const MAX_NAMED_PROBLEMS = 5;
/** Maximum number of values in YAML of one source: aliases can make one file have more than there are atoms. */
const MAX_VALUES = 10_000_000;
/** Maximum number of values in one YAML document. */
const MAX_DOCUMENT_VALUES = 1_000_000;

/**
 * Collects for one source. If `step` throws, that is a problem too, and what was collected before stays.
 * @param line the line of `discover`
 * @throws GateError `run-cancelled`
 */
export async function gathered(line: string, step: (found: Gathering) => Promise<void> | void): Promise<Read> {
  const { read, ...found } = gathering(line);
  try {
    await step(found);
  } catch (thrown) {
    const error = asGateError(thrown);
    if (error.code === "run-cancelled") throw error;
    found.problem(error);
  }
  return read();
}

function gathering(line: string) {
  const images = new Map<string, FoundImage>();
  const references = new Set<string>();
  const notes = new Map<string, Set<string>>();
  const problems = new Map<string, GateError>();
  let values = 0;
  const found = {
    /** Adds what runs in a place, once. @throws GateError `discovery-too-large` */
    add(image: Omit<FoundImage, "at">, place: string) {
      const placed = { ...image, at: { source: line, name: short(place) } };
      if (images.size === MAX_IMAGES) throw tooLarge(`names more than ${MAX_IMAGES} images`);
      images.set(JSON.stringify(placed), placed);
      references.add(image.reference);
    },
    /** Adds an image, or a problem if its reference is invalid. @throws GateError `discovery-too-large` */
    image(named: NamedImage) {
      const { reference, platform, name } = named;
      const parts = parseReference(reference);
      if (parts === undefined) return found.problem(invalidReference(named));
      const { digest } = parts;
      found.add({ reference, ...(digest && { digest }), ...(platform && { platform }) }, name);
    },
    /**
     * Adds a sentence for the reader; each one once.
     * @param name the subject, after a colon: then `text` is a clause that all such names share
     */
    note(text: string, name?: string) {
      const names = notes.get(text) ?? new Set();
      if (name !== undefined) names.add(short(name));
      notes.set(text, names);
    },
    problem(error: GateError) {
      const harmless = withoutLoginsIn(error);
      if (!problems.has(harmless.what)) problems.set(harmless.what, harmless);
    },
    /** Counts the values of a YAML document, each alias as its target. @throws GateError `discovery-too-large` */
    values(count: number) {
      values += count;
      if (count > MAX_DOCUMENT_VALUES || values > MAX_VALUES)
        throw tooLarge(
          `has more than ${number(MAX_VALUES)} values, or a document of more than ${number(MAX_DOCUMENT_VALUES)}, counting each alias as its target`,
        );
    },
    /** True if an image of this name was added. */
    has: (reference: string) => references.has(reference),
  };
  const read = () => ({
    images: [...images.values()],
    notes: bounded(notes),
    problem: together([...problems.values()]),
  });
  return { ...found, read };
}

/** Adds only those images from `step` that were not found before, with a note that names the file. */
export function gatherOthers(
  { note, file }: { readonly note: string; readonly file?: string },
  found: Gathering,
  step: (found: Gathering) => void,
): void {
  const images: NamedImage[] = [];
  step({ ...found, image: (named) => void images.push(named) });
  for (const each of images.filter(({ reference }) => !found.has(reference))) {
    found.note(note, file);
    found.image(each);
  }
}

/** Runs `step`. A thrown error becomes a problem, except one that concerns the whole source, which is thrown again. */
export function attempt<T>(found: Pick<Gathering, "problem">, step: () => T): T | undefined {
  try {
    return step();
  } catch (thrown) {
    found.problem(problemOf(thrown));
    return undefined;
  }
}

/**
 * The result of a step, or the problem with it.
 * @throws GateError that concerns the whole source
 */
export async function outcomeOf<T>(step: () => Promise<T>): Promise<T | GateError> {
  return await step().catch(problemOf);
}

function problemOf(thrown: unknown): GateError {
  const error = asGateError(thrown);
  if (isOfSource(error)) throw error;
  return error;
}

function bounded(notes: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const kept = [...notes].slice(0, MAX_NOTES).map(([text, names]) => {
    return names.size === 0 ? short(text) : `${short(text)}: ${listSome([...names], MAX_NAMES)}.`;
  });
  return notes.size > MAX_NOTES ? [...kept, `${notes.size - MAX_NOTES} more notes are left out.`] : kept;
}

/** The first problem, whose message also names the next ones. */
function together(problems: readonly GateError[]): GateError | undefined {
  const [first, ...others] = problems;
  if (first === undefined || others.length === 0) return first;
  const named = others.slice(0, MAX_NAMED_PROBLEMS - 1).map(({ what }) => what);
  const rest = others.length - named.length;
  const also = rest > 0 ? [...named, `${rest} more problems`] : named;
  return new GateError(first.code, `${first.what}. Also: ${also.join("; ")}`, first.remedy, { cause: first });
}

function invalidReference({ reference, written = reference, spot }: NamedImage): GateError {
  const made = written === reference ? "is not an image reference" : "does not become an image reference";
  return faultAt(spot, "discovery-reference-invalid", `${shown(written)} ${made}`);
}
