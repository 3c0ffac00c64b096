import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileGlob, compileGlobs, compileImageGlobs, PatternsTooCostly } from "../../../src/domain/policy/glob.ts";
import { asGateError } from "../../../src/system/errors.ts";
import { cpuMs } from "../../support/runs/patience.ts";

describe("compileGlob", () => {
  it.each([
    ["", ""],
    ["usr/bin/env", "usr/bin/env"],
    ["*", "file"],
    ["*", ""],
    ["*", ".hidden"],
    ["usr/*/env", "usr/bin/env"],
    ["usr/*.jar", "usr/log4j-2.14.1.jar"],
    ["a*b*c", "aXbbYc"],
    ["a*a", "aa"],
    ["**", "a/b/c"],
    ["**", ""],
    ["usr/**", "usr/lib/x"],
    ["usr/**", "usr/"],
    ["**/x", "x"],
    ["**/x", "a/x"],
    ["**/x", "a/b/x"],
    ["a/**/b", "a/b"],
    ["a/**/b", "a/x/b"],
    ["a/**/b", "a/x/y/b"],
    ["a/**/b/**/c", "a/b/c"],
    ["a/**/b/**/c", "a/x/b/y/z/c"],
    ["**/*.jar", "x.jar"],
    ["**/*.jar", "opt/app/x.jar"],
    ["**/**/x", "x"],
    ["**/**/x", "a/b/x"],
    ["**/**", "a"],
    ["**/", "a/"],
    ["***/x", "x"],
    ["***", "a/b"],
    ["a**b", "ab"],
    ["a**b", "a/x/b"],
    ["a**/b", "a/b"],
    ["a**/b", "ax/y/b"],
    ["a/**b", "a/x/b"],
    ["usr/lib/python3/**/sparkly/**", "usr/lib/python3/dist-packages/sparkly/lib/log4j.jar"],
    ["?", "x"],
    ["?", "🦄"],
    ["a?c", "abc"],
    ["*?", "ab"],
    ["🦄*", "🦄x"],
    ["ä\uffff?", "ä\uffff\ud83e"],
    ["/usr/bin", "usr/bin"],
    ["usr/bin", "/usr/bin"],
    ["//usr/bin", "/usr/bin"],
    ["/**/x", "x"],
    ["/*", "x"],
    ["[ab]", "[ab]"],
    ["{a,b}", "{a,b}"],
    ["!a", "!a"],
    ["a.c", "a.c"],
    ["a\\*", "a\\b"],
    ["(a|b)+", "(a|b)+"],
  ])("%j matches %j", (pattern, text) => {
    expect(compileGlob(pattern)(text)).toBe(true);
  });

  it.each([
    ["", "a"],
    ["a", ""],
    ["a", "A"],
    ["a", "ab"],
    ["a", "ba"],
    ["*", "a/b"],
    ["*", "a/"],
    ["a*b*c", "aXbbY"],
    ["a*a", "a"],
    ["usr/*", "usr/lib/x"],
    ["usr/**", "usr"],
    ["usr/**", "usr2/x"],
    ["**/x", "ax"],
    ["**/x", "a/bx"],
    ["**/x", "x/y"],
    ["a/**/b", "ab"],
    ["a/**/b", "a/xb"],
    ["a/**/b", "a/x/yb"],
    ["a/**/b", "aa/b"],
    ["**/", "a"],
    ["a**/b", "ab"],
    ["?", ""],
    ["?", "/"],
    ["?", "ab"],
    ["a?b", "a/b"],
    ["[ab]", "a"],
    ["{a,b}", "a"],
    ["!a", "b"],
    ["a.c", "abc"],
    ["a\\*", "a*"],
    ["usr/bin/", "usr/bin"],
    ["ä", "ö"],
    ["ä", "\u0080"],
    ["\u0080", "ä"],
    ["🦄", "🦅"],
  ])("%j does not match %j", (pattern, text) => {
    expect(compileGlob(pattern)(text)).toBe(false);
  });

  const pieces = fc.array(fc.constantFrom("a", "b", "/", ".", "?", "*", "**", "**/", "/**/"), { maxLength: 7 });
  const texts = fc.array(fc.constantFrom("a", "b", "/", "."), { maxLength: 9 }).map((all) => all.join(""));

  it("agrees with a naive matcher on any pattern and text", () => {
    fc.assert(
      fc.property(pieces, texts, (parts, text) => {
        const pattern = parts.join("");
        expect(compileGlob(pattern)(text)).toBe(naive(pattern.replace(/^\/+/, ""), text.replace(/^\/+/, "")));
      }),
      { numRuns: 3000 },
    );
  });

  // Proves: hostile-glob-costs-no
  it.each([
    ["many stars", "**a".repeat(400), `${"a".repeat(20_000)}b`],
    ["stars within a segment", `**${"*a".repeat(300)}b`, "a".repeat(20_000)],
    ["stars between slashes", `${"*/**/".repeat(300)}x`, "a/".repeat(10_000)],
    ["exponentially many states", `**a${"?".repeat(200)}`, "ab".repeat(10_000)],
    ["nothing but directories", `${"**/".repeat(100_000)}x`, "a/".repeat(100)],
  ])("stays fast on a hostile pattern: %s", (_, pattern, text) => {
    const start = cpuMs();
    compileGlob(pattern)(text);
    expect(cpuMs() - start).toBeLessThan(5000);
  });

  // Proves: no-text-decides-how
  it("stays fast for many patterns with a star between all letters", () => {
    const letters = (from: number, count: number) =>
      Array.from({ length: count }, (_, at) => "ab"[((from + 1) * (at + 7) * 2_654_435_761) & (1 << 12) ? 1 : 0]);
    const rules = Array.from({ length: 100 }, (_, from) => ({ glob: letters(from, 166).join("**"), value: from }));
    const matching = compileGlobs(rules);
    const start = cpuMs();
    for (let from = 0; from < 100; from++) matching(letters(from * 31, 200).join(""));
    expect(cpuMs() - start).toBeLessThan(60_000);
  });

  // Proves: no-text-decides-how
  it("shares the work that is left among all that are compiled together, and gives up without it", () => {
    const work = { left: 30 };
    expect(compileGlob("**/x/*.jar", work)("a/x/b.jar")).toBe(true);
    expect(work.left).toBeLessThan(20);
    expect(() => compileGlob("**a*b*c**", work)(`${"abc".repeat(9)}c`)).toThrow(PatternsTooCostly);
    expect(() => compileGlob("x*", work)("x")).toThrow(PatternsTooCostly);
    expect(asGateError(new PatternsTooCostly()).code).toBe("patterns-too-costly");
  });
});

