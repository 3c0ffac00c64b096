import { describe, expect, it } from "vitest";
import { compileImageGlob, compileImageGlobs } from "../../../src/domain/policy/glob.ts";

const DIGEST = `sha256:${"0".repeat(64)}`;

describe("compileImageGlob", () => {
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
    expect(compileImageGlob(pattern)(reference)).toBe(true);
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
    expect(compileImageGlob(pattern)(reference)).toBe(false);
  });
});

describe("compileImageGlobs", () => {
  it("gives the values that match any of the names", () => {
    const matching = compileImageGlobs([
      { glob: "app:1", value: "first" },
      { glob: "app:2", value: "second" },
      { glob: "other", value: "third" },
    ]);
    expect([...matching(["x.tar", "app:2", "app:1"])].sort()).toEqual(["first", "second"]);
    expect(matching([]).size).toBe(0);
  });
});
