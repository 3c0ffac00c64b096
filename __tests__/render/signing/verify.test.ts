import { describe, expect, it } from "vitest";
import type { VerdictPredicate } from "../../../src/domain/evidence/predicate.ts";
import { renderVerifyLog, renderVerifySummary, type VerifyView } from "../../../src/render/signing/verify.ts";
import { ago, DIGEST, NOW, predicate } from "../../domain/evidence/make.ts";
import { HOSTILE } from "../hostile.ts";
import { expectSound } from "../sound.ts";

const BASE = {
  asked: "ghcr.io/acme/app:1.2",
  now: NOW,
  pinned: `ghcr.io/acme/app@${DIGEST}`,
  signer: `the key deploy/cosign.pub (SHA-256 ${"c".repeat(64)})`,
  cosign: { version: "3.0.6", sha256: "d".repeat(64) },
  maxAgeMs: 7 * 24 * 3600_000,
  limits: {},
  refusals: [],
};

const PASS: VerifyView = {
  ...BASE,
  verdict: "pass",
  reason: `pass: ${BASE.pinned} is signed, and the gate's newest verdict of it passes`,
  limits: { MEDIUM: 5 },
  attested: predicate({
    accepted: 2,
    coverage: { gaps: [{ code: "os-not-supported" }] },
    exceptions: [
      {
        id: "CVE-2026-1234",
        package: "log4j-core",
        reason: "Renderer gets no user input.",
        owner: "@acme/platform",
        expires: "2026-12-15",
      },
    ],
    run: { url: "https://github.com/acme/app/actions/runs/42" },
  }),
};

const TOO_OLD = {
  code: "verdict-too-old",
  what: "The newest verdict is of 2026-11-01T08:00:00.000Z, and none older than 7 days may be deployed",
  remedy: "Run the gate on this digest again, and sign it after a pass.",
};
const REFUSED: VerifyView = {
  ...BASE,
  verdict: "refused",
  reason: `refused: [${TOO_OLD.code}] ${TOO_OLD.what}`,
  refusals: [TOO_OLD],
  attested: predicate({ scannedAt: "2026-11-01T08:00:00.000Z" }),
};

const MISSING = {
  code: "cosign-missing",
  what: 'There is no program "cosign" on the PATH',
  remedy: "Install Cosign first.",
};
const BROKEN: VerifyView = {
  asked: BASE.asked,
  now: NOW,
  verdict: "error",
  reason: `error: [${MISSING.code}] ${MISSING.what}`,
  refusals: [MISSING],
};

/** A view in which every foreign text is this one. */
function hostileView(text: string): VerifyView {
  const attested: VerdictPredicate = predicate({
    verdict: "fail",
    reason: text,
    exceptions: [{ id: text, package: text, reason: text, owner: text, expires: "2026-12-01" }],
    coverage: { gaps: [{ code: text, path: text }] },
    scanner: { name: text, version: text },
    run: { url: `https://evil.example/${text}` },
  });
  const refusal = {
    code: "verdict-not-a-pass",
    what: `The newest verdict is \`fail\`: ${text}`,
    remedy: "Clear what fails.",
  };
  return {
    ...BASE,
    asked: text,
    signer: `the identity ${text} of ${text}`,
    verdict: "refused",
    reason: `refused: ${text}`,
    refusals: [refusal],
    attested,
  };
}

describe("the summary and the log of a verification", () => {
  it.each([
    ["pass", PASS],
    ["refused", REFUSED],
    ["error", BROKEN],
  ])("of the verdict %s", async (name, view) => {
    await expect(renderVerifySummary(view)).toMatchFileSnapshot(`../golden/verify-summary-${name}.md`);
    await expect(renderVerifyLog(view)).toMatchFileSnapshot(`../golden/verify-log-${name}.txt`);
    expectSound(
      renderVerifySummary(view).replace(
        "https://github.com/acme/app/actions/runs/42",
        "https://github.com/acme/app/actions/runs/42/",
      ),
    );
  });

  it.each(HOSTILE)("show a stranger's text as text: %j", (text) => {
    const view = hostileView(text);
    expectSound(renderVerifySummary({ ...view, attested: { ...(view.attested ?? predicate()), run: {} } }));
    const log = renderVerifyLog(view);
    expect(log).not.toMatch(/^\s*::|##\[|[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u200b]/m);
  });

  it("lead to no page that is not an address of the usual kind", () => {
    const view = { ...PASS, attested: predicate({ run: { url: "javascript:alert(1)" } }) };
    expect(renderVerifySummary(view)).not.toContain("](");
  });

  it("are bounded, whatever is attested", () => {
    const many = Array.from({ length: 20_000 }, (_, at) => ({
      id: `CVE-${at}`,
      reason: "r".repeat(5000),
      expires: "2026-12-01",
    }));
    const refusals = Array.from({ length: 20_000 }, () => ({ ...TOO_OLD, what: "w".repeat(5000) }));
    const view = {
      ...REFUSED,
      reason: "r".repeat(1_000_000),
      refusals,
      attested: predicate({ exceptions: many, scannedAt: ago(1) }),
    };
    expect(renderVerifySummary(view).length).toBeLessThan(200_000);
    expect(renderVerifyLog(view).length).toBeLessThan(200_000);
  });
});
