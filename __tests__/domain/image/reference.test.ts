import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isDigest,
  isNamedAsFile,
  isSameRepository,
  namedRegistry,
  parseReference,
  referenceForms,
  referenceParts,
  registryHost,
  repositoryName,
  withoutTag,
} from "../../../src/domain/image/reference.ts";
import { cpuMs } from "../../support/runs/patience.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

describe("an image reference", () => {
  it.each([
    ["python", { name: "python" }],
    ["python:3.12-slim", { name: "python", tag: "3.12-slim" }],
    [`ghcr.io/acme/base:1.0@${DIGEST}`, { name: "ghcr.io/acme/base", tag: "1.0", digest: DIGEST }],
    [`localhost:5000/a/b__c@${DIGEST}`, { name: "localhost:5000/a/b__c", digest: DIGEST }],
    ["[fd00::1]:5000/a:1", { name: "[fd00::1]:5000/a", tag: "1" }],
    ["x.example/a-b.c_d---e:_1", { name: "x.example/a-b.c_d---e", tag: "_1" }],
  ])("has a name, a tag and a digest: %s", (text, parts) => {
    expect(parseReference(text)).toEqual({ tag: undefined, digest: undefined, ...parts });
  });

  it.each([
    "",
    "-a",
    "--input=x",
    "a b",
    "a\nb",
    "a/",
    "/a",
    "./a",
    "../a",
    "a//b",
    "a:",
    "a:b:c",
    "a@sha256:1",
    "Upper/a",
    "http://a/b",
    "u:p@h/a",
    "h/a@b",
    "h/a?x=1",
    "h/a#x",
    "h:123456/a",
    `a:${"t".repeat(129)}`,
    `${"a/".repeat(400)}a`,
    "ä/b",
  ])("is not %j", (text) => {
    expect(parseReference(text)).toBeUndefined();
  });

  it("is distinguished from malicious text in no time", () => {
    const start = cpuMs();
    for (const part of ["a", "a.", "a_", "a-", "a/", "-", "__", "0"])
      for (const end of ["!", ":", "@"]) parseReference(part.repeat(Math.floor(598 / part.length)) + end);
    expect(cpuMs() - start).toBeLessThan(5_000);
  });
});

it("is recognised if it is short enough, and in no other digest or shape", () => {
  const long = (length: number) => `a/${"b".repeat(length - 2)}`;
  expect(parseReference(long(600))).toEqual({ name: long(600), tag: undefined, digest: undefined });
  expect(parseReference(long(601))).toBeUndefined();
  expect(parseReference(`a:${"t".repeat(128)}`)?.tag).toHaveLength(128);
  expect(parseReference("h:12345/a")?.name).toBe("h:12345/a");
  for (const wrong of [
    "-a/b",
    "-a.example/b",
    `x a@${DIGEST}`,
    `a@${DIGEST}0`,
    `a@${DIGEST.toUpperCase()}`,
    `a@x${DIGEST}`,
    "a:-b",
    "a:.b",
    "a..b",
    "a___b",
    "a/-b",
    "a-/b-",
    "[xyz]/a",
    "a.example:/b",
  ])
    expect([wrong, parseReference(wrong)]).toEqual([wrong, undefined]);
});

describe("what is named as a file", () => {
  it.each([
    "./app",
    "../app",
    "/srv/app",
    "./a.tar",
    "app.tar",
    "app.tar.gz",
    "app.tgz",
    "x/y.tar",
    "C:\\app",
    "c:/app",
    "/",
  ])("is %s", (text) => {
    expect(isNamedAsFile(text)).toBe(true);
  });

  it.each([
    "app",
    "app:1",
    "ghcr.io/acme/app",
    "app.tar:1",
    "app.tar/x",
    "x.tgz.io/app",
    "apptar",
    "app.tarx",
    "a../b",
    ".../b",
    "CC:/app",
    "1:/app",
    "app.gz",
    "x.xtgz",
    "",
  ])("is not %j", (text) => {
    expect(isNamedAsFile(text)).toBe(false);
  });
});

it("a digest is SHA-256 in lower case", () => {
  expect(isDigest(DIGEST)).toBe(true);
  for (const wrong of [DIGEST.toUpperCase(), `${DIGEST}0`, `x${DIGEST}`, DIGEST.slice(0, -1), "sha512:aa", ""])
    expect(isDigest(wrong)).toBe(false);
});

