import { expect, it } from "vitest";
import type { InventoryEntry } from "../../../../src/domain/coverage/inventory.ts";
import { tellOfArchives } from "../../../../src/scanners/trivy/scan/renamed-archives.ts";

const renamed = (path: string): InventoryEntry => ({ kind: "jar", path, layer: 1, isRenamed: true });
const told = (...entries: readonly InventoryEntry[]) => tellOfArchives({ entries, marks: [], more: 0 });

it("Trivy gets archives of another name, each by a pattern for its path alone", () => {
  const plain: InventoryEntry = { kind: "jar", path: "a.jar", layer: 1 };
  const { patterns, inventory } = told(plain, renamed("app/x.zip"), renamed('o,d d"\n(é)+$'));
  expect(patterns).toEqual([
    "jar:^app/x\\x{2e}zip$",
    "jar:^o\\x{2c}d\\x{20}d\\x{22}\\x{a}\\x{28}\\x{e9}\\x{29}\\x{2b}\\x{24}$",
  ]);
  expect(inventory.entries.map(({ isRenamed }) => isRenamed)).toEqual([undefined, undefined, undefined]);
  expect(told(plain).patterns).toEqual([]);
});

// Proves: name-hides-no-java
it("those beyond the bounds stay renamed, so that each is a gap", () => {
  const many = told(...Array.from({ length: 300 }, (_, at) => renamed(`app/${at}`)));
  expect(many.patterns).toHaveLength(200);
  expect(many.inventory.entries.filter(({ isRenamed }) => isRenamed)).toHaveLength(100);
  const long = told(...Array.from({ length: 60 }, (_, at) => renamed(`${"x".repeat(4000)}${at}`)));
  expect(long.patterns.join("").length).toBeLessThan(100_000);
  expect(long.inventory.entries.filter(({ isRenamed }) => isRenamed).length).toBe(60 - long.patterns.length);
});
