import { afterAll, describe, expect, test } from "vitest";
import type { SourceAccess } from "../../../src/discovery/index.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import {
  digestOf,
  type Harbor,
  type HarborArtifact,
  type HarborFault,
  startHarbor,
} from "../../support/registry/harbor.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { discovered } from "../discovered.ts";

const folder = temporaryFolder("discovery-harbor");
afterAll(() => folder.remove());

const anonymous: SourceAccess = { credentials: async () => undefined };
const day = (number: number) => `2026-01-${String(number).padStart(2, "0")}T10:00:00.000Z`;
const image = (id: string, tags: readonly string[], pushed = day(1)): HarborArtifact => ({ id, tags, pushed });

async function harborWith(repositories: Readonly<Record<string, readonly HarborArtifact[]>>): Promise<Harbor> {
  const harbor = await startHarbor();
  for (const [name, artifacts] of Object.entries(repositories)) harbor.repositories.set(name, [...artifacts]);
  return harbor;
}

async function read(rest: string, harbor: Harbor, asking = anonymous) {
  const line = `harbor:http://${harbor.host}/${rest}`;
  const { images, sources } = await discovered([line], testWorld(folder.path), asking);
  return { line, images, names: images.map(({ at }) => at.name), notes: sources[0]?.notes, error: sources[0]?.error };
}

const SHOP = {
  "shop/web": [image("web-2", ["2.0", "latest"], day(9)), image("web-1", ["1.0"], day(5))],
  "shop/backend/api": [image("api-1", ["1.9"], day(3)), image("api-2", ["1.10"], day(8)), image("api-3", [], day(9))],
  "other/x": [image("x", ["1"])],
};