it.each([
  ["ghcr.io/aquasecurity/trivy-db:2", "ghcr.io"],
  ["GHCR.io/a/b", "ghcr.io"],
  ["registry.example.com:5000/a/b@sha256:00", "registry.example.com:5000"],
  ["localhost/a", "localhost"],
  ["localhost:5000/a", "localhost:5000"],
  ["aquasec/trivy-db", "docker.io"],
  ["alpine:3.20", "docker.io"],
  ["docker.io/aquasec/trivy-db:2", "docker.io"],
  ["index.docker.io/a/b", "docker.io"],
  ["registry-1.docker.io/a/b", "docker.io"],
  ["notdocker.io/a/b", "notdocker.io"],
  ["localhosts/a", "docker.io"],
  ["alocalhost/a", "docker.io"],
  ["localhost", "docker.io"],
  ["a.example", "docker.io"],
])("the registry of %s is %s", (repository, host) => {
  expect(registryHost(repository)).toBe(host);
});

describe("the repository of an image", () => {
  it.each([
    "alpine",
    "alpine:3",
    `alpine@${DIGEST}`,
    "library/alpine",
    "docker.io/alpine",
    "docker.io/library/alpine:3",
    `index.docker.io/library/alpine:3@${DIGEST}`,
    "registry-1.docker.io/library/alpine",
    "DOCKER.IO/library/alpine",
  ])("has several spellings on Docker Hub: %s", (spelling) => {
    expect(repositoryName(spelling)).toBe("docker.io/library/alpine");
  });

  it.each([
    ["ghcr.io/acme/app:1", "ghcr.io/acme/app"],
    ["GHCR.io/acme/app", "ghcr.io/acme/app"],
    [`localhost:5000/app:1@${DIGEST}`, "localhost:5000/app"],
    ["acme/app:1", "docker.io/acme/app"],
    ["localhost/app:1", "localhost/app"],
    ["localhost:5000/app", "localhost:5000/app"],
    // Not a reference: shortened, it would be the name of another image.
    ["a:1@sha256:0@b", "docker.io/library/a:1@sha256:0@b"],
    ["evil:x:1", "docker.io/library/evil:x:1"],
    ["docker.io/acme/team/app", "docker.io/acme/team/app"],
  ])("of %s is %s", (reference, name) => {
    expect(repositoryName(reference)).toBe(name);
  });

  it("is one under all its names", () => {
    expect(isSameRepository("alpine:3", `docker.io/library/alpine@${DIGEST}`)).toBe(true);
    expect(isSameRepository("ghcr.io/acme/app:1", "GHCR.io/acme/app:2")).toBe(true);
  });

  it.each([
    ["alpine", "evil/alpine"],
    ["alpine", "ghcr.io/library/alpine"],
    ["localhost:5000/alpine", "localhost:5001/alpine"],
    ["docker.io/library/alpine:3", "docker.io.evil.example/library/alpine:3"],
    ["ghcr.io/acme/app", "ghcr.io/acme/app-debug"],
  ])("%s differs from %s", (a, b) => {
    expect(isSameRepository(a, b)).toBe(false);
  });
});

describe("withoutTag", () => {
  it.each([
    ["ghcr.io/acme/app:1.2", "ghcr.io/acme/app"],
    [`ghcr.io/acme/app@sha256:${"0".repeat(64)}`, "ghcr.io/acme/app"],
    [`ghcr.io/acme/app:1@sha256:${"0".repeat(64)}`, "ghcr.io/acme/app"],
    ["localhost:5000/app", "localhost:5000/app"],
    ["localhost:5000/app:1", "localhost:5000/app"],
    ["app", "app"],
    ["app:1", "app"],
  ])("makes %s to %s", (reference, name) => {
    expect(withoutTag(reference)).toBe(name);
  });
});

it.each([
  ["app@sha256:abc", { name: "app", digest: "sha256:abc" }],
  [
    `ghcr.io/a/app:1@sha512:${"a".repeat(128)}`,
    { name: "ghcr.io/a/app", tag: "1", digest: `sha512:${"a".repeat(128)}` },
  ],
  ["GHCR.io/Acme/App:V1", { name: "GHCR.io/Acme/App", tag: "V1" }],
  ["./dir@1/app.tar", { name: "./dir@1/app.tar" }],
  ["./layout:1.0", { name: "./layout", tag: "1.0" }],
  ["C:\\images\\app.tar", { name: "C:\\images\\app.tar" }],
  ["localhost:5000/app", { name: "localhost:5000/app" }],
  ["app:", { name: "app:" }],
  ["app:1:2", { name: "app:1:2" }],
  ["app@latest", { name: "app@latest" }],
  ["app@sha256:xyz", { name: "app@sha256:xyz" }],
  [`app:${"t".repeat(129)}`, { name: `app:${"t".repeat(129)}` }],
  ["a/:1", { name: "a/:1" }],
  ["@sha256:abc", { name: "@sha256:abc" }],
])("the parts of %s are those that it has, and no text is cut that is not a reference", (text, parts) => {
  expect(referenceParts(text)).toEqual({ tag: undefined, digest: undefined, ...parts });
});

