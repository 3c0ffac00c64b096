import { relative, resolve } from "node:path";
import { expect } from "vitest";
import { vexChanges } from "../../src/enrichment/vex/changes.ts";
import { BadVex, readingAt } from "../../src/enrichment/vex/document.ts";
import { type HubIndex, neededDocuments, presentIn, readHubIndex } from "../../src/enrichment/vex/hub.ts";
import { createVexMatcher } from "../../src/enrichment/vex/matcher.ts";
import { readVexDocuments } from "../../src/enrichment/vex/read.ts";
import { makeFinding, scanned } from "../domain/make.ts";
import { csaf, cycloneDx, openVex, statement } from "../enrichment/vex/documents.ts";
import { fuzz, read } from "../support/runs/fuzz.ts";
import { damaged } from "../support/runs/mutations.ts";

const NOW = new Date("2026-11-24T15:00:00Z");
const within = [
  { "@id": "pkg:oci/app?repository_url=ghcr.io/acme/app", subcomponents: [{ "@id": "pkg:deb/debian/libssl3" }] },
];
const VALID = [
  openVex([
    statement(),
    statement({ products: within }),
    statement({ status: "fixed" }),
    statement({ status: "affected" }),
  ]),
  cycloneDx(),
  csaf(),
  csaf({ fixed: ["libssl3"], known_affected: ["rhel"], recommended: ["image"] }),
].map((each) => JSON.stringify(each));
const PIECES = [
  ...'[]{}:,"\\/@?#%0',
  "null",
  "true",
  "1e999",
  "-0",
  '"__proto__":{},',
  '"status":"not_affected",',
  '"constructor"',
  '"pkg:npm/a%2Fb@1"',
  '"pkg:oci/app@sha256:"',
  '"9999-12-31T00:00:00Z"',
  '"branches":[{"branches":',
  "[".repeat(500),
  "\ufeff",
  "\ud800",
] as unknown as [string, ...string[]];

const finding = makeFinding();
const outcome = scanned([finding]);

fuzz(
  "a damaged VEX or CSAF document is claims with their reasons, or a refusal that names it",
  damaged(VALID, PIECES),
  async (bytes) => {
    const files = [{ name: "a.json", bytes }];
    const result = await read(() => readVexDocuments(files, readingAt(NOW)));
    if ("refused" in result) {
      expect(["vex-invalid", "vex-too-large"]).toContain(result.refused.code);
      expect(result.refused.what).toContain('"a.json"');
      return;
    }
    const matcher = createVexMatcher(result.value);
    const accepted = "scan" in outcome ? matcher.statementOf(finding, outcome.target, outcome.scan) : undefined;
    for (const note of matcher.notes()) expect(note).toContain("a.json");
    if (accepted === undefined) return;
    const claims = result.value.flatMap((each) => each.claims);
    expect(claims.some(({ at, refused }) => refused === undefined && (at ?? 0) <= NOW.getTime() + 3_600_000)).toBe(
      true,
    );
    // A statement that accepts a finding loosens the rules, because the base has none.
    const changes = vexChanges([{ name: "a.json", base: undefined, head: bytes }], NOW);
    expect(changes.some(({ loosens }) => loosens)).toBe(true);
  },
);

const INDEX = JSON.stringify({
  updated_at: "2026-11-20T00:00:00Z",
  packages: [
    { id: "pkg:deb/debian/libssl3", location: "pkg/deb/libssl3.json" },
    { id: "pkg:oci/app?repository_url=ghcr.io%2Facme%2Fapp", location: "pkg/oci/app.json", format: "csaf" },
  ],
});

fuzz(
  "a damaged index of a VEX repository leads nowhere but into its folder",
  damaged([INDEX], [...PIECES, "../", "/etc/passwd", "..\\\\"] as unknown as [string, ...string[]]),
  async (bytes) => {
    let index: HubIndex;
    try {
      index = readHubIndex(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(BadVex);
      return;
    }
    for (const { location } of index.entries) {
      const inner = relative("/hub", resolve("/hub", location));
      expect(inner).not.toMatch(/^(\.\.|\/|$)/);
    }
    if ("scan" in outcome) neededDocuments([index], presentIn([outcome.scan]));
  },
);
