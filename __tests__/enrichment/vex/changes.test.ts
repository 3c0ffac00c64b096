import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type VexPair, vexChanges } from "../../../src/enrichment/vex/changes.ts";
import { readingAt } from "../../../src/enrichment/vex/document.ts";
import { createVexMatcher } from "../../../src/enrichment/vex/matcher.ts";
import { readVexDocuments } from "../../../src/enrichment/vex/read.ts";
import { makeFinding, makePackage, scanned } from "../../domain/make.ts";
import { cycloneDx, openVex, says, statement } from "./documents.ts";

const NOW = new Date("2026-11-24T15:00:00Z");
const bytes = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value, null, 1));

function changes(base: unknown, head: unknown, others: readonly VexPair[] = []) {
  const side = (value: unknown) => (value === undefined ? undefined : bytes(value));
  return vexChanges([{ name: "a.json", base: side(base), head: side(head) }, ...others], NOW);
}
const words = (...given: Parameters<typeof changes>) =>
  changes(...given).map(({ what, about, loosens }) => `${loosens ? "loosens: " : ""}${what} ${about}`);

const affected = (change = {}) => statement({ status: "affected", ...change });
const ABOUT = "CVE-2024-0001 in pkg:deb/debian/libssl3";

describe("what changes in a VEX document", () => {
  it("is what it says, and not how it is written, who wrote it or when", () => {
    expect(changes(openVex(), JSON.stringify(openVex()))).toEqual([]);
    expect(changes(openVex(), openVex(undefined, { author: "Somebody", timestamp: "2026-11-21T00:00:00Z" }))).toEqual(
      [],
    );
  });

  it("has a statement's line and file, and says what it says", () => {
    const head = says({ vulnerability: { name: "CVE-2024-0009" } });
    const line =
      JSON.stringify(head, null, 1)
        .split("\n")
        .findIndex((each) => each.includes("CVE-2024-0009")) + 1;
    expect(changes(openVex([]), head)).toEqual([
      {
        what: "added",
        subject: "VEX statement",
        about: "CVE-2024-0009 in pkg:deb/debian/libssl3",
        to: "not affected",
        loosens: true,
        line,
        file: "a.json",
      },
    ]);
  });

  it.each<[string, unknown, unknown, string[]]>([
    ["a statement more that accepts", openVex([]), openVex(), [`loosens: added ${ABOUT}`]],
    ["a document more that accepts", undefined, openVex(), [`loosens: added ${ABOUT}`]],
    ["one less", openVex(), openVex([]), [`removed ${ABOUT}`]],
    ["a document less", openVex(), undefined, [`removed ${ABOUT}`]],
    ["a statement more that accepts nothing", openVex([]), openVex([affected()]), [`added ${ABOUT}`]],
    [
      "another version",
      says({ products: [{ "@id": "pkg:deb/debian/libssl3@1" }] }),
      openVex(),
      [`loosens: added ${ABOUT}`, `removed ${ABOUT}@1`],
    ],
    ["one less that held another back", openVex([statement(), affected()]), openVex(), [`loosens: removed ${ABOUT}`]],
    [
      "an order in which another is the latest",
      openVex([statement(), affected({ products: [{ "@id": "pkg:deb/debian/libssl3@1" }] })]),
      openVex([affected({ products: [{ "@id": "pkg:deb/debian/libssl3@1" }] }), statement()]),
      ["loosens: changed CVE-2024-0001"],
    ],
    ["a status", openVex([affected()]), openVex(), [`loosens: added ${ABOUT}`, `loosens: removed ${ABOUT}`]],
    ["a reason that is missing", openVex(), says({ justification: "" }), [`removed ${ABOUT}`]],
    ["a reason that was missing", says({ justification: "" }), openVex(), [`loosens: added ${ABOUT}`]],
    ["another format", openVex(), cycloneDx(), []],
    ["a base that is not valid", "{", openVex(), [`loosens: added ${ABOUT}`]],
    ["a head that is not valid", openVex([]), "{", ["changed a.json"]],
  ])("%s", (_, base, head, expected) => {
    expect(words(base, head).sort()).toEqual([...expected].sort());
  });

  // Proves: change-vex-document-shown
  it("is seen across documents: one that is older now holds another back no longer", () => {
    const other = bytes(openVex(undefined, { timestamp: "2026-11-15T00:00:00Z" }));
    const pair: VexPair = { name: "b.json", base: other, head: other };
    const later = openVex([affected()]);
    const earlier = openVex([affected()], { timestamp: "2026-11-01T00:00:00Z" });
    expect(words(later, earlier, [pair])).toEqual(["loosens: changed CVE-2024-0001"]);
    expect(words(later, earlier)).toEqual([]);
  });

  // Proves: change-vex-document-shown
  it("never lets more through unseen", () => {
    const versions = ["", "@1", "@2"];
    const one = fc.record({
      status: fc.constantFrom("not_affected", "affected", "fixed", "under_investigation"),
      version: fc.constantFrom(...versions),
      day: fc.integer({ min: 1, max: 3 }),
      reason: fc.boolean(),
    });
    const documents = fc.array(fc.array(one, { maxLength: 4 }), { minLength: 1, maxLength: 2 });
    const textOf = (all: readonly { status: string; version: string; day: number; reason: boolean }[]) =>
      bytes(
        openVex(
          all.map(({ status, version, day, reason }) =>
            statement({
              status,
              products: [{ "@id": `pkg:npm/qs${version}` }],
              timestamp: `2026-11-0${day}T00:00:00Z`,
              justification: reason ? "component_not_present" : undefined,
            }),
          ),
        ),
      );
    const accepted = (all: readonly Buffer[], version: string) => {
      const matcher = createVexMatcher(
        readVexDocuments(
          all.map((each, index) => ({ name: `${index}`, bytes: each })),
          readingAt(NOW),
        ),
      );
      const finding = makeFinding({ id: "CVE-2024-0001", package: makePackage({ purl: `pkg:npm/qs${version}` }) });
      const outcome = scanned([finding]);
      return "scan" in outcome && matcher.statementOf(finding, outcome.target, outcome.scan) !== undefined;
    };
    fc.assert(
      fc.property(documents, documents, (base, head) => {
        const [before, after] = [base.map(textOf), head.map(textOf)];
        const isLooser = ["@1", "@2", "@3"].some((each) => accepted(after, each) && !accepted(before, each));
        const count = Math.max(before.length, after.length);
        const pairs = Array.from({ length: count }, (_, i) => ({ name: `${i}`, base: before[i], head: after[i] }));
        if (isLooser) expect(vexChanges(pairs, NOW).some(({ loosens }) => loosens)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});
