import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Exception } from "../../../src/domain/exception.ts";
import { compileScopes, matcherOf } from "../../../src/domain/policy/exception-matcher.ts";
import { compileGlob } from "../../../src/domain/policy/glob.ts";
import { cpuMs } from "../../support/runs/patience.ts";
import { makeException, makeFinding, makePackage } from "../make.ts";

const NAMES = ["ghcr.io/acme/app:1.0"];

function matches(change: Partial<Exception>, finding = makeFinding()): boolean {
  return matcherOf(compileScopes([makeException(change)])(NAMES)).matches(finding).length === 1;
}

describe("exceptions", () => {
  it("compares ids whole, whatever their case", () => {
    expect(matches({ id: "CVE-2024-0001" })).toBe(true);
    expect(matches({ id: "cve-2024-0001" })).toBe(true);
    expect(matches({ id: "CVE-2024-000" })).toBe(false);
    expect(matches({ id: "CVE-2024-00011" })).toBe(false);
    expect(matches({ id: "*" })).toBe(false);
    expect(matches({ id: "GHSA-jfh8" }, makeFinding({ id: "ghsa-JFH8" }))).toBe(true);
  });

  // Proves: exception-one-several-cves
  it("matches any id of a finding", () => {
    const aliased = makeFinding({ aliases: ["GHSA-aaaa-bbbb-cccc"] });
    expect(matches({ id: "ghsa-AAAA-bbbb-cccc" }, aliased)).toBe(true);
    expect(matches({}, aliased)).toBe(true);
    expect(matches({ id: "CVE-2024-0002" }, aliased)).toBe(false);
    expect(matches({ id: "GHSA-aaaa-bbbb-cccc" })).toBe(false);
  });

  it("takes no notice of dates", () => {
    expect(matches({ expires: "2000-01-01" })).toBe(true);
  });

  it("matches a package by its exact name", () => {
    expect(matches({ package: "libssl3" })).toBe(true);
    expect(matches({ package: "LIBSSL3" })).toBe(false);
    expect(matches({ package: "libssl" })).toBe(false);
    expect(matches({ package: "lib*" })).toBe(false);
    const jar = makeFinding({ package: makePackage({ name: "org.apache.logging.log4j:log4j-core", type: "jar" }) });
    expect(matches({ package: "org.apache.logging.log4j:log4j-core" }, jar)).toBe(true);
    expect(matches({ package: "log4j-core" }, jar)).toBe(false);
  });

  it.each(["python-pkg", "pip", "pipenv", "poetry", "uv", "pylock"])("spells names of %s as Python does", (type) => {
    const finding = makeFinding({
      package: makePackage({ name: "Zope.Interface", type, ecosystem: "pypi", purl: undefined }),
    });
    expect(matches({ package: "zope-interface" }, finding)).toBe(true);
    expect(matches({ package: "ZOPE__.interface" }, finding)).toBe(true);
    expect(matches({ package: "Zope.Interface" }, finding)).toBe(true);
    expect(matches({ package: "zopeinterface" }, finding)).toBe(false);
  });

  it("keeps other names as they are", () => {
    const finding = makeFinding({ package: makePackage({ name: "foo_bar", type: "npm" }) });
    expect(matches({ package: "foo-bar" }, finding)).toBe(false);
    expect(matches({ package: "foo_bar" }, finding)).toBe(true);
  });

  it("matches a package URL: version and qualifiers only if given", () => {
    expect(matches({ package: "pkg:deb/debian/libssl3" })).toBe(true);
    expect(matches({ package: "pkg:deb/debian/libssl3@3.0.11-1" })).toBe(true);
    expect(matches({ package: "pkg:deb/debian/libssl3?arch=amd64" })).toBe(true);
    expect(matches({ package: "pkg:deb/debian/libssl3@3.0.12-1" })).toBe(false);
    expect(matches({ package: "pkg:deb/debian/libssl3?arch=arm64" })).toBe(false);
    expect(matches({ package: "pkg:deb/ubuntu/libssl3" })).toBe(false);
  });

  it("gives only the matching ones of several package URLs", () => {
    const right = makeException({ package: "pkg:deb/debian/libssl3@3.0.11-1", line: 1 });
    const wrong = makeException({ package: "pkg:deb/debian/libssl3@3.0.12-1", line: 2 });
    const any = makeException({ package: "pkg:deb/debian/libssl3", line: 3 });
    const matcher = matcherOf(compileScopes([right, wrong, any])(NAMES));
    expect(matcher.matches(makeFinding())).toEqual([right, any]);
  });

  it("lets nothing through for a package URL that is broken, or that the finding has none of", () => {
    expect(matches({ package: "pkg:deb" })).toBe(false);
    const none = makeFinding({ package: makePackage({ purl: undefined }) });
    expect(matches({ package: "pkg:deb/debian/libssl3" }, none)).toBe(false);
    const broken = makeFinding({ package: makePackage({ purl: "pkg:deb" }) });
    expect(matches({ package: "pkg:deb/debian/libssl3" }, broken)).toBe(false);
    const spelled = makeFinding({ package: makePackage({ name: "pkg:deb/debian/libssl3", purl: undefined }) });
    expect(matches({ package: "pkg:deb/debian/libssl3" }, spelled)).toBe(false);
  });

  it("matches a finding without a package only if no package is asked for", () => {
    const secret = makeFinding({ kind: "secret", package: undefined, path: "app/key.pem" });
    expect(matches({}, secret)).toBe(true);
    expect(matches({ paths: ["app/*.pem"] }, secret)).toBe(true);
    expect(matches({ package: "libssl3" }, secret)).toBe(false);
    expect(matches({ package: "pkg:deb/debian/libssl3" }, secret)).toBe(false);
  });

  it("matches paths with any of the globs, and never a finding without a path", () => {
    const there = makeFinding({ path: "usr/lib/sparkly/log4j.jar" });
    expect(matches({ paths: ["opt/**", "**/sparkly/**"] }, there)).toBe(true);
    expect(matches({ paths: ["/usr/**"] }, there)).toBe(true);
    expect(matches({ paths: ["opt/**"] }, there)).toBe(false);
    expect(matches({ paths: [] }, there)).toBe(false);
    expect(matches({ paths: ["**"] }, makeFinding())).toBe(false);
    expect(matches({ paths: ["**"] }, makeFinding({ path: "" }))).toBe(true);
  });

  it("needs package and path to agree if both are given", () => {
    const there = makeFinding({ path: "usr/lib/x" });
    expect(matches({ package: "libssl3", paths: ["usr/**"] }, there)).toBe(true);
    expect(matches({ package: "zlib1g", paths: ["usr/**"] }, there)).toBe(false);
    expect(matches({ package: "libssl3", paths: ["opt/**"] }, there)).toBe(false);
    expect(matches({ package: "pkg:deb/debian/libssl3", paths: ["usr/**"] }, there)).toBe(true);
    expect(matches({ package: "pkg:deb/debian/libssl3", paths: ["opt/**"] }, there)).toBe(false);
  });

  it("knows which exceptions are meant for the image", () => {
    const all = makeException({ line: 1 });
    const app = makeException({ images: ["other", "ghcr.io/acme/app"], line: 2 });
    const other = makeException({ images: ["ghcr.io/acme/pdf-*"], line: 3 });
    const none = makeException({ images: [], line: 4 });
    const matcher = matcherOf(compileScopes([all, app, other, none])(NAMES));
    expect(compileScopes([all, app, other, none])(NAMES)).toEqual([all, app]);
    expect(matcher.matches(makeFinding())).toEqual([all, app]);
    expect(compileScopes([all, app, other, none])(["x", "ghcr.io/acme/pdf-a:2"])).toEqual([all, other]);
  });

  it("gives all that match, in the policy's order", () => {
    const exceptions = [
      makeException({ package: "pkg:deb/debian/libssl3", line: 1 }),
      makeException({ paths: ["usr/**"], line: 2 }),
      makeException({ line: 3 }),
      makeException({ package: "libssl3", paths: ["**"], line: 4 }),
      makeException({ id: "CVE-2024-9999", line: 5 }),
      makeException({ package: "libssl3", line: 6 }),
      makeException({ paths: ["**/x"], line: 7 }),
    ];
    const lines = matcherOf(compileScopes(exceptions)(NAMES))
      .matches(makeFinding({ path: "usr/lib/x" }))
      .map((exception) => exception.line);
    expect(lines).toEqual([1, 2, 3, 4, 6, 7]);
  });

  // Proves: hostile-glob-costs-no
  it("stays fast for 2,000 exceptions for one advisory that 50,000 findings have", () => {
    const exceptions = Array.from({ length: 2000 }, (_, index) =>
      makeException({ package: index % 2 === 0 ? `pkg:deb/debian/p${index}` : `p${index}`, paths: ["usr/**/x*"] }),
    );
    const matcher = matcherOf(compileScopes(exceptions)(NAMES));
    const start = cpuMs();
    let found = 0;
    for (let index = 0; index < 50_000; index++) {
      const name = `p${index % 4000}`;
      const about = makePackage({ name, purl: `pkg:deb/debian/${name}@1` });
      found += matcher.matches(makeFinding({ package: about, path: `usr/lib/${index}/x1` })).length;
    }
    expect(found).toBe(26_000);
    expect(cpuMs() - start).toBeLessThan(15_000);
  });

  it("agrees with asking each exception by itself", () => {
    const ids = fc.constantFrom("CVE-1", "cve-1", "CVE-2");
    const scopes = fc.record({
      id: ids,
      package: fc.constantFrom(undefined, "a", "b", "A_a", "pkg:npm/a", "pkg:npm/a@1", "pkg:npm/b"),
      paths: fc.option(fc.subarray(["usr/**", "**/x", "opt/*", "?"]), { nil: undefined }),
      images: fc.option(fc.subarray(["app", "other"]), { nil: undefined }),
    });
    const findings = fc.record({
      id: ids,
      name: fc.constantFrom("a", "b", "a-a"),
      version: fc.constantFrom("1", "2"),
      type: fc.constantFrom("npm", "python-pkg"),
      path: fc.constantFrom(undefined, "usr/x", "opt/y", "x"),
    });
    fc.assert(
      fc.property(fc.array(scopes, { maxLength: 8 }), findings, (all, { id, name, version, type, path }) => {
        const exceptions = all.map((scope, index) => makeException({ ...scope, line: index + 1 }));
        const purl = `pkg:npm/${name}@${version}`;
        const finding = makeFinding({
          id,
          path,
          package: { name, version, type, purl, ecosystem: type === "npm" ? "npm" : "pypi" },
        });
        const expected = exceptions.filter(
          (exception) =>
            exception.id.toUpperCase() === id.toUpperCase() &&
            (exception.images?.includes("app") ?? true) &&
            (exception.paths?.some((glob) => path !== undefined && compileGlob(glob)(path)) ?? true) &&
            packageAgrees(exception.package, name, type, purl),
        );
        expect(matcherOf(compileScopes(exceptions)(["app:1"])).matches(finding)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

function packageAgrees(wanted: string | undefined, name: string, type: string, purl: string): boolean {
  if (wanted === undefined) return true;
  if (wanted.startsWith("pkg:")) return purl === wanted || purl.startsWith(`${wanted}@`);
  return wanted === name || (type === "python-pkg" && wanted.toLowerCase().replace("_", "-") === name);
}
