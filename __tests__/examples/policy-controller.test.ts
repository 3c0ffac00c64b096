import { beforeAll, describe, expect, it } from "vitest";
import { finish } from "../../scripts/setup/command.ts";
import type { VerdictPredicate } from "../../src/domain/evidence/predicate.ts";
import { perSeverityName } from "../../src/domain/severity.ts";
import { clean, multiArchitecture } from "../support/images/images.ts";
import type { Artifact } from "../support/images/oci.ts";
import { type SignatureFormat, startSignedImages } from "../support/images/signed-images.ts";
import type { KeyPair } from "../support/programs/cosign-keys.ts";
import { type Locks, startLocks } from "../support/programs/locks.ts";
import { shared, sharedFolder } from "../support/runs/shared.ts";
import { type VerdictOptions, verdictFor } from "../support/runs/verdicts.ts";

// policy-controller's own tester on the examples' unchanged ClusterImagePolicy. It answers like the webhook.

const folder = sharedFolder("policy-controller");
const images = await shared(startSignedImages(folder.path));
const OURS = { formats: ["legacy"] } as const;

let locks: Locks;
let keys: Readonly<Record<"ours" | "other", KeyPair>>;

beforeAll(async () => {
  if (!images.isThere) return;
  keys = { ours: images.keyPair("ours"), other: images.keyPair("other") };
  locks = await startLocks(folder.path, images, keys.ours.public);
}, 900_000);