describe("a project of Harbor", () => {
  test("has of each repository the image that was pushed last, by its digest", async () => {
    await using harbor = await harborWith(SHOP);
    const { line, images, notes, error } = await read("shop", harbor);
    expect(error).toBe(undefined);
    const found = (name: string, id: string) => ({
      reference: `${harbor.host}/${name}`,
      digest: digestOf(id),
      harbor: `http://${harbor.host}`,
      at: { source: line, name },
    });
    expect(images).toEqual([found("shop/backend/api:1.10", "api-2"), found("shop/web:2.0", "web-2")]);
    expect(notes).toEqual([]);
    expect(new Set(harbor.requests.map(({ method }) => method))).toEqual(new Set(["GET"]));
  });

  test("is narrowed by patterns, and has more of each with newest=N", async () => {
    await using harbor = await harborWith(SHOP);
    expect((await read("shop/*:1.*", harbor)).names).toEqual(["shop/web:1.0"]);
    expect((await read("shop/backend/**", harbor)).names).toEqual(["shop/backend/api:1.10"]);
    const names = ["backend/api:1.10", "backend/api:1.9", "web:2.0", "web:1.0"].map((name) => `shop/${name}`);
    expect((await read("shop newest=2", harbor)).names).toEqual(names);
    const { notes, error } = await read("shop/nothing*", harbor);
    expect(notes).toEqual([expect.stringMatching(/^No repository fits harbor:.*\/shop\/nothing\*\.$/)]);
    expect(error?.code).toBe("discovery-no-image");
  });

  test("is asked for a repository alone that is named, with its slashes", async () => {
    await using harbor = await harborWith(SHOP);
    expect((await read("shop/backend/api", harbor)).names).toEqual(["shop/backend/api:1.10"]);
    expect(harbor.requests.map(({ path }) => path.split("?")[0])).toEqual([
      "/api/v2.0/projects/shop/repositories/backend%252Fapi/artifacts",
    ]);
    expect((await read("shop/backend/none", harbor)).error?.code).toBe("image-not-found");
  });

  test("passes charts over, and says so; an index is an image", async () => {
    await using harbor = await harborWith({
      "shop/charts/web": [{ ...image("chart", ["1.0"]), type: "CHART" }],
      "shop/web": [
        { ...image("sbom", ["3.0"], day(20)), type: "UNKNOWN" },
        { ...image("index", ["2.0"], day(9)), platforms: ["linux/amd64", "linux/arm64"] },
      ],
    });
    const { images, notes, error } = await read("shop", harbor);
    expect(error).toBe(undefined);
    expect(images.map(({ digest }) => digest)).toEqual([digestOf("index")]);
    expect(notes).toEqual([
      "These are not images, and are skipped: CHART in shop/charts/web, UNKNOWN in shop/web.",
      "These repositories have no image with a matching tag: shop/charts/web.",
    ]);
  });

  test("passes signatures over that Harbor calls images, unless the line names one", async () => {
    const signature = `${digestOf("web").replace(":", "-")}.sig`;
    const all = [image("sig", [signature], day(9)), image("both", [signature, "1.0"], day(8))];
    await using harbor = await harborWith({ "shop/web": [...all, image("web", ["2.0"], day(5))] });
    const { names, notes } = await read("shop newest=2", harbor);
    expect(names).toEqual(["shop/web:1.0", "shop/web:2.0"]);
    expect(notes).toEqual(["These are not images, and are skipped: signature or attestation in shop/web."]);
    expect((await read(`shop/web:${signature}`, harbor)).names).toEqual([`shop/web:${signature}`]);
  });

  // Proves: hostile-registry-ends-error
  test("that redirects to another host is an error, and that host is not asked", async () => {
    await using harbor = await harborWith(SHOP);
    await using other = await harborWith(SHOP);
    harbor.fault(/\/repositories\?/, { status: 302, headers: { location: `http://${other.host}/api/v2.0/x` } });
    const { images, error } = await read("shop", harbor);
    expect(images).toEqual([]);
    expect(error).toMatchObject({ code: "registry-redirected" });
    expect(other.requests).toEqual([]);
  });

  test("with more images than count is too large, and is not read to its end", async () => {
    const artifacts = Array.from({ length: 1000 }, (_, index) => image(`a${index}`, [`v${index}`], day(1)));
    const repositories = Array.from({ length: 30 }, (_, index) => [`shop/r${index}`, artifacts] as const);
    await using harbor = await harborWith(Object.fromEntries(repositories));
    const { images, error } = await read("shop newest=1000", harbor);
    expect(images).toEqual([]);
    expect(error?.code).toBe("discovery-too-large");
    expect(harbor.requests.length).toBeLessThan(280);
  });

  test("of hundreds of repositories and artifacts is read page by page", async () => {
    const many = Array.from({ length: 250 }, (_, index) => [`shop/r${index}`, [image(`i${index}`, ["1"])]] as const);
    const artifacts = Array.from({ length: 230 }, (_, index) => image(`a${index}`, [`v${index}`], day(1)));
    await using harbor = await harborWith({ ...Object.fromEntries(many), "shop/r7": artifacts });
    const { names, images } = await read("shop newest=1000", harbor);
    expect(images).toHaveLength(249 + 230);
    expect(new Set(names).size).toBe(249 + 230);
  });

  test("is asked with the login of a robot account, and one without the right is an error", async () => {
    await using harbor = await harborWith(SHOP);
    harbor.requireLogin("robot$shop+scanner", "s:ecret");
    expect((await read("shop", harbor)).error?.code).toBe("image-denied");
    const asked: string[] = [];
    const credentials: SourceAccess["credentials"] = async (repository) => {
      asked.push(repository);
      return { username: "robot$shop+scanner", password: "s:ecret" };
    };
    expect((await read("shop", harbor, { credentials })).names).toHaveLength(2);
    expect(asked).toEqual([`${harbor.host}/shop/any`]);
    // A refresh token is not for this API.
    const { error } = await read("shop", harbor, { credentials: async () => ({ identityToken: "t" }) });
    expect(error?.code).toBe("image-denied");
  });

  test("of which one repository cannot be read is an error, and the others are found", async () => {
    await using harbor = await harborWith(SHOP);
    harbor.fault(/api\/artifacts|%252Fapi/, { status: 403 });
    const { names, error } = await read("shop", harbor);
    expect(names).toEqual(["shop/web:2.0"]);
    expect(error?.code).toBe("image-denied");
    expect(error?.what).toContain("The list of images of shop/backend/api");
    expect(error?.what).not.toContain("more");
    harbor.fault(/artifacts/, { status: 403 });
    expect((await read("shop", harbor)).error?.what).toContain(". Also: The list of images of shop/");
  });

  test("that changes while it is read is read again, and nothing is missed", async () => {
    const artifacts = Array.from({ length: 150 }, (_, index) => image(`a${index}`, [`v${index}`], day(1)));
    await using harbor = await harborWith({ "shop/web": artifacts });
    // An entry of the first page is removed before the second page is requested. The others move up, so one is on no
    // page.
    harbor.fault(/[?&]page=2&/, { times: 1, before: () => void harbor.repositories.get("shop/web")?.shift() });
    const { images, error } = await read("shop/web newest=1000", harbor);
    expect(error).toBe(undefined);
    const left = artifacts.slice(1).map(({ id }) => digestOf(id));
    expect(images.map(({ digest }) => digest).sort()).toEqual(left.sort());
  });

  const named = (name: string) => ({ body: JSON.stringify([{ name }]), total: "1" });
  const answers: [string, string, HarborFault][] = [
    ["says of no list how long it is", "registry-unreachable", { total: null }],
    ["has fewer than it says", "registry-unreachable", { total: "3" }],
    ["has more than it says", "registry-unreachable", { total: "1" }],
    ["sends the same page for ever", "registry-unreachable", { samePage: true, total: "9000" }],
    ["has more repositories than are read", "discovery-too-large", { total: "10001" }],
    ["sends no JSON", "registry-unreachable", { body: "<html>Log in</html>" }],
    ["names a repository of another project", "registry-unreachable", named("other/x")],
    ["names a repository with an invalid name", "registry-unreachable", named("shop/../../x")],
    ["sends too much", "image-too-large", { body: `["${"a".repeat(17 * 1024 * 1024)}"]` }],
    ["forbids it", "image-denied", { status: 403 }],
    ["does not have the project", "image-not-found", { status: 404 }],
  ];
  // Proves: hostile-registry-ends-error
  test.each(answers)("that %s is the error %s", async (_what, code, fault) => {
    await using harbor = await harborWith(SHOP);
    harbor.fault(/\/repositories\?/, fault);
    const { images, error } = await read("shop", harbor);
    expect(error?.code).toBe(code);
    expect(images).toEqual([]);
    expect(harbor.requests.length).toBeLessThan(10);
  });

  const artifact = (changed: object) => ({
    body: JSON.stringify([
      { type: "IMAGE", digest: digestOf("a"), push_time: day(1), tags: [{ name: "1.0" }], ...changed },
    ]),
    total: "1",
  });
  test.each([
    ["without a type", artifact({ type: undefined })],
    ["whose digest is none", artifact({ digest: "sha256:../../x" })],
    ["whose tag cannot be", artifact({ tags: [{ name: "1.0@sha256:0" }] })],
  ])("with an artifact %s is an error", async (_what, fault) => {
    await using harbor = await harborWith(SHOP);
    harbor.fault(/artifacts\?/, fault);
    const { images, error } = await read("shop/web", harbor);
    expect(error?.code).toBe("registry-unreachable");
    expect(images).toEqual([]);
  });

  test("that does not answer in time is an error", async () => {
    await using harbor = await harborWith(SHOP);
    harbor.fault(/artifacts/, { hang: true });
    const { error } = await read("shop/web", harbor, { ...anonymous, timeoutMs: 500 });
    expect(error?.code).toBe("registry-too-slow");
    expect(error?.what).toContain("in time");
  });
});
