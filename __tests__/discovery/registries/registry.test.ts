import { afterAll, describe, expect, test } from "vitest";
import type { SourceAccess } from "../../../src/discovery/index.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { buildArtifact } from "../../support/images/oci.ts";
import { type Registry, type RegistryFault, startRegistry } from "../../support/registry/registry.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { discovered } from "../discovered.ts";

const folder = temporaryFolder("discovery-registry");
afterAll(() => folder.remove());

const artifact = buildArtifact({
  files: Buffer.from("a"),
  layerType: "application/vnd.oci.image.layer.v1.tar",
  title: "a",
});
const login = { username: "robot", password: "secret" };
const anonymous: SourceAccess = { credentials: async () => undefined };
const withLogin: SourceAccess = { credentials: async () => login };

async function registryWith(tags: readonly string[]): Promise<Registry> {
  const registry = await startRegistry();
  for (const tag of tags) registry.add("acme/app", tag, artifact);
  return registry;
}

const lists = ({ requests }: Registry) => requests.filter(({ path }) => path.endsWith("/tags/list"));
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `1.${index}`);

async function read(rest: string, registry: Registry, asking = anonymous) {
  const line = `registry:${registry.host}/${rest}`;
  const { images, sources } = await discovered([line], testWorld(folder.path), asking);
  return { line, images, notes: sources[0]?.notes, error: sources[0]?.error };
}

