import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spanWords } from "../../../src/domain/dates.ts";
import { type Acceptance, acceptEvidence, type Evidence, type Terms } from "../../../src/domain/evidence/accept.ts";
import type { VerdictPredicate } from "../../../src/domain/evidence/predicate.ts";
import { ago, DIGEST, NOW, predicate, statement } from "./make.ts";

const TERMS: Terms = { now: NOW, maxAgeMs: 7 * 24 * 3600_000, limits: {} };
const OTHER = `sha256:${"b".repeat(64)}`;

function accept(
  statements: readonly unknown[],
  { evidence = {}, terms = {} }: { evidence?: Partial<Evidence>; terms?: Partial<Terms> } = {},
) {
  return acceptEvidence({ digest: DIGEST, signed: true, statements, ...evidence }, { ...TERMS, ...terms });
}
const about = (changes: Partial<VerdictPredicate>) => statement(predicate(changes));
const codes = ({ refusals }: Acceptance) => (refusals ?? []).map(({ code }) => code);

describe("an image is accepted", () => {
  it("if it is signed and its only verdict is a pass that is fresh", () => {
    expect(accept([statement()])).toEqual({ verdict: predicate() });
  });

  it("if both formats of a signature carry the same verdict", () => {
    expect(accept([statement(), statement()]).verdict).toEqual(predicate());
  });

  it("with a statement of in-toto's version 1, with fields that are not known, and with other attestations alongside", () => {
    const later = statement({ ...predicate(), new: 1 }, { _type: "https://in-toto.io/Statement/v1", extra: true });
    const sbom = statement({ bomFormat: "CycloneDX" }, { predicateType: "https://cyclonedx.org/bom" });
    expect(accept([sbom, later]).refusals).toBeUndefined();
  });

  it("if a new pass follows an old fail", () => {
    const old = about({ verdict: "fail", scannedAt: ago(2000) });
    expect(codes(accept([statement(), old]))).toEqual([]);
  });

  it("exactly at its highest age, and five minutes ahead of this clock, but not a moment more", () => {
    const day = { maxAgeMs: 24 * 3600_000 };
    expect(codes(accept([about({ scannedAt: ago(24 * 60) })], { terms: day }))).toEqual([]);
    expect(codes(accept([about({ scannedAt: ago(24 * 60 + 0.01) })], { terms: day }))).toEqual(["verdict-too-old"]);
    expect(codes(accept([about({ scannedAt: ago(-5) })]))).toEqual([]);
    expect(codes(accept([about({ scannedAt: ago(-5.01) })]))).toEqual(["verdict-from-the-future"]);
  });

  it("on the last day of an exception, in UTC, but not on the next day", () => {
    const relied = { exceptions: [{ id: "CVE-2026-1", reason: "r", expires: "2026-11-26" }] };
    const at = (now: string) => accept([about({ ...relied, scannedAt: now })], { terms: { now: new Date(now) } });
    expect(codes(at("2026-11-26T23:59:59.999Z"))).toEqual([]);
    expect(at("2026-11-27T00:00:00Z").refusals?.[0]).toMatchObject({
      code: "exception-ended",
      what: expect.stringContaining("CVE-2026-1 (last day 2026-11-26)"),
    });
  });

  it("within limits of the deploying side; a severity without one keeps the verdict's own", () => {
    const limits = (given: Terms["limits"]) => codes(accept([statement()], { terms: { limits: given } }));
    expect(limits({ MEDIUM: 3, LOW: "unlimited" })).toEqual([]);
    expect(limits({ MEDIUM: 2 })).toEqual(["limit-exceeded"]);
    expect(limits({ LOW: 0 })).toEqual(["limit-exceeded"]);
  });

  it("as an index if its verdict names each of its images", () => {
    const platforms = [{ digest: OTHER, platform: "linux/amd64" }];
    const index = about({ image: { digest: DIGEST, repository: "r", platforms } });
    expect(codes(accept([index], { evidence: { images: [OTHER] } }))).toEqual([]);
    expect(codes(accept([index], { evidence: { images: [OTHER, DIGEST] } }))).toEqual(["platform-not-judged"]);
    expect(codes(accept([statement()], { evidence: { images: [OTHER] } }))).toEqual(["platform-not-judged"]);
  });
});

