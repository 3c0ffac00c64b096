import { addTo } from "../collections.ts";

/**
 * A key that more items share than this is ignored, so the time stays linear. An example is a distribution's notice for
 * hundreds of advisories.
 */
const MOST_ALIKE = 64;

/** A rule for matching two items. */
export interface Pass<A, B = A> {
  /** Two items match only if they share a key. */
  readonly keys: (one: A | B) => readonly string[];
  /** True if two items with a common key match. Absent: all of them match. */
  readonly fits?: ((before: A, now: B) => boolean) | undefined;
}

export interface Pairing<A, B> {
  /** The matched items: the former one for each present one. */
  readonly pairs: ReadonlyMap<B, A>;
  /** The items that are only in one of the lists, in their order. */
  readonly gone: readonly A[];
  readonly fresh: readonly B[];
}

/**
 * Matches the items of two lists one to one: a second copy of a known item stays fresh. Each pass considers the items
 * that the passes before it left. If several items match, the first ones are taken.
 */
export function pair<A, B>(before: readonly A[], now: readonly B[], passes: readonly Pass<A, B>[]): Pairing<A, B> {
  const pairs = new Map<B, A>();
  let [gone, fresh] = [before, now];
  for (const { keys, fits } of passes) {
    if (gone.length === 0 || fresh.length === 0) break;
    const known = byKey(gone, keys);
    const crowds = fits && crowdsIn(known, byKey(fresh, keys));
    const taken = new Set<A>();
    fresh = fresh.filter((one) => {
      const alike = keys(one).map((key) => (crowds?.has(key) ? [] : (known.get(key) ?? [])));
      const was =
        fits === undefined
          ? firstFree(alike, taken)
          : firstFitting(alike, (each) => !taken.has(each) && fits(each, one));
      if (was === undefined) return true;
      taken.add(was);
      pairs.set(one, was);
      return false;
    });
    gone = gone.filter((each) => !taken.has(each));
  }
  return { pairs, gone, fresh };
}

/** The first item of each key is the last in its list, where it can be removed quickly. */
function byKey<T>(all: readonly T[], keys: (one: T) => readonly string[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const each of all.toReversed()) for (const key of keys(each)) addTo(found, key, each);
  return found;
}

function crowdsIn(...sides: readonly ReadonlyMap<string, readonly unknown[]>[]): ReadonlySet<string> {
  return new Set(sides.flatMap((side) => [...side].flatMap(([key, { length }]) => (length > MOST_ALIKE ? key : []))));
}

/** Removes the taken items from the lists, which keeps the time linear. */
function firstFree<T>(lists: readonly T[][], taken: ReadonlySet<T>): T | undefined {
  for (const list of lists) {
    while (list.length > 0 && taken.has(list.at(-1) as T)) list.pop();
    if (list.length > 0) return list.at(-1);
  }
  return undefined;
}

/** Examines each item once, even if it shares several keys. */
function firstFitting<T>(lists: readonly T[][], isFitting: (one: T) => boolean): T | undefined {
  for (const one of new Set(lists.flatMap((list) => list.toReversed()))) if (isFitting(one)) return one;
  return undefined;
}

/** The rules for merging equal items of several lists. */
export interface Union<T> {
  /** Items with an equal key are the same: the first of each list, the second of each, and so on. */
  readonly key: (one: T) => string;
  /** Further rules for items that are the same. */
  readonly passes: readonly (Pass<T> & { readonly fits: NonNullable<Pass<T>["fits"]> })[];
  readonly join: (one: T, other: T) => T;
}

/** Merges several lists. Two items of the same list always stay separate. */
export function unite<T>(lists: readonly (readonly T[])[], { key: keyOf, passes, join }: Union<T>): T[] {
  const byKey = new Map<string, Part<T>>();
  for (const [at, list] of lists.entries()) {
    const copies = new Map<string, number>();
    for (const one of list) {
      const key = keyOf(one);
      const copy = copies.get(key) ?? 0;
      copies.set(key, copy + 1);
      const part: Part<T> = { one, from: new Set([at]) };
      const known = byKey.get(`${copy} ${key}`);
      byKey.set(`${copy} ${key}`, known ? joined(known, part, join) : part);
    }
  }
  let parts = [...byKey.values()];
  for (const { keys, fits } of passes)
    for (const at of lists.keys()) {
      const open = parts.filter(({ from }) => from.size < lists.length);
      const { pairs, gone, fresh } = pair(
        open.filter(({ from }) => !from.has(at)),
        open.filter(({ from }) => from.has(at)),
        [{ keys: ({ one }) => keys(one), fits: (a: Part<T>, b: Part<T>) => isApart(a, b) && fits(a.one, b.one) }],
      );
      if (pairs.size === 0) continue;
      const whole = parts.filter(({ from }) => from.size === lists.length);
      parts = [...whole, ...[...pairs].map(([now, before]) => joined(before, now, join)), ...gone, ...fresh];
    }
  return parts.map(({ one }) => one);
}

/** One item, and the indexes of the lists that contain it. */
interface Part<T> {
  readonly one: T;
  readonly from: ReadonlySet<number>;
}

function isApart({ from }: Part<unknown>, other: Part<unknown>): boolean {
  return [...from].every((at) => !other.from.has(at));
}

function joined<T>(a: Part<T>, b: Part<T>, join: Union<T>["join"]): Part<T> {
  return { one: join(a.one, b.one), from: new Set([...a.from, ...b.from]) };
}
