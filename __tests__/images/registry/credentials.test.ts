import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { credentialsFor } from "../../../src/images/registry/credentials.ts";
import { type TestWorld, testWorld } from "../../scanners/trivy/world.ts";
import { writeProgram } from "../../support/programs/program.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/runs/folder.ts";

let folder: TemporaryFolder;
let world: TestWorld;
beforeEach(() => {
  folder = temporaryFolder("credentials");
  const env = { HOME: join(folder.path, "home"), PATH: `${folder.path}:${process.env.PATH}` };
  world = testWorld(folder.path, { env });
});
afterEach(() => folder.remove());

function config(content: unknown): void {
  const path = join(folder.path, "home/.docker/config.json");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(content));
}
const auth = (text: string) => ({ auth: Buffer.from(text).toString("base64") });
const of = (repository: string) => credentialsFor(world)(repository);

describe("our own login to an image's registry", () => {
  // Proves: image-s-registry-gets
  it("is its own host's, however Docker or Podman writes it", async () => {
    config({
      auths: {
        "ghcr.io": auth("me:se:cret"),
        "https://index.docker.io/v1/": { username: "hub", password: "x" },
        "registry.example:5000": { identitytoken: "refresh", ...auth("00000000:") },
        "ghcr.io.evil.example": auth("evil:evil"),
        "quay.io/acme": auth("acme:1"),
        "quay.io/acme/deep": auth("deep:2"),
        "quay.io": auth("all:3"),
      },
    });
    expect(await of("ghcr.io/acme/app")).toEqual({ username: "me", password: "se:cret" });
    expect(await of("docker.io/library/alpine")).toEqual({ username: "hub", password: "x" });
    expect(await of("registry.example:5000/app")).toEqual({ identityToken: "refresh" });
    expect(await of("quay.io/acme/deep/app")).toEqual({ username: "deep", password: "2" });
    expect(await of("quay.io/acme/app")).toEqual({ username: "acme", password: "1" });
    expect(await of("quay.io/acmeandmore/app")).toEqual({ username: "all", password: "3" });
    for (const none of ["registry.example/app", "evil.example/app", "docker.io.evil.example/a/b"])
      expect(await of(none)).toBeUndefined();
  });

  it("comes from a credential helper, which sees no token of the job", async () => {
    const helper = `read host\n[ -z "$GITHUB_TOKEN$INPUT_TOKEN" ] && [ "$host" = "ghcr.io" ] &&\n  echo '{"Username":"helped","Secret":"s"}'\n`;
    writeProgram(join(folder.path, "docker-credential-bed"), helper);
    const refresh = `echo '{"Username":"<token>","Secret":"r"}'\n`;
    writeProgram(join(folder.path, "docker-credential-cloud"), refresh);
    config({
      credHelpers: { "ghcr.io": "bed", "acme.azurecr.io": "cloud", "gone.example": "gone", "x.example": "../bed" },
    });
    world = { ...world, env: { ...world.env, GITHUB_TOKEN: "t", INPUT_TOKEN: "t" } };
    expect(await of("ghcr.io/acme/app")).toEqual({ username: "helped", password: "s" });
    expect(await of("acme.azurecr.io/app")).toEqual({ identityToken: "r" });
    for (const none of ["gone.example/app", "x.example/app"]) expect(await of(none)).toBeUndefined();
  });

  it("is undefined without a readable configuration", async () => {
    expect(await of("ghcr.io/acme/app")).toBeUndefined();
    config({ auths: { "ghcr.io": {} } });
    expect(await of("ghcr.io/acme/app")).toBeUndefined();
    config({ auths: { "ghcr.io": { auth: "no colon in it" } } });
    expect(await of("ghcr.io/acme/app")).toBeUndefined();
  });
});
