import fc from "fast-check";

// Damage to valid files: the values of the fuzz tests.

type Change = (bytes: Buffer) => Buffer;

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const at = (bytes: Buffer, where: number): number => Math.floor(where * (bytes.length + 1));

/** One change of bytes: some are removed, inserted, overwritten or repeated. */
function change(pieces: readonly string[]): fc.Arbitrary<Change> {
  const piece = fc.oneof(
    fc.constantFrom(...pieces).map((text) => Buffer.from(text)),
    fc.uint8Array({ minLength: 1, maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom("\0", "\ufeff", "\ud83d", "9".repeat(400), "-1", "1e999", "[".repeat(2000))
      .map((text) => Buffer.from(text)),
  );
  const length = fc.oneof({ weight: 5, arbitrary: fc.nat({ max: 40 }) }, fc.nat({ max: 4000 }));
  return fc.oneof(
    place.map(
      (where): Change =>
        (bytes) =>
          bytes.subarray(0, at(bytes, where)),
    ),
    fc.tuple(place, length).map(
      ([where, lost]): Change =>
        (bytes) => {
          const from = at(bytes, where);
          return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + lost)]);
        },
    ),
    fc.tuple(place, piece, fc.boolean()).map(
      ([where, put, over]): Change =>
        (bytes) => {
          const from = at(bytes, where);
          return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(over ? from + put.length : from)]);
        },
    ),
    fc.tuple(place, fc.nat({ max: 7 })).map(
      ([where, bit]): Change =>
        (bytes) => {
          const copy = Buffer.from(bytes);
          const index = at(bytes, where);
          copy[index] = (copy[index] ?? 0) ^ (1 << bit);
          return copy;
        },
    ),
    fc.tuple(place, length, fc.integer({ min: 1, max: 20 })).map(
      ([where, some, times]): Change =>
        (bytes) => {
          const from = at(bytes, where);
          const part = bytes.subarray(from, from + some);
          return Buffer.concat([
            bytes.subarray(0, from),
            ...Array.from({ length: times }, () => part),
            bytes.subarray(from),
          ]);
        },
    ),
  );
}

/**
 * Bytes of a damaged file: one of the given files with a few changes, or random bytes. @param pieces text of the
 * format, which is inserted in wrong places
 */
export function damaged(
  files: readonly (string | Buffer)[],
  pieces: readonly [string, ...string[]] = ["{", "}", "[", "]", ",", '"', ":", "null", "\n"],
): fc.Arbitrary<Buffer> {
  const changed = fc
    .tuple(fc.constantFrom(...files), fc.array(change(pieces), { minLength: 1, maxLength: 4 }))
    .map(([file, changes]) => changes.reduce<Buffer>((bytes, each) => each(bytes), Buffer.from(file)));
  const random = fc.oneof(
    fc.uint8Array({ maxLength: 400 }).map((bytes): Buffer => Buffer.from(bytes)),
    fc.array(fc.constantFrom(...pieces), { maxLength: 80 }).map((parts) => Buffer.from(parts.join(""))),
  );
  return fc.oneof({ weight: 9, arbitrary: changed }, random);
}

/** Any JSON value, with keys and numbers that confuse readers. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 2 ** 53, 1e308, "", " ", "\u202e", "x".repeat(5000), [], {}, [[]]),
  fc.constantFrom<unknown>(JSON.parse('{"__proto__": {"polluted": true}}'), { constructor: { prototype: {} } }, [null]),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.jsonValue({ maxDepth: 2 }),
);

type Step = string | number;

function pathsOf(value: unknown, path: readonly Step[] = []): (readonly Step[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const keys: Step[] = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return [path, ...keys.flatMap((key) => pathsOf((value as Record<Step, unknown>)[key], [...path, key]))];
}

/** Replaces the value at a path; undefined removes its key. */
function replaced(value: unknown, [step, ...rest]: readonly Step[], by: unknown): unknown {
  if (step === undefined) return by;
  const inner = replaced((value as Record<Step, unknown>)[step], rest, by);
  if (Array.isArray(value))
    return value.flatMap((each, index) => (index !== step ? [each] : inner === undefined ? [] : [inner]));
  return Object.fromEntries(
    Object.entries(value as object).flatMap(([key, each]) =>
      key !== step ? [[key, each]] : inner === undefined ? [] : [[key, inner]],
    ),
  );
}

/** One of the documents with one to three values removed or replaced. A list's member may be repeated many times. */
export function changedDocument(documents: readonly unknown[]): fc.Arbitrary<unknown> {
  const one = fc.record({ where: place, by: fc.oneof(odd, fc.constant(undefined)), often: fc.boolean() });
  return fc
    .tuple(fc.constantFrom(...documents), fc.array(one, { minLength: 1, maxLength: 3 }))
    .map(([document, changes]) =>
      changes.reduce<unknown>((value, { where, by, often }) => {
        const paths = pathsOf(value);
        const path = paths[Math.floor(where * paths.length)] ?? [];
        return replaced(value, path, often && by !== undefined ? Array.from({ length: 50 }, () => by) : by);
      }, document),
    )
    .filter((value) => value !== undefined);
}
