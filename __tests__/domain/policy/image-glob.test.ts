import { describe, expect, it } from "vitest";
import { compileImageGlobs } from "../../../src/domain/policy/glob.ts";

const DIGEST = `sha256:${"0".repeat(64)}`;

/** True if one glob matches one name. */
const isMatch = (glob: string, reference: string) => compileImageGlobs([{ images: [glob] }])([reference]).all.size > 0;

describe("a glob", () => {
  it.each([
    ["ghcr.io/acme/app", "ghcr.io/acme/app"],
    ["ghcr.io/acme/app", "ghcr.io/acme/app:1.0"],
    ["ghcr.io/acme/app", `ghcr.io/acme/app@${DIGEST}`],
    ["ghcr.io/acme/app", `ghcr.io/acme/app:1.0@${DIGEST}`],
    ["ghcr.io/acme/app:1.*", "ghcr.io/acme/app:1.2"],
    ["ghcr.io/acme/app:1.0", `ghcr.io/acme/app:1.0@${DIGEST}`],
    [`ghcr.io/acme/app@${DIGEST}`, `ghcr.io/acme/app:1.0@${DIGEST}`],
    ["ghcr.io/acme/app@sha256:*", `ghcr.io/acme/app@${DIGEST}`],
    ["ghcr.io/acme/legacy-*", "ghcr.io/acme/legacy-pdf:2"],
    ["ghcr.io/**", "ghcr.io/acme/team/app:1"],
    ["localhost:5000/app", "localhost:5000/app"],
    ["localhost:5000/app", "localhost:5000/app:1"],
    ["app", "app:latest"],
    ["*.tar", "app.tar"],
    ["/build/app.tar", "build/app.tar"],
  ])("%s covers %s", (pattern, reference) => {
    expect(isMatch(pattern, reference)).toBe(true);
  });

  it.each([
    ["ghcr.io/acme/app:1.*", "ghcr.io/acme/app:2.0"],
    ["ghcr.io/acme/app:1.*", "ghcr.io/acme/app"],
    ["ghcr.io/acme/app", "ghcr.io/acme/app2:1.0"],
    ["ghcr.io/acme/app", "ghcr.io/acme/app/sub:1.0"],
    ["ghcr.io/*", "ghcr.io/acme/app:1"],
    ["localhost", "localhost:5000/app"],
    ["localhost:5000", "localhost:5000/app"],
    ["localhost", `localhost:5000/app@${DIGEST}`],
    ["alpine", "docker.io/library/alpine:3"],
    ["docker.io/library/alpine", "alpine"],
    ["1.0", "app:1.0"],
    ["a", "a/:1/b"],
    ["x", "@x"],
    ["x", ":x"],
  ])("%s does not cover %s", (pattern, reference) => {
    expect(isMatch(pattern, reference)).toBe(false);
  });
});

describe("compileImageGlobs", () => {
  it("gives the items that match any of the names", () => {
    const matching = compileImageGlobs([
      { images: ["app:1", "app:3"], name: "first" },
      { images: ["app:2"], name: "second" },
      { images: ["other"], name: "third" },
      { name: "fourth" },
    ]);
    expect([...matching(["x.tar", "app:2", "app:1"]).all].map(({ name }) => name).sort()).toEqual(["first", "second"]);
    expect(matching([]).all.size).toBe(0);
  });
});

describe("a tag alongside a digest", () => {
  const confirmed = (glob: string, reference: string) =>
    compileImageGlobs([{ images: [glob] }])([reference]).confirmed.size > 0;

  // Proves: tag-beside-digest-chooses
  it.each([
    ["app:prod", `app:prod@${DIGEST}`],
    ["app:prod*", `app:prod@${DIGEST}`],
    ["**:prod**", `ghcr.io/acme/app:prod@${DIGEST}`],
    [`app:prod@${DIGEST}`, `app:prod@sha256:${"1".repeat(64)}`],
    [`other:prod@${DIGEST}`, `app:prod@${DIGEST}`],
    ["app:*@sha256:*", `app:prod@${DIGEST}`],
  ])("is not confirmed: %s does not surely cover %s", (glob, reference) => {
    expect(confirmed(glob, reference)).toBe(false);
  });

  it.each([
    ["app", `app:prod@${DIGEST}`],
    ["app@sha256:*", `app:prod@${DIGEST}`],
    [`app@${DIGEST}`, `app:prod@${DIGEST}`],
    [`app:prod@${DIGEST}`, `app:prod@${DIGEST}`],
    [`app:other@${DIGEST}`, `app:prod@${DIGEST}`],
    [`localhost:5000/a*:1@${DIGEST}`, `localhost:5000/app:prod@${DIGEST}`],
    ["app:prod", "app:prod"],
    [`app@${DIGEST}`, `app@${DIGEST}`],
  ])("takes nothing from name and digest: %s surely covers %s", (glob, reference) => {
    expect(confirmed(glob, reference)).toBe(true);
  });
});