describe("compileGlobs", () => {
  const matching = compileGlobs([
    { glob: "opt/**", value: "opt" },
    { glob: "**/*.jar", value: "jar" },
    { glob: "opt/app/*", value: "opt" },
    { glob: "opt/app/x.jar", value: "exact" },
  ]);

  it("gives the values of all that match, each once, in the order of the rules", () => {
    expect(matching("opt/app/x.jar")).toEqual(["opt", "jar", "exact"]);
    expect(matching("x.jar")).toEqual(["jar"]);
    expect(matching("opt/app/readme")).toEqual(["opt"]);
    expect(matching("usr/bin")).toEqual([]);
  });
});

/** A literal implementation of the documented rules that tries everything. */
function naive(pattern: string, text: string, segmentStart = true): boolean {
  if (pattern === "") return text === "";
  const stars = /^\*+/.exec(pattern)?.[0].length ?? 0;
  const rest = pattern.slice(stars);
  if (stars > 1 && segmentStart && rest.startsWith("/")) {
    const ends = [...text.matchAll(/\//g)].map((match) => match.index + 1);
    return [0, ...ends].some((end) => naive(rest.slice(1), text.slice(end), true));
  }
  if (stars > 0) {
    for (let end = 0; end <= text.length; end++) {
      if (stars === 1 && text.slice(0, end).includes("/")) return false;
      if (naive(rest, text.slice(end), false)) return true;
    }
    return false;
  }
  const [first = ""] = pattern;
  const fits = first === "?" ? text !== "" && text[0] !== "/" : text[0] === first;
  return fits && naive(pattern.slice(1), text.slice(1), first === "/");
}

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
