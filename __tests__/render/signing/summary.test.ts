import { describe, expect, it } from "vitest";
import { renderSigningLog, renderSigningSummary, type SigningView } from "../../../src/render/signing/summary.ts";

const digest = (number: number) => `sha256:${String(number).repeat(64)}`;
const KEY =
  "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExMYF37TxtE71cAWrt0d7/UYnTzWm\n-----END PUBLIC KEY-----\n";

type Signed = Exclude<SigningView, { failure: object }>;

const view = (change: Partial<Signed> = {}): Signed => ({
  formats: ["bundle", "legacy"],
  rows: [1, 2].map((number) => ({
    reference: `ghcr.io/acme/quarantine/app@${digest(number)}`,
    platform: number === 1 ? "linux/amd64" : "linux/arm64",
    isIndex: false,
    evidence: ["verdict", "SBOM", "vulnerability report"],
    wasThere: false,
  })),
  top: `ghcr.io/acme/quarantine/app@${digest(1)}`,
  notes: [],
  publicKey: KEY,
  tlog: true,
  ...change,
});

describe("the summary of a signature", () => {
  it("of an index that was promoted", async () => {
    const index = `ghcr.io/acme/quarantine/app@${digest(3)}`;
    const rows = [...view().rows, { reference: index, isIndex: true, evidence: ["verdict"], wasThere: false }];
    const reference = `ghcr.io/acme/golden/app@${digest(3)}`;
    const promoted = "ghcr.io/acme/golden/app:1.2";
    await expect(renderSigningSummary(view({ rows, promoted, top: reference }))).toMatchFileSnapshot(
      "../golden/signing-index.md",
    );
  });

  it("of an image that was signed before, without a key, without an SBOM", async () => {
    const rows = [{ ...(view().rows[0] as Signed["rows"][number]), evidence: ["verdict"], wasThere: true }];
    const job = { publicKey: undefined, workflow: "https://github.com/acme/my.app/.github/workflows/image.yml" };
    const notes = ["No SBOM is attached, as the gate wrote none. Add `cyclonedx` to the gate's `reports`."];
    await expect(renderSigningSummary(view({ rows, ...job, notes, formats: ["legacy"] }))).toMatchFileSnapshot(
      "../golden/signing-keyless.md",
    );
  });

  it("of a run that failed, which never says that anything is signed", async () => {
    const failure = {
      code: "not-a-pass",
      what: "The report says fail: 2 findings (limit 0) in ghcr.io/acme/app",
      remedy: "Fix what is found, or accept it in the policy.",
    };
    const shown = renderSigningSummary({ failure });
    await expect(shown).toMatchFileSnapshot("../golden/signing-failed.md");
    expect(shown).not.toMatch(/✅|cosign verify/);
  });

  it("says `tlog: false` to anyone who verifies", () => {
    const shown = renderSigningSummary(view({ tlog: false }));
    expect(shown).toContain("--key cosign.pub --insecure-ignore-tlog");
  });

  it("lets no name become a command, a mention or a link", () => {
    const evil = "evil/`@acme`<!--x-->$(id);[a](b)@sha256:0";
    const rows = [{ reference: evil, platform: "linux/@acme", isIndex: false, evidence: ["verdict"], wasThere: false }];
    const shown = renderSigningSummary(view({ rows, top: evil, notes: [evil], promoted: evil }));
    expect(shown).not.toContain("<!--");
    expect(shown).toContain("cosign verify --key cosign.pub 'evil/`@acme`");
    const log = renderSigningLog(view({ rows, notes: ["a\n::error::x"], promoted: evil }));
    expect(log).toContain("evil/`@acme`<!--x-->$(id);[a](b)@sha256:0");
    expect(log).not.toMatch(/^\s*::/m);
  });

  it("stays within a summary's limit", () => {
    const rows = Array.from({ length: 500 }, (_, number) => ({
      reference: `ghcr.io/acme/app@${digest(number % 10)}`,
      isIndex: false,
      evidence: ["verdict"],
      wasThere: false,
    }));
    expect(Buffer.byteLength(renderSigningSummary(view({ rows })))).toBeLessThan(1_000_000);
  });
});