describe("an image is refused", () => {
  // Proves: only-signature-signature
  it("without a signature, whatever is attested", () => {
    expect(codes(accept([], { evidence: { signed: false } }))).toEqual(["image-unsigned"]);
    expect(codes(accept([statement()], { evidence: { signed: false } }))).toEqual(["attestation-without-signature"]);
  });

  it("without a verdict, even if something else is attested", () => {
    expect(codes(accept([]))).toEqual(["verdict-missing"]);
    const { refusals } = accept([statement(predicate(), { predicateType: "https://image-gate.dev/verdict/v2" })]);
    expect(refusals?.[0].what).toContain("there are attestations of other types");
  });

  it.each<[string, Partial<VerdictPredicate>, string]>([
    ["fails", { verdict: "fail" }, "verdict-not-a-pass"],
    ["is an error", { verdict: "error" }, "verdict-not-a-pass"],
    ["is too old", { scannedAt: ago(8 * 24 * 60) }, "verdict-too-old"],
    ["is from a month ahead", { scannedAt: ago(-30 * 24 * 60) }, "verdict-from-the-future"],
    ["is about another image", { image: { digest: OTHER, repository: "r" } }, "verdict-of-another-image"],
    ["breaks its own limits", { counts: { ...predicate().counts, high: 1 } }, "verdict-inconsistent"],
  ])("if its verdict %s", (_, changes, code) => {
    expect(codes(accept([about(changes)]))).toEqual([code]);
  });

  it("if a new fail follows an old pass, in any order, with the fail's own reason", () => {
    const fail = about({ verdict: "fail", reason: "fail: 1 CRITICAL (limit 0) in app.", scannedAt: ago(1) });
    for (const statements of [
      [statement(), fail],
      [fail, statement()],
    ]) {
      const accepted = accept(statements);
      expect(codes(accepted)).toEqual(["verdict-not-a-pass"]);
      expect(accepted.refusals?.[0].what).toContain(": fail: 1 CRITICAL (limit 0) in app");
      expect(accepted.verdict?.verdict).toBe("fail");
    }
  });

  it("if a pass and a fail are of the same moment, written in two ways", () => {
    const fail = about({ verdict: "fail", scannedAt: "2026-11-26T11:00:00Z" });
    expect(codes(accept([about({ scannedAt: "2026-11-26T11:00:00.000Z" }), fail]))).toEqual(["verdict-not-a-pass"]);
  });

  // Proves: no-scan-tomorrow
  it("if a verdict of ours is from the future, although an older one is fine", () => {
    expect(codes(accept([statement(), about({ scannedAt: ago(-60) })]))).toEqual(["verdict-from-the-future"]);
  });

  it("if a verdict is attested to this image that is about another, or the other way round", () => {
    const moved = statement(predicate(), { subject: [{ digest: { sha256: "b".repeat(64) } }] });
    expect(codes(accept([moved]))).toEqual(["verdict-of-another-image"]);
    expect(codes(accept([moved, statement()]))).toEqual(["verdict-of-another-image"]);
    const inherited = statement(predicate(), { subject: [{ digest: Object.create({ sha256: "a".repeat(64) }) }] });
    expect(codes(accept([inherited]))).toEqual(["verdict-of-another-image"]);
  });

  it.each<[string, unknown]>([
    ["no object", "text"],
    ["null", null],
    ["without a subject", statement(predicate(), { subject: [] })],
    ["of another kind of statement", statement(predicate(), { _type: "https://example.com/Statement/v1" })],
    ["without a verdict", statement({ ...predicate(), verdict: undefined })],
    ["with another word for it", statement({ ...predicate(), verdict: "PASS" })],
    ["with a negative count", statement({ ...predicate(), counts: { ...predicate().counts, high: -1 } })],
    ["without a count", statement({ ...predicate(), counts: { critical: 0 } })],
    ["with a time in words", statement({ ...predicate(), scannedAt: "yesterday" })],
    ["with a time without a zone", statement({ ...predicate(), scannedAt: "2026-11-26T11:00:00" })],
    ["with an exception that has no end", statement({ ...predicate(), exceptions: [{ id: "a", reason: "b" }] })],
    [
      "with a day that does not exist",
      statement({ ...predicate(), exceptions: [{ id: "a", reason: "b", expires: "2027-02-30" }] }),
    ],
  ])(
    "if a verdict of ours is %s: it could be the newest, so that a readable pass alongside it does not help",
    (_, broken) => {
      expect(codes(accept([broken, statement()]))).toEqual(["verdict-unreadable"]);
      expect(codes(accept([broken]))).toEqual(["verdict-unreadable"]);
    },
  );

  it("for all reasons at once", () => {
    const bad = about({
      scannedAt: ago(9 * 24 * 60),
      verdict: "fail",
      exceptions: [{ id: "CVE-2026-2", reason: "r", expires: "2026-11-25" }],
    });
    expect(codes(accept([bad], { evidence: { signed: false }, terms: { limits: { MEDIUM: 0 } } }))).toEqual([
      "attestation-without-signature",
      "exception-ended",
      "limit-exceeded",
      "verdict-not-a-pass",
      "verdict-too-old",
    ]);
  });

  it("with a code and a remedy for each reason, on one line", () => {
    const { refusals = [] } = accept([about({ verdict: "fail", reason: "a", scannedAt: ago(99999) })]);
    expect(refusals).toHaveLength(2);
    for (const { code, what, remedy } of refusals) {
      expect(code).toMatch(/^[a-z]+(?:-[a-z]+)+$/);
      expect(what).toMatch(/^\p{Lu}[^\n]*[^.\n]$/u);
      expect(remedy).toMatch(/^\p{Lu}[^\n]*\.$/u);
    }
  });
});