/** The tester's message about an image: empty if the image may start. */
async function refusal(image: string): Promise<string> {
  const said = await locks.cluster(image);
  if (said === "") return "";
  // With any other answer, the test would prove nothing.
  const answer = /\{"errors".*$/m.exec(said)?.[0];
  if (answer === undefined) throw new Error(said);
  return (JSON.parse(answer) as { errors: string[] }).errors.join("\n");
}

interface Evidence {
  readonly by?: "ours" | "other";
  readonly formats?: readonly SignatureFormat[];
  readonly signed?: boolean;
  /** A verdict for each, the oldest first. */
  readonly verdicts?: readonly VerdictOptions[];
}

let pushed = 0;
/** Pushes an image into its own repository, with this evidence. */
async function withEvidence(evidence: Evidence, artifact: Artifact = clean()): Promise<string> {
  const image = await images.push(`golden/app-${++pushed}`, "1.0", artifact);
  const { by = "ours", formats = OURS.formats, signed = true, verdicts = [{}] } = evidence;
  if (signed) await images.sign(image, { keys: keys[by], formats });
  for (const one of verdicts) await images.attest(image, verdictFor(image, one), { keys: keys[by], formats });
  return image;
}

/** A verdict with some fields replaced. */
const but = (change: { [Name in keyof VerdictPredicate]?: unknown }): Evidence => ({
  verdicts: [{ change: change as Partial<VerdictPredicate> }],
});
const counts = (critical: unknown, high: unknown) => but({ counts: { ...perSeverityName(() => 0), critical, high } });
const exception = (daysLeft: number) => ({
  id: "CVE-2099-0001",
  reason: "Not reachable.",
  expires: new Date(Date.now() + daysLeft * 86_400_000).toISOString().slice(0, 10),
});
const FAIL: VerdictOptions = { change: { verdict: "fail" } };

describe.skipIf(!images.isThere)("docs/examples/policy-controller (needs docker-registry and skopeo)", () => {
  it.each<[string, Evidence]>([
    ["signed, with a fresh pass", {}],
    ["signed in both formats", { formats: ["bundle", "legacy"] }],
    ["scanned almost seven days ago", { verdicts: [{ daysOld: 6.99 }] }],
    ["scanned by a clock that is four minutes ahead", { verdicts: [{ daysOld: -4 / 1440 }] }],
    [
      "with findings of a severity that has no limit",
      but({ counts: perSeverityName((each) => (each === "LOW" ? 99 : 0)) }),
    ],
    ["relying on an exception on its last day", but({ exceptions: [exception(0)] })],
    ["with a pass that is newer than a fail of last month", { verdicts: [{ ...FAIL, daysOld: 30 }, {}] }],
  ])("lets an image start: %s", async (_, evidence) => {
    expect(await refusal(await withEvidence(evidence))).toBe("");
  });

  // Proves: cluster-asks-signature-verdict
  it.each<[string, Evidence, string]>([
    ["unsigned", { signed: false, verdicts: [] }, "no signatures found|no matching attestations"],
    ["signed without a verdict", { verdicts: [] }, "no matching attestations"],
    ["attested and not signed", { signed: false }, "no signatures found"],
    ["signed by another key", { by: "other" }, "invalid signature|Found: 0, Expected 1"],
    ["signed in the bundle format alone", { formats: ["bundle"] }, "no signatures found|no matching attestations"],
    ["scanned eight days ago", { verdicts: [{ daysOld: 8 }] }, "its scan is older than 7 days"],
    ["scanned tomorrow", { verdicts: [{ daysOld: -1 }] }, "its scan is older than 7 days, or its time cannot be read"],
    ["without a time that can be read", but({ scannedAt: "yesterday" }), "its time cannot be read"],
    ["a fail", { verdicts: [FAIL] }, "its verdict is not `pass`"],
    ["an error", but({ verdict: "error" }), "its verdict is not `pass`"],
    ["over the limit", counts(0, 1), "more than 0 findings are high"],
    ["without a count", counts(null, undefined), "findings are critical; more than 0 findings are high"],
    ["with a count that is not a number", counts("0", 0), "more than 0 findings are critical"],
    ["of another digest", but({ image: { digest: `sha256:${"a".repeat(64)}`, repository: "x" } }), "of another image"],
    ["relying on an exception that ended yesterday", but({ exceptions: [exception(-1)] }), "exception .* has ended"],
    ["without its exceptions", but({ exceptions: undefined }), "exception .* has ended"],
    ["with an exception without an end", but({ exceptions: [{ id: "CVE-2099-0001" }] }), "exception .* has ended"],
    [
      "a pass, and then a fail",
      { verdicts: [{ daysOld: 1 }, FAIL] },
      "another recent verdict speaks against the image",
    ],
    [
      "a pass, and then over the limit",
      { verdicts: [{ daysOld: 1 }, ...(counts(3, 0).verdicts ?? [])] },
      "another recent verdict",
    ],
  ])("refuses an image, and says why: %s", async (_, evidence, why) => {
    expect(await refusal(await withEvidence(evidence))).toMatch(new RegExp(why));
  });

  // Proves: old-pass-does-not
  it("a fail of this week speaks against the image alongside a newer pass, until the verdict is replaced", async () => {
    const image = await withEvidence({ verdicts: [{ ...FAIL, daysOld: 1 }, {}] });
    expect(await refusal(image)).toContain("another recent verdict speaks against the image");
    await images.attest(image, verdictFor(image), { keys: keys.ours, ...OURS, flags: ["--replace"] });
    expect(await refusal(image)).toBe("");
  });

  // Proves: others-attest-opens-nothing
  it("what another key says alongside ours neither opens nor closes it", async () => {
    const image = await withEvidence({});
    await images.attest(image, verdictFor(image, FAIL), { keys: keys.other, ...OURS });
    expect(await refusal(image)).toBe("");
    const stale = await withEvidence({ verdicts: [{ daysOld: 8 }] });
    await images.attest(stale, verdictFor(stale), { keys: keys.other, ...OURS });
    expect(await refusal(stale)).toContain("its scan is older than 7 days");
  });

  // Proves: evidence-does-not-move-other
  it("does not take evidence that was copied from another image", async () => {
    const good = await withEvidence({});
    const bad = await images.push("golden/copied", "1.0", multiArchitecture());
    const tag = (image: string, kind: string) => image.replace("@sha256:", ":sha256-").concat(kind);
    for (const kind of [".sig", ".att"]) {
      const places = [tag(good, kind), tag(bad, kind)].map((each) => `docker://${each}`);
      const how = ["--insecure-policy", "copy", "--src-tls-verify=false", "--dest-tls-verify=false"];
      const { code, stderr } = await finish(images.skopeo, [...how, ...places]);
      expect(code, stderr).toBe(0);
    }
    expect(await refusal(bad)).toMatch(/no matching signatures|no matching attestations/);
  });

  it("looks at the index, not at its images", async () => {
    const index = multiArchitecture();
    expect(await refusal(await withEvidence({}, index))).toBe("");
    const platforms = await withEvidence({ signed: false, verdicts: [] }, index);
    const { manifests } = JSON.parse(index.blobs.get(index.descriptor.digest)?.toString() ?? "");
    const platform = platforms.replace(/@.*/, `@${manifests[0].digest}`);
    await images.sign(platform, { keys: keys.ours, ...OURS });
    await images.attest(platform, verdictFor(platform), { keys: keys.ours, ...OURS });
    expect(await refusal(platforms)).toMatch(/no signatures found|no matching attestations/);
    expect(await refusal(platform)).toBe("");
  });

  it("says that an image alongside the pattern fits no policy: whether that may start is the cluster's setting", async () => {
    const image = await images.push("elsewhere/app", "1.0", clean());
    expect(await refusal(image)).toMatch(/is uncovered by policy/);
  });
});