describe("of every reference", () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,8}(?:[._-][a-z0-9]{1,4})?$/);
  const host = fc.constantFrom(
    "",
    "ghcr.io/",
    "localhost/",
    "localhost:5000/",
    "[fd00::1]:5000/",
    "a.example:443/",
    "index.docker.io/",
  );
  const path = fc.array(word, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
  const tag = fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/), { nil: undefined });
  const digest = fc.option(
    fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`),
    { nil: undefined },
  );
  const spelled = (name: string, tagged?: string, pinned?: string) =>
    `${name}${tagged === undefined ? "" : `:${tagged}`}${pinned === undefined ? "" : `@${pinned}`}`;

  it("the strict and the lenient reading agree, and the parts make up the text", () => {
    fc.assert(
      fc.property(host, path, tag, digest, (at, name, tagged, pinned) => {
        const text = spelled(at + name, tagged, pinned);
        const parts = { name: at + name, tag: tagged, digest: pinned };
        expect(parseReference(text)).toEqual(parts);
        expect(referenceParts(text)).toEqual(parts);
        expect(withoutTag(text)).toBe(at + name);
        expect(new Set(referenceForms(text))).toEqual(
          new Set([text, spelled(at + name, tagged), spelled(at + name, undefined, pinned), at + name]),
        );
      }),
    );
  });

  it("tag and digest do not change the repository, nor does another of Docker Hub's spellings", () => {
    fc.assert(
      fc.property(host, path, tag, digest, (at, name, tagged, pinned) => {
        const text = spelled(at + name, tagged, pinned);
        expect(isSameRepository(text, at + name)).toBe(true);
        expect(repositoryName(repositoryName(text))).toBe(repositoryName(text));
        expect(repositoryName(text).startsWith(`${registryHost(text)}/`)).toBe(true);
        if (registryHost(at + name) !== "docker.io") return;
        const bare = repositoryName(text).slice("docker.io/".length);
        for (const prefix of ["docker.io/", "index.docker.io/", "registry-1.docker.io/", "DOCKER.io/"])
          expect(isSameRepository(spelled(prefix + bare, tagged, pinned), text)).toBe(true);
        if (bare.startsWith("library/")) expect(isSameRepository(bare.slice("library/".length), text)).toBe(true);
      }),
    );
  });

  it("another host, port or path is another repository", () => {
    fc.assert(
      fc.property(
        path,
        fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 9999 })),
        (name, [a, b]) => {
          expect(isSameRepository(`localhost:${a}/${name}`, `localhost:${b}/${name}`)).toBe(a === b);
          expect(isSameRepository(`x.example/${name}`, `y.example/${name}`)).toBe(false);
          expect(isSameRepository(`x.example/${name}`, `x.example/${name}/sub`)).toBe(false);
        },
      ),
    );
  });
});

it("the parts of any text make up the text, and the name is never empty unless the text is", () => {
  const odd = fc.array(fc.constantFrom("a", ":", "/", "@", "sha256", "0", ".", "localhost", "-", "\n", "A"), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(odd, (pieces) => {
      const text = pieces.join("");
      const { name, tag, digest } = referenceParts(text);
      expect(name + (tag === undefined ? "" : `:${tag}`) + (digest === undefined ? "" : `@${digest}`)).toBe(text);
      expect(name === "").toBe(text === "");
      expect(withoutTag(name).length).toBeLessThanOrEqual(name.length);
    }),
  );
});

it.each([
  ["alpine", undefined],
  ["acme/app", undefined],
  ["docker.io/acme/app", "docker.io"],
  ["index.docker.io/acme/app", "docker.io"],
  ["GHCR.io/acme/app:1", "ghcr.io"],
])("the registry that %s names is %s", (text, registry) => {
  expect(namedRegistry(text)).toBe(registry);
});
