import { textIn } from "../../../domain/json/is-object.ts";
import { knownKeyOf } from "../../../domain/json/keys.ts";
import type { Purl } from "../../../domain/purl.ts";
import type { System } from "./package-urls.ts";

/** A part of a JSON document whose shape is unchecked. */
export type Json = Readonly<Record<string, unknown>>;

/** What an SBOM says that it lists. All texts are untrusted. */
export interface Listing {
  /** The package URLs as Trivy gets them, without the subject's own, and what they say. Undefined: it is invalid. */
  readonly purls: ReadonlyMap<string, Purl | undefined>;
  /** Libraries without a package URL: their number, and the names of some. */
  readonly nameless: { readonly count: number; readonly examples: readonly string[] };
  /** It says that it describes an image: CycloneDX by its subject, SPDX by one of its packages. */
  readonly isImage: boolean;
  /** The different operating systems that it names. */
  readonly systems: readonly System[];
}

/** A document, as Trivy gets it. */
export interface Prepared {
  readonly listing: Listing;
  /** Absent: Trivy gets the given file itself. */
  readonly copy?: Copy | undefined;
}

export interface Copy {
  /** The pieces of its text. */
  readonly pieces: Iterable<string>;
  /** How it differs from what was given, as clauses. */
  readonly changes: readonly string[];
}

/** Highest number of examples that a message names. */
export const MOST_EXAMPLES = 3;

/** Counts libraries without a package URL. */
export class Nameless {
  count = 0;
  readonly examples: string[] = [];

  add(name: unknown): void {
    this.count += 1;
    if (this.examples.length < MOST_EXAMPLES && typeof name === "string") this.examples.push(name);
  }
}

/** A document that is not written as its format says. Trivy refuses it. */
export class Malformed extends Error {}

/**
 * The objects of a list. Go, and so Trivy, takes `null` for an empty one.
 * @throws Malformed, Misspelt
 */
export function objectsIn(value: unknown): readonly Json[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Malformed();
  const objects: Json[] = [];
  for (const each of value) {
    const object = objectIn(each);
    if (object === undefined) continue;
    requireSpelling(object);
    objects.push(object);
  }
  return objects;
}

/** @throws Malformed */
function objectIn(value: unknown): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object" || Array.isArray(value)) throw new Malformed();
  return value as Json;
}

/**
 * A part of an object that is an object itself.
 * @throws Malformed, Misspelt
 */
export function partIn(object: Json | undefined, key: string): Json | undefined {
  const part = objectIn(object?.[key]);
  if (part !== undefined) requireSpelling(part);
  return part;
}

/** A key that Go, and so Trivy, takes for a known one, and that other readers don't. */
export class Misspelt extends Error {
  readonly key: string;

  constructor(key: string) {
    super();
    this.key = key;
  }
}

/** The keys that decide which packages a document lists. */
const KEYS = [
  ..."bom-ref bomFormat component components dependencies group metadata name properties purl type value version".split(
    " ",
  ),
  ..."documentDescribes externalRefs packages relationships spdxVersion SPDXID sourceInfo versionInfo".split(" "),
  ..."referenceCategory referenceLocator referenceType relatedSpdxElement relationshipType spdxElementId".split(" "),
  ..."payload payloadType predicate".split(" "),
];
const correct = new Set<string>(KEYS);
const knownKey = knownKeyOf(KEYS);

/** @throws Misspelt */
export function requireSpelling(object: Json): void {
  for (const key in object) {
    if (correct.has(key)) continue;
    if (knownKey(key) !== undefined) throw new Misspelt(key);
    if (correct.size < MOST_KEYS) correct.add(key);
  }
}

/** Documents have few different keys, unless somebody means to fill our memory. */
const MOST_KEYS = 1_000;

/** More than one is a mistake, so that some of many are enough. */
const MOST_SYSTEMS = 10;

export function addSystem(systems: System[], family: unknown, name: unknown): void {
  const system = { family: textIn(family), name: textIn(name) };
  if (
    systems.length < MOST_SYSTEMS &&
    !systems.some((each) => each.family === system.family && each.name === system.name)
  )
    systems.push(system);
}

/** `1 component`, `2 components`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The pieces of a JSON object whose last key is a long list: as one text it could be longer than Node's longest. */
export function* piecesOf(head: Json, key: string, items: Iterable<unknown>): Generator<string> {
  const { [key]: _list, ...rest } = head;
  const text = JSON.stringify(rest);
  yield `${text.slice(0, -1)}${text === "{}" ? "" : ","}${JSON.stringify(key)}:[`;
  let separator = "";
  for (const item of items) {
    yield separator + JSON.stringify(item);
    separator = ",";
  }
  yield "]}\n";
}