describe("the tags of a registry", () => {
  test("are found, the newest ones first", async () => {
    await using registry = await registryWith(["1.9", "1.10", "latest", "2.0"]);
    const { line, images, error } = await read("acme/app:1.* newest=2", registry);
    expect(error).toBe(undefined);
    expect(images).toEqual([
      { reference: `${registry.host}/acme/app:1.10`, at: { source: line, name: "acme/app:1.10" } },
      { reference: `${registry.host}/acme/app:1.9`, at: { source: line, name: "acme/app:1.9" } },
    ]);
    expect(registry.requests.map(({ method }) => method)).not.toContain("POST");
    expect(new Set(registry.requests.map(({ method }) => method))).toEqual(new Set(["GET"]));
  });

  test("are read page by page, and how many there are is reported", async () => {
    await using registry = await registryWith(numbered(5_000));
    const { images, notes } = await read("acme/app", registry);
    expect(images.map(({ reference }) => reference)).toEqual([`${registry.host}/acme/app:1.4999`]);
    expect(notes).toEqual([expect.stringContaining("has 5,000 tags, of which 5,000 fit *")]);
    expect(lists(registry)).toHaveLength(5);
  });

  test("are read with Docker's login, by a token too", async () => {
    await using registry = await registryWith(["1.0"]);
    registry.requireToken({ realm: `http://${registry.host}/token`, service: "test" });
    registry.requireLogin(/^acme\//, login);
    expect((await read("acme/app", registry)).error?.code).toBe("image-denied");
    expect((await read("acme/app", registry, withLogin)).images).toHaveLength(1);
  });
});

describe("a registry", () => {
  // Proves: hostile-registry-ends-error
  test("gets the login, but no host that its next page names does", async () => {
    await using registry = await registryWith(["1.0"]);
    await using other = await registryWith(["2.0"]);
    registry.requireLogin(/^acme\//, login);
    for (const link of [`http://${other.host}/v2/acme/app/tags/list`, `//${other.host}/v2/acme/app/tags/list`]) {
      registry.fault(/tags\/list$/, { link: `<${link}>; rel="next"` });
      const { images, error } = await read("acme/app", registry, withLogin);
      expect(images).toEqual([]);
      expect(error?.code).toBe("registry-unreachable");
      expect(error?.what).toContain("an unexpected answer");
    }
    // A path that begins with two slashes is still a path, not a host.
    registry.fault(/tags\/list$/, { link: `<http://${registry.host}//${other.host}/v2/>; rel="next"`, times: 1 });
    await read("acme/app", registry, withLogin);
    expect(other.requests).toEqual([]);
  });

  // Proves: hostile-registry-ends-error
  test("that redirects its list to another host is an error, and that host is not asked", async () => {
    await using registry = await registryWith(["1.0"]);
    await using other = await registryWith(["2.0"]);
    registry.fault(/tags\/list$/, { status: 307, headers: { location: `http://${other.host}/v2/acme/app/tags/list` } });
    const { images, error } = await read("acme/app", registry);
    expect(images).toEqual([]);
    expect(error).toMatchObject({ code: "registry-redirected" });
    expect(other.requests).toEqual([]);
  });

  test("whose next page calls itself by another path of the same origin is followed", async () => {
    await using registry = await registryWith(["1.0", "3.0"]);
    registry.fault(/tags\/list$/, {
      body: JSON.stringify({ name: "acme/app", tags: ["2.0"] }),
      link: `<http://${registry.host}/v2/acme/app/tags/list?n=1000&last=2.0>; rel="next"`,
      times: 1,
    });
    expect((await read("acme/app newest=9", registry)).images.map(({ at }) => at.name)).toEqual([
      "acme/app:3.0",
      "acme/app:2.0",
    ]);
  });

  const answers: [string, string, RegistryFault][] = [
    ["never ends", "registry-unreachable", { link: '</v2/acme/app/tags/list?last=1.0>; rel="next"' }],
    ["has no address for its next page", "registry-unreachable", { link: '<http://[>; rel="next"' }],
    ["sends no JSON", "registry-unreachable", { body: "<html>Log in</html>" }],
    ["sends a list of something else", "registry-unreachable", { body: '{"tags":{"a":1}}' }],
    ["names an invalid tag", "registry-unreachable", { body: '{"tags":["1.0","../../x"]}' }],
    ["sends too much", "image-too-large", { body: `{"tags":["${"a".repeat(17 * 1024 * 1024)}"]}` }],
    [
      "has more tags than are read",
      "discovery-too-large",
      { body: JSON.stringify({ tags: Array.from({ length: 100_001 }, (_, index) => `1.${index}`) }) },
    ],
    ["has no tags", "discovery-no-image", { body: '{"tags":null}' }],
    ["forbids it", "image-denied", { status: 403 }],
    ["does not have it", "image-not-found", { status: 404 }],
  ];
  // Proves: hostile-registry-ends-error
  test.each(answers)("that %s is the error %s", async (_what, code, fault) => {
    await using registry = await registryWith(["1.0"]);
    registry.fault(/tags\/list$/, fault);
    const { images, error } = await read("acme/app", registry);
    expect(error?.code).toBe(code);
    expect(images).toEqual([]);
    expect(lists(registry).length).toBeLessThan(5);
  });

  test("that does not answer in time is an error", async () => {
    await using registry = await registryWith(["1.0"]);
    registry.fault(/tags\/list$/, { hang: true });
    const { error } = await read("acme/app", registry, { ...anonymous, timeoutMs: 500 });
    expect(error?.code).toBe("registry-too-slow");
    expect(error?.what).toContain("in time");
  });

  test("that cannot be read does not hide another one", async () => {
    await using registry = await registryWith(["1.0"]);
    await using other = await registryWith(["2.0"]);
    registry.fault(/tags\/list$/, { status: 403 });
    const lines = [registry, other].map(({ host }) => `registry:${host}/acme/app`);
    const { images, sources } = await discovered(lines, testWorld(folder.path), anonymous);
    expect(sources.map(({ error }) => error?.code)).toEqual(["image-denied", undefined]);
    expect(images.map(({ at }) => at.name)).toEqual(["acme/app:2.0"]);
  });

  test("is not waited for if the run is cancelled", async () => {
    await using registry = await registryWith(["1.0"]);
    registry.requireLogin(/^acme\//, login);
    const world = testWorld(folder.path);
    const credentials: SourceAccess["credentials"] = async () => {
      world.abort();
      return login;
    };
    const found = discovered([`registry:${registry.host}/acme/app`], world, { credentials });
    await expect(found).rejects.toThrow("run-cancelled");
  });
});
