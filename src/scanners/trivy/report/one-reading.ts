import { hasSoManyKeys, keysIn, misspeltKey, repeatedKey } from "../../../domain/json/keys.ts";
import type { ScanResult } from "../../../domain/target.ts";
import { GateError } from "../../../system/errors.ts";
import type { ReportDocument } from "./document.ts";
import { ROW_KEYS } from "./schema.ts";

/** The keys that findings depend on. Go, and so Trivy's own tools, takes `results` for `Results`; we do not. */
const REPORT_KEYS = ["SchemaVersion", "ArtifactName", "ArtifactType", "Metadata", "Results"];
const RESULT_KEYS = ["Target", "Class", "Type", ...ROW_KEYS];

/**
 * Requires that a given report can only be read in one way: a reviewer with another tool must see what we judge.
 * @param bytes the file's bytes, known to be JSON
 * @throws GateError `report-ambiguous`
 */
export function requireOneReading(bytes: Buffer, { head, results }: ReportDocument): void {
  const twice = repeatedKey(bytes, [head, results.map(({ fields, rows }) => [fields, Object.fromEntries(rows)])]);
  if (twice !== undefined) throw ambiguous(`has a key twice in one object, at line ${lineAt(bytes, twice)}`);
  requireKnownSpelling({ head, results });
}

/**
 * The same for a report that is cut into its rows, which are never all in memory: they are counted as they are read.
 * @param read reads it
 * @returns what it read. Undefined: the report may have two readings, or is wrong. Read whole, it says what is wrong
 */
export function readInOneWay<T>(
  bytes: Buffer,
  cut: ReportDocument,
  read: (document: ReportDocument) => T,
): T | undefined {
  const lists: CountedRows[] = [];
  const results = cut.results.map(({ fields, rows }) => {
    const counted = [...rows].map(([key, values]) => [key, new CountedRows(values)] as const);
    lists.push(...counted.map(([, list]) => list));
    return { fields, rows: new Map<string, Iterable<unknown>>(counted) };
  });
  try {
    const made = read({ ...cut, results });
    const names = results.map(({ fields, rows }) => [
      fields,
      Object.fromEntries([...rows.keys()].map((key) => [key, 0])),
    ]);
    const count = lists.reduce((sum, list) => sum + list.keys(), keysIn([cut.head, names]));
    if (!hasSoManyKeys(bytes, count)) return undefined;
    requireKnownSpelling(cut);
    return made;
  } catch {
    return undefined;
  }
}

/** Rows that are counted whenever they are read. */
class CountedRows {
  readonly #rows: Iterable<unknown>;
  #keys: number | undefined;

  constructor(rows: Iterable<unknown>) {
    this.#rows = rows;
  }

  *[Symbol.iterator](): Generator<unknown> {
    let keys = 0;
    for (const row of this.#rows) {
      keys += keysIn(row);
      yield row;
    }
    this.#keys = keys;
  }

  /** The keys of all rows, which are read now unless they were before. */
  keys(): number {
    if (this.#keys === undefined) for (const _ of this);
    return this.#keys ?? Number.NaN;
  }
}

function requireKnownSpelling({ head, results }: ReportDocument): void {
  requireSpelling(Object.keys(head), REPORT_KEYS, "");
  for (const [index, { fields, rows }] of results.entries())
    requireSpelling([...Object.keys(fields ?? {}), ...rows.keys()], RESULT_KEYS, ` of Results[${index}]`);
}

function requireSpelling(found: readonly string[], known: readonly string[], place: string): void {
  const meant = misspeltKey(found, known);
  if (meant !== undefined) throw ambiguous(`spells ${meant}${place} in another case`);
}

function lineAt(bytes: Buffer, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf("\n"); at !== -1 && at < offset; at = bytes.indexOf("\n", at + 1)) line++;
  return line;
}

/** @param what a clause that follows `The Trivy report` */
function ambiguous(what: string): GateError {
  return new GateError(
    "report-ambiguous",
    `The Trivy report ${what}, so that not every program reads the same in it`,
    "Trivy writes no such report: make it again with `trivy … --format json`, and find out what has changed it.",
  );
}

/**
 * Requires that a given report is about one image, as far as its parts show: the requested digest, the configuration's
 * layers, and the layers of the findings.
 * @throws GateError `report-contradictory`
 */
export function requireOneImage(head: Readonly<Record<string, unknown>>, { layers, findings }: ScanResult): void {
  const { ArtifactName: name, Metadata: metadata } = head as Head;
  const asked = /@(sha256:[0-9a-f]{64})$/.exec(name ?? "")?.[1];
  const digests = (metadata?.RepoDigests ?? []).map((each) => each.split("@")[1]);
  if (asked !== undefined && digests.length > 0 && !digests.includes(asked))
    throw contradictory("names an image by digest, and its Metadata the digest of another");
  const configured = metadata?.ImageConfig?.rootfs?.diff_ids;
  if (configured?.length && layers.length > 0 && configured.join() !== layers.join())
    throw contradictory("has other layers in Metadata.DiffIDs than in Metadata.ImageConfig");
  if (layers.length > 0 && findings.some(({ layer }) => layer !== undefined && layer.number === undefined))
    throw contradictory("has findings in a layer that its image does not have");
}

/** The types of these fields were checked before. */
interface Head {
  readonly ArtifactName?: string;
  readonly Metadata?: {
    readonly RepoDigests?: readonly string[] | null;
    readonly ImageConfig?: { readonly rootfs?: { readonly diff_ids?: readonly string[] | null } };
  };
}

function contradictory(what: string): GateError {
  return new GateError(
    "report-contradictory",
    `The Trivy report ${what}: it was put together from more than one`,
    "Give the report as Trivy wrote it, for the image that is meant.",
  );
}
