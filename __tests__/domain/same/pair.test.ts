import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Pass, pair, unite } from "../../../src/domain/same/pair.ts";

interface Item {
  readonly id: string;
  readonly others: readonly string[];
  readonly place: string;
}

const item: fc.Arbitrary<Item> = fc.record({
  id: fc.constantFrom("A", "B", "C"),
  others: fc.subarray(["A", "B", "C", "N"], { maxLength: 2 }),
  place: fc.constantFrom("", "x", "x/y"),
});
const items = fc.array(item, { maxLength: 8 });

const keyOf = ({ id, place }: Item) => `${id} ${place}`;
const namesOf = ({ id, others }: Item) => [id, ...others];
const exact: Pass<Item> = { keys: (one) => [keyOf(one)] };
const anyPlace: Pass<Item> = { keys: ({ id }) => [id] };
const byName = { keys: namesOf, fits: (a: Item, b: Item) => a.place === b.place };
const sortedKeys = (all: readonly Item[]) => all.map(keyOf).sort();

describe("pair", () => {
  it("has each of both sides exactly once", () => {
    fc.assert(
      fc.property(items, items, (before, now) => {
        const { pairs, gone, fresh } = pair(before, now, [exact, anyPlace, byName]);
        expect(new Set([...pairs.values(), ...gone])).toEqual(new Set(before));
        expect(pairs.size + gone.length).toBe(before.length);
        expect([...pairs.keys(), ...fresh]).toHaveLength(now.length);
        expect(new Set([...pairs.keys(), ...fresh])).toEqual(new Set(now));
      }),
    );
  });

  it("by an equal key alone is the difference of two multisets, the first of several first", () => {
    fc.assert(
      fc.property(items, items, (before, now) => {
        const { gone, fresh } = pair(before, now, [exact]);
        const rest = (these: readonly Item[], those: readonly Item[]) => {
          const left = Map.groupBy(those, keyOf);
          return these.filter((each) => left.get(keyOf(each))?.pop() === undefined);
        };
        expect(gone).toEqual(rest(before, now));
        expect(fresh).toEqual(rest(now, before));
      }),
    );
  });

  it("leaves as many on each side if they change places", () => {
    fc.assert(
      fc.property(items, items, (before, now) => {
        const [there, back] = [pair(before, now, [exact, anyPlace]), pair(now, before, [exact, anyPlace])];
        expect(sortedKeys(there.gone).map((key) => key[0])).toEqual(sortedKeys(back.fresh).map((key) => key[0]));
        expect(there.pairs.size).toBe(back.pairs.size);
      }),
    );
  });

  it("leaves nothing that an earlier pass can pair, and no two that a later one can", () => {
    fc.assert(
      fc.property(items, items, (before, now) => {
        const { pairs, gone, fresh } = pair(before, now, [exact, byName]);
        expect([...pairs].filter(([a, b]) => keyOf(a) === keyOf(b))).toHaveLength(
          pair(before, now, [exact]).pairs.size,
        );
        for (const was of gone)
          for (const is of fresh)
            expect(was.place === is.place && namesOf(was).some((name) => namesOf(is).includes(name))).toBe(false);
      }),
    );
  });

  it.each([
    [64, 0],
    [65, 1],
  ])("connects %i by one name, or nothing", (count, left) => {
    const crowd = Array.from({ length: count }, (_, index) => ({ id: `${index}`, others: ["N"], place: "" }));
    const one = [{ id: "notice", others: ["N"], place: "" }];
    expect(pair(crowd, one, [byName]).fresh).toHaveLength(left);
    expect(pair(one, crowd, [byName]).gone).toHaveLength(left);
  });
});

describe("unite", () => {
  interface Said extends Item {
    readonly by: readonly number[];
  }
  const union = {
    key: keyOf,
    passes: [byName],
    join: (a: Said, b: Said) => ({ ...a, others: [...a.others, ...namesOf(b)], by: [...a.by, ...b.by] }),
  };
  const said = (lists: readonly (readonly Item[])[]) =>
    lists.map((list, at) => list.map((each): Said => ({ ...each, by: [at] })));

  it("has each thing of each list once, and never two of one list in one", () => {
    fc.assert(
      fc.property(fc.array(items, { maxLength: 4 }), (lists) => {
        const united = unite(said(lists), union);
        for (const [at, list] of lists.entries())
          expect(united.filter(({ by }) => by.includes(at))).toHaveLength(list.length);
        for (const { by } of united) expect(new Set(by).size).toBe(by.length);
      }),
    );
  });

  it("is one list if all lists are the same", () => {
    fc.assert(
      fc.property(items, (list) => {
        expect(sortedKeys(unite(said([list, list, list]), union))).toEqual(sortedKeys(list));
      }),
    );
  });

  it("joins two things by a third one that has the names of both", () => {
    const one = (id: string, ...others: string[]) => [{ id, others, place: "" }];
    for (const lists of [
      [one("A"), one("B"), one("C", "A", "B")],
      [one("A"), one("C", "A", "B"), one("B")],
      [one("C", "A", "B"), one("A"), one("B")],
    ])
      expect(unite(said(lists), union)).toHaveLength(1);
  });
});