/** Verdicts of every kind, some at the same moment. */
const anyVerdict = fc
  .record({
    verdict: fc.constantFrom<VerdictPredicate["verdict"]>("pass", "pass", "fail", "error"),
    minutes: fc.constantFrom(-10, -1, 0, 5, 60, 600, 20_000),
    high: fc.constantFrom(0, 0, 2),
    expires: fc.constantFrom("2026-11-25", "2026-11-26", "2027-01-01"),
    digest: fc.constantFrom(DIGEST, DIGEST, DIGEST, OTHER),
  })
  .map(({ verdict, minutes, high, expires, digest }) =>
    predicate({
      verdict,
      scannedAt: ago(minutes),
      counts: { ...predicate().counts, high },
      exceptions: [{ id: "CVE-2026-3", reason: "r", expires }],
      image: { digest, repository: "r" },
    }),
  );
const anyStatements = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: anyVerdict.map((verdict) => statement(verdict)) },
    fc.constant(statement({}, { predicateType: "https://cyclonedx.org/bom" })),
    { weight: 1, arbitrary: fc.jsonValue() },
  ),
  { maxLength: 6 },
);

describe("for any verdicts", () => {
  // Proves: newest-verdict-counts
  it("their order does not matter, nor whether one is there twice", () => {
    fc.assert(
      fc.property(anyStatements, fc.infiniteStream(fc.nat()), (statements, numbers) => {
        const mixed = statements
          .concat(statements.slice(0, 2))
          .map((each) => ({ each, at: numbers.next().value ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ each }) => each);
        expect(accept(mixed)).toEqual(accept(statements));
      }),
    );
  });

  // Proves: newest-verdict-counts
  it("a newer fail never becomes a pass", () => {
    fc.assert(
      fc.property(
        anyStatements,
        fc.constantFrom<VerdictPredicate["verdict"]>("fail", "error"),
        (statements, verdict) => {
          const newest = about({ verdict, scannedAt: ago(-10) });
          expect(accept([...statements, newest]).refusals).toBeDefined();
        },
      ),
    );
  });

  it("one that is as new as the accepted one can only refuse it", () => {
    fc.assert(
      fc.property(anyStatements, anyVerdict, (statements, verdict) => {
        const before = accept(statements);
        const added = accept([...statements, statement(verdict)]);
        const isNewer = Date.parse(verdict.scannedAt) > Math.max(...statements.flatMap(timeIn));
        if (before.refusals !== undefined && added.refusals === undefined) expect(isNewer).toBe(true);
      }),
    );
  });

  // Proves: old-evidence-ends
  it("an accepted one is signed, a pass, ours, fresh, within its limits, and rests on live exceptions only", () => {
    fc.assert(
      fc.property(anyStatements, fc.boolean(), (statements, signed) => {
        const { verdict, refusals } = accept(statements, { evidence: { signed } });
        if (refusals !== undefined) return;
        expect(signed).toBe(true);
        expect(verdict).toMatchObject({ verdict: "pass", image: { digest: DIGEST }, counts: { high: 0 } });
        expect(verdict.exceptions.every(({ expires }) => expires >= "2026-11-26")).toBe(true);
        const age = NOW.getTime() - Date.parse(verdict.scannedAt);
        expect(age).toBeLessThanOrEqual(TERMS.maxAgeMs);
        expect(age).toBeGreaterThanOrEqual(-5 * 60_000);
      }),
    );
  });

  it("without its signature, or without its only verdict, nothing is accepted", () => {
    fc.assert(
      fc.property(anyStatements, (statements) => {
        expect(accept(statements, { evidence: { signed: false } }).refusals).toBeDefined();
        expect(accept(statements.filter((each) => timeIn(each).length === 0)).refusals).toBeDefined();
      }),
    );
  });
});

/** The time of a verdict, if the statement has one. */
function timeIn(value: unknown): number[] {
  const time = (value as { predicate?: { scannedAt?: string } } | null)?.predicate?.scannedAt;
  return time === undefined ? [] : [Date.parse(time)];
}

describe("a span of time", () => {
  it.each([
    [7 * 86_400_000, "7 days"],
    [86_400_000, "1 day"],
    [36 * 3_600_000, "36 h"],
    [90 * 60_000, "90 min"],
    [90_000, "90 s"],
  ])("of %d ms is %s", (ms, words) => {
    expect(spanWords(ms)).toBe(words);
  });
});
