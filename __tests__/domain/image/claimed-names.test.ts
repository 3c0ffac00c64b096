import { describe, expect, it } from "vitest";
import { claimNotes, unconfirmedTagNotes } from "../../../src/domain/judge/claimed-names.ts";
import type { ScanOutcome } from "../../../src/domain/judge/judge.ts";
import type { Target } from "../../../src/domain/target.ts";
import { makeException, makePolicy, scanned } from "../make.ts";

const policy = makePolicy({ targets: [{ images: ["ghcr.io/acme/legacy"], thresholds: { HIGH: 40 }, line: 3 }] });

function outcome(claims: readonly string[], target: Partial<Target> = {}): ScanOutcome {
  const made = scanned([], "app.tar");
  if ("error" in made) throw new Error("not scanned");
  const { artifact } = made.scan;
  const names = target.as === undefined ? artifact.names : [target.as, ...artifact.names];
  return { target: { ...made.target, ...target }, scan: { ...made.scan, artifact: { ...artifact, names, claims } } };
}

describe("a file that claims a name for which the policy has a rule", () => {
  it("is noted, with the line that gives it that name", () => {
    const [note, ...more] = claimNotes([outcome(["ghcr.io/acme/legacy:1"])], policy);
    expect(more).toEqual([]);
    expect(note).toContain("`image: app.tar as ghcr.io/acme/legacy:1`");
    const report = outcome(["ghcr.io/acme/legacy:1"], { kind: "trivy-report", file: "r.json" });
    expect(claimNotes([report], policy)[0]).toContain("`trivy-report: r.json as ghcr.io/acme/legacy:1`");
  });

  it("is noted in words, with what it calls itself", () => {
    expect(claimNotes([outcome(["ghcr.io/acme/app:1", "ghcr.io/acme/legacy:1"])], policy)).toEqual([
      "app.tar calls itself ghcr.io/acme/legacy:1, for which the policy has `images`; rules ignore an image's own names. If it is that image, write `image: app.tar as ghcr.io/acme/legacy:1`.",
    ]);
  });

  it("is noted for exceptions as for limits, once for each file", () => {
    const exceptions = [makeException(), makeException({ images: ["ghcr.io/acme/pdf-*"] })];
    const both = makePolicy({ targets: policy.targets, exceptions });
    const files = [outcome(["ghcr.io/acme/pdf-a:1", "ghcr.io/acme/legacy:1"]), outcome(["ghcr.io/acme/legacy:2"])];
    const notes = claimNotes(files, both);
    expect(notes.map((note) => / calls itself (\S+),/.exec(note)?.[1])).toEqual([
      "ghcr.io/acme/pdf-a:1",
      "ghcr.io/acme/legacy:2",
    ]);
    expect(claimNotes([outcome(["ghcr.io/acme/pdf-a:1"])], makePolicy({ exceptions: [makeException()] }))).toEqual([]);
  });

  it("is noted if the name that it was given has a rule, and its own another", () => {
    const targets = [...policy.targets, { images: ["ghcr.io/acme/app"], thresholds: {}, line: 4 }];
    const given = outcome(["ghcr.io/acme/legacy:1"], { as: "ghcr.io/acme/app:1" });
    expect(claimNotes([given], makePolicy({ targets }))).toHaveLength(1);
  });

  it("is not told of what is not a reference, however wide the rule", () => {
    const wide = makePolicy({ exceptions: [makeException({ images: ["ghcr.io/**"] })] });
    expect(claimNotes([outcome(["ghcr.io/a b"])], wide)).toEqual([]);
    expect(claimNotes([outcome(["ghcr.io/a"])], wide)).toHaveLength(1);
  });

  it.each<[string, ScanOutcome]>([
    ["it was given that name", outcome(["ghcr.io/acme/legacy:1"], { as: "ghcr.io/acme/legacy:1" })],
    ["no rule is for that name", outcome(["ghcr.io/acme/app:1"])],
    ["it is not a name that could be given", outcome(["ghcr.io/acme/legacy:no such tag"])],
    ["it calls itself nothing", outcome([])],
    ["nothing is known of what it calls itself", scanned([], "app.tar")],
    [
      "it was not scanned",
      { target: { kind: "image", input: "a.tar", label: "a.tar" }, error: { code: "a-b", what: "", remedy: "" } },
    ],
  ])("is not told where %s", (_, each) => {
    expect(claimNotes([each], policy)).toEqual([]);
  });
});

describe("a tag alongside a digest that the policy has a rule for", () => {
  const DIGEST = `sha256:${"0".repeat(64)}`;
  const byTag = makePolicy({ exceptions: [makeException({ images: ["ghcr.io/acme/app:prod"] })] });

  it("is noted, as the rule has no effect", () => {
    const images = ["a", "b", "c", "d"].map((name) => scanned([], `ghcr.io/acme/${name}:prod@${DIGEST}`));
    const wide = makePolicy({ exceptions: [makeException({ images: ["ghcr.io/acme/?:prod"] })] });
    const [note, ...more] = unconfirmedTagNotes(images, wide);
    expect(more).toEqual([]);
    expect(note).toContain(`ghcr.io/acme/c:prod@${DIGEST} and 1 more chooses no exception`);
  });

  it("is not told where name or digest match as well, or where there is no digest", () => {
    const note = (reference: string, policy = byTag) => unconfirmedTagNotes([scanned([], reference)], policy);
    expect(note(`ghcr.io/acme/app:prod@${DIGEST}`)).toHaveLength(1);
    expect(note("ghcr.io/acme/app:prod")).toEqual([]);
    expect(note(`ghcr.io/acme/app:dev@${DIGEST}`)).toEqual([]);
    const byName = makePolicy({ exceptions: [makeException({ images: ["ghcr.io/acme/app"] })] });
    expect(note(`ghcr.io/acme/app:prod@${DIGEST}`, byName)).toEqual([]);
  });
});
