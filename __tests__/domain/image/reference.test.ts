import { describe, expect, it } from "vitest";
import {
  isDigest,
  isNamedAsFile,
  isSameRepository,
  parseReference,
  registryHost,
  repositoryName,
} from "../../../src/domain/image/reference.ts";

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

  it("is told from hostile text in no time", () => {
    const start = performance.now();
    for (const part of ["a", "a.", "a_", "a-", "a/", "-", "__", "0"])
      for (const end of ["!", ":", "@"]) parseReference(part.repeat(Math.floor(598 / part.length)) + end);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

it("is told where it is short enough, and in no other digest or shape", () => {
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
    ["a:1@sha256:0@b", "docker.io/library/a"],
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
  ])("%s is not that of %s", (a, b) => {
    expect(isSameRepository(a, b)).toBe(false);
  });
});
