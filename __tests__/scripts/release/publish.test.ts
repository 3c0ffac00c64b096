import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GitHub } from "../../../scripts/release/github.ts";
import { moveMajor } from "../../../scripts/release/move-major.ts";
import { discard, publish } from "../../../scripts/release/publish.ts";
import { readVersion } from "../../../scripts/release/version.ts";
import { type FakeReleases, startFakeReleases } from "../../support/github/fake-releases.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";

const COMMIT = "a".repeat(40);
const OTHER = "b".repeat(40);
const VERSION = readVersion("v1.2.3");
const FILES = { "image-gate-1.2.3.tgz": "package", "image-gate.cdx.json": "{}", SHA256SUMS: "sums" };

let fake: FakeReleases;
let github: GitHub;
beforeEach(async () => {
  fake = await startFakeReleases();
  fake.state.tags.set("v1.2.3", COMMIT);
  github = new GitHub({ apiUrl: fake.url, repository: "acme/image-gate", token: FAKE_TOKEN });
});
afterEach(async () => {
  await fake.close();
  expect(fake.problems).toEqual([]);
});

const run = (texts: Readonly<Record<string, string>> = FILES) => {
  const files = new Map(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]));
  return publish(github, { version: VERSION, commit: COMMIT, notes: "It is fast.", files }, () => {});
};
const fault = (code: string) => expect.objectContaining({ code, remedy: expect.stringMatching(/\S/) });
const published = () => fake.state.releases.filter(({ draft }) => !draft);
const UPLOADS = Object.keys(FILES).map((name) => `upload ${name}`);

describe("a release", () => {
  it("is a draft until everything is attached, then published, and immutable", async () => {
    expect(await run()).toMatchObject({ tag_name: "v1.2.3", draft: false, immutable: true });
    expect(fake.changes).toEqual(["draft v1.2.3", ...UPLOADS, "publish v1.2.3"]);
    expect(fake.assetsOf("v1.2.3")).toEqual(FILES);
    expect(published()).toMatchObject([{ name: "v1.2.3", body: "It is fast." }]);
  });

  it("that was half made is finished: what fits stays, what another build or another person left goes", async () => {
    fake.addRelease("v1.2.3", { draft: true, assets: { SHA256SUMS: "sums", "image-gate.cdx.json": "old", evil: "x" } });
    await run();
    expect(fake.changes).toEqual([
      ...["write v1.2.3", "delete image-gate.cdx.json", "delete evil"],
      ...["upload image-gate-1.2.3.tgz", "upload image-gate.cdx.json", "publish v1.2.3"],
    ]);
    expect(fake.assetsOf("v1.2.3")).toEqual(FILES);
  });

  it.each(["POST .*/releases$", "POST .*/assets", "PATCH .*/releases/"])(
    "goes on where the network was cut: %s",
    async (request) => {
      fake.fault(new RegExp(request), { reset: true, times: 1 });
      await expect(run()).rejects.toEqual(fault("github-unreachable"));
      expect(published()).toEqual([]);
      await run();
      expect(fake.assetsOf("v1.2.3")).toEqual(FILES);
      expect(published()).toHaveLength(1);
    },
  );

  it("that was half made can be thrown away, and its tag stays", async () => {
    fake.addRelease("v1.2.3", { draft: true });
    fake.addRelease("v1.2.3", { draft: true });
    fake.addRelease("v1.2.2", { draft: true });
    await expect(run()).rejects.toEqual(fault("several-drafts"));
    expect(await discard(github, VERSION)).toBe(2);
    expect(fake.state.releases.map(({ tag_name }) => tag_name)).toEqual(["v1.2.2"]);
    expect(fake.state.tags.get("v1.2.3")).toBe(COMMIT);
  });

  it("that is published is left alone, whether its files are the same or not, and is not thrown away", async () => {
    fake.addRelease("v1.2.3", { assets: FILES });
    expect(await run()).toMatchObject({ draft: false });
    await expect(run({ ...FILES, SHA256SUMS: "others" })).rejects.toEqual(fault("release-exists"));
    await expect(run({ SHA256SUMS: "sums" })).rejects.toEqual(fault("release-exists"));
    await expect(discard(github, VERSION)).rejects.toEqual(fault("release-exists"));
    expect(fake.changes).toEqual([]);
  });

  it("is not made if the tag was moved since it was checked", async () => {
    fake.state.tags.set("v1.2.3", OTHER);
    await expect(run()).rejects.toEqual(fault("tag-moved"));
    expect(fake.changes).toEqual([]);
  });

  it("is not published if the tag is moved while its files are attached", async () => {
    fake.state.meanwhile = (change) => change.startsWith("upload") && fake.state.tags.set("v1.2.3", OTHER);
    await expect(run()).rejects.toEqual(fault("tag-moved"));
    expect(published()).toEqual([]);
  });

  /** Another person changes the first file just before this change. */
  const changeAt = (line: string) => {
    fake.state.meanwhile = (change) => {
      const assets = fake.state.releases[0]?.assets;
      const [first] = assets?.values() ?? [];
      if (change === line && first) assets?.set(first.id, { ...first, bytes: Buffer.from("evil") });
    };
  };

  it("is not published if GitHub keeps other bytes than those that were sent", async () => {
    changeAt("upload SHA256SUMS");
    await expect(run()).rejects.toEqual(fault("assets-differ"));
    expect(published()).toEqual([]);
  });

  it("whose files were changed between the last look and its publication is a fault", async () => {
    changeAt("publish v1.2.3");
    await expect(run()).rejects.toEqual(fault("release-exists"));
    expect(published()).toHaveLength(1);
  });

  it("that anyone could change is a fault", async () => {
    fake.state.immutableReleases = false;
    await expect(run()).rejects.toEqual(fault("release-not-immutable"));
  });

  it("is found among more than a page of others", async () => {
    for (let patch = 0; patch < 130; patch++) fake.addRelease(`v0.0.${patch}`);
    fake.addRelease("v1.2.3", { assets: FILES });
    await run();
    expect(fake.changes).toEqual([]);
  });
});

describe("the major tag", () => {
  const move = () => moveMajor(github, VERSION, COMMIT);

  it("is made with the first release, and moves with each later one", async () => {
    fake.addRelease("v1.2.3");
    expect(await move()).toContain("v1 moved from nowhere to v1.2.3");
    fake.state.tags.set("v1", OTHER);
    expect(await move()).toContain(`v1 moved from ${OTHER} to v1.2.3`);
    expect(await move()).toBe("v1 is at v1.2.3 already.");
    expect(fake.changes).toEqual([`tag v1 ${COMMIT}`, `tag v1 ${COMMIT}`]);
  });

  it.each([
    ["has no release", () => undefined],
    ["has a draft only", () => fake.addRelease("v1.2.3", { draft: true })],
    ["has a release that can be changed", () => Object.assign(fake.addRelease("v1.2.3"), { immutable: false })],
    ["has a release for trying", () => Object.assign(fake.addRelease("v1.2.3"), { prerelease: true })],
    [
      "is not the one that the release's tag names",
      () => fake.addRelease("v1.2.3") && fake.state.tags.set("v1.2.3", OTHER),
    ],
  ])("does not move to a commit that %s", async (_, arrange) => {
    arrange();
    await expect(move()).rejects.toEqual(fault("commit-not-released"));
    expect(fake.changes).toEqual([]);
  });

  it("does not exist below 1.0, where a minor version may break", async () => {
    fake.addRelease("v0.2.0");
    fake.state.tags.set("v0.2.0", COMMIT);
    const said = await moveMajor(github, readVersion("v0.2.0"), COMMIT);
    expect(said).toBe("v0.2.0 has no major tag, since it is below 1.0.");
    expect(fake.changes).toEqual([]);
  });

  it("does not move back when an older version gets a fix", async () => {
    fake.addRelease("v1.2.3");
    fake.addRelease("v1.10.0");
    fake.addRelease("v2.0.0");
    fake.state.tags.set("v1", OTHER);
    expect(await move()).toBe("v1 stays where it is: v1.10.0 is newer than v1.2.3.");
    expect(fake.changes).toEqual([]);
  });

  it("with a separate release cannot move", async () => {
    fake.addRelease("v1.2.3");
    fake.addRelease("v1");
    await expect(move()).rejects.toEqual(fault("major-released"));
  });
});
