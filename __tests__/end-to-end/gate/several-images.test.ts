import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readInputs } from "../../../src/actions/gate/inputs.ts";
import { type Machine, thisMachine, workersOn } from "../../../src/scan/workers.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { big, debian12, saveImage } from "../../support/images/images.ts";
import { nopomJar } from "../../support/images/jars.ts";
import { buildImage, type Image } from "../../support/images/oci.ts";
import { debianBase, npmPackage } from "../../support/images/packages.ts";
import { fakeTrivy, processesOf } from "../../support/programs/fake-trivy.ts";
import { atMost } from "../../support/runs/patience.ts";
import { startAction } from "../../support/runs/runner.ts";
import { scanWith } from "../../support/runs/scans.ts";
import { shared } from "../../support/runs/shared.ts";
import { filesBelow, openStage } from "../../support/runs/stage.ts";

const OPEN = { "max-critical": "unlimited", "max-high": "unlimited" };

const stage = await shared(openStage("several-images"));
const { registry } = stage.bed;
beforeEach(() => registry.clearFaults());

const BASE = debianBase([
  ["openssl", "3.0.14-1~deb12u1"],
  ["bash", "5.2.15-2"],
]);

/** Services on one base. Each has its own file, and every third one also has a vulnerable package. */
function service(at: number, more: readonly { path: string; data: Buffer }[] = []): Image {
  const files = [
    { path: "app/name", data: `service ${at}\n` },
    ...(at % 3 === 0 ? [npmPackage("lodash", "4.17.20")] : []),
    ...more,
  ];
  return buildImage([
    { createdBy: "ADD rootfs.tar / ", files: BASE },
    { createdBy: "COPY . /app ", files },
  ]);
}

function publish(name: string, count: number, more?: Parameters<typeof service>[1]): string[] {
  return Array.from({ length: count }, (_, at) => {
    registry.add(`${name}-${at}`, "1.0", service(at, more));
    return `${registry.host}/${name}-${at}:1.0`;
  });
}

/** The digest of the layer that all services share. */
const baseLayer = () => {
  const [layer] = JSON.parse(service(0).blobs.get(service(0).descriptor.digest)?.toString() ?? "").layers;
  return layer.digest as string;
};
const pulls = (digest: string, since: number) =>
  registry.requests.slice(since).filter(({ method, path }) => method === "GET" && path.endsWith(digest)).length;

/** Scans within this process, on a machine of our choice. */
async function scanOn(machine: Machine, images: readonly string[]) {
  const world = testWorld(stage.nextFolder());
  const at = { ...world, toolCache: join(stage.folder, "tools") };
  const given = Object.entries({
    ...stage.bed.inputs,
    image: images.join("\n"),
    "image-source": "remote",
    cache: "false",
  });
  const inputs = readInputs(Object.fromEntries(given.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])));
  const trivy = { path: stage.bed.inputs["trivy-binary"] ?? "", version: "0.76.0", origin: "given binary" } as const;
  const scans = await scanWith(inputs, trivy, at, machine);
  return { scans, lines: world.lines, world };
}

const counts = ({ scans }: Awaited<ReturnType<typeof scanOn>>) =>
  scans.outcomes.map((outcome) => ("scan" in outcome ? outcome.scan.findings.length : outcome.error.code));

describe("25 images of which three do not exist, two of these first", () => {
  let images: string[];
  beforeAll(() => {
    const there = publish("fleet", 22);
    const none = ["a", "b", "c"].map((name) => `${registry.host}/not-there-${name}:1.0`);
    images = [...none.slice(0, 2), ...there.slice(0, 10), ...none.slice(2), ...there.slice(10)];
  });

  it("are all told in the order of the input; the answer is the worst, and the others are judged", async () => {
    const before = registry.requests.length;
    const result = await stage.run({ "max-high": "1", image: images.join("\n") }, { onPullRequest: true });
    expect(result.results.map(({ target }) => target)).toEqual(images);
    const missing = {
      verdict: "error",
      code: "image-not-found",
      digest: "",
      counts: { critical: null, unknown: null },
    };
    for (const [index, one] of result.results.entries()) {
      if (images[index]?.includes("not-there")) expect(one).toMatchObject(missing);
      else
        expect(one).toMatchObject({
          verdict: expect.stringMatching(/^(pass|fail)$/),
          counts: { critical: 0, high: expect.any(Number) },
          digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        });
    }
    expect(result.results.filter(({ verdict }) => verdict === "fail").length).toBeGreaterThan(6);
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
    expect(result.code).toBe(1);
    const reports = result.outputs["trivy-report"]?.split("\n") ?? [];
    expect(reports.map((path) => JSON.parse(readFileSync(path, "utf8")).ArtifactName)).toEqual(
      images.filter((image) => !image.includes("not-there")),
    );
    // Its first scan reads the base for all of them.
    expect(pulls(baseLayer(), before)).toBe(1);
    const [comment, ...others] = stage.github.comments();
    expect(others).toEqual([]);
    for (const text of [comment?.body ?? "", result.summary]) {
      for (const image of images)
        expect(text).toContain(`| \`${image}\`${image.includes("not-there") ? "<br>" : " |"}`);
      expect(text.match(/^<details(?: open)?><summary>[⛔❌✅] <code>/gmu)).toHaveLength(25);
      // Three sections are few enough to be open. The failing ones are too many.
      expect(text.match(/^<details open><summary>⛔ /gmu)).toHaveLength(3);
      expect(text).not.toMatch(/^<details open><summary>❌/mu);
      expect(text.match(/<details/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    }
  });

  it("say one after another in the log that they have ended, and no group is in another", async () => {
    const { log } = await stage.run({ ...OPEN, image: images.join("\n") });
    const lines = log.split("\n");
    const progress = lines.filter((line) => /^\[\d+\/25\] /.test(line));
    expect(progress.map((line) => Number(/\d+/.exec(line)?.[0]))).toEqual(
      Array.from({ length: 25 }, (_, at) => at + 1),
    );
    for (const image of images)
      expect(progress.filter((line) => line.includes(` ${image}: `))).toEqual([
        expect.stringMatching(
          image.includes("not-there") ? /error \[image-not-found\] in \d+\.\d s$/ : /: \d+ findings? in \d+\.\d s$/,
        ),
      ]);
    let open = "";
    for (const line of lines) {
      if (line.startsWith("::group::")) {
        expect(open).toBe("");
        open = line;
      } else if (line === "::endgroup::") open = "";
      // Trivy's lines about an image are in that image's group.
      const said = /\/(fleet-\d+):1\.0/.exec(line)?.[1];
      if (open !== "" && said !== undefined) expect(open).toContain(`${said}:1.0`);
    }
  });
});

describe("layers that images share", () => {
  const several = { cores: 4, memory: 64e9 };

  // Proves: one-image-scanned-once
  it("are read once by however many workers, and by one where memory has room for one, with the same findings", async () => {
    const images = publish("shared", 9);
    for (const machine of [several, { cores: 4, memory: 1e9 }, { cores: 1, memory: 64e9 }]) {
      const before = registry.requests.length;
      const ran = await scanOn(machine, images);
      expect(counts(ran)).toEqual(images.map((_, at) => (at % 3 === 0 ? 5 : 4)));
      expect(pulls(baseLayer(), before)).toBe(1);
      const folders = filesBelow(ran.world.runFolder).filter((file) => file.endsWith("fanal/fanal.db"));
      expect(folders).toHaveLength(machine === several ? 4 : 1);
      expect(ran.lines.join()).not.toContain("by itself");
    }
  });

  // Proves: image-does-not-write
  it("are not fetched again for what targets are compared with: they were checked against their digests", async () => {
    const images = publish("beside", 2);
    const { scans } = await scanOn(several, images);
    const before = registry.requests.length;
    for (const { target } of scans.outcomes)
      expect((await scans.rescan?.({ ...target, label: "again" }))?.findings.length).toBeGreaterThan(3);
    expect(pulls(baseLayer(), before)).toBe(0);
  });

  it("are found with their jars by every worker, where the Java database comes in only then", async () => {
    // The first image has no jar: each worker meets the first one by itself.
    const [plain, ...jars] = [
      ...publish("plain", 1),
      ...publish("jars", 6, [{ path: "app/renamed.jar", data: nopomJar() }]),
    ];
    const before = registry.requests.length;
    const ran = await scanOn(several, [plain ?? "", ...jars]);
    const found = ran.scans.outcomes.map((outcome) =>
      "scan" in outcome ? outcome.scan.packages.filter(({ type }) => type === "jar").length : outcome.error,
    );
    expect(found).toEqual([0, 1, 1, 1, 1, 1, 1]);
    expect(
      registry.requests.slice(before).filter(({ path }) => /trivy-java-db\/blobs/.test(path)).length,
    ).toBeLessThanOrEqual(2);
  });
});

describe("one image under several names", () => {
  it.each([1, 3])("is brought in once by %i workers, and each name has the same findings", async (cores) => {
    const names = ["a", "b", "c"].map((name) => `${registry.host}/twin-${cores}-${name}:1.0`);
    for (const name of ["a", "b", "c"]) registry.add(`twin-${cores}-${name}`, "1.0", service(0));
    const ran = await scanOn({ cores, memory: 8e9 }, names);
    expect(counts(ran)).toEqual(Array(3).fill(counts(ran)[0]));
    expect(counts(ran)[0]).toBeGreaterThan(0);
    expect(ran.scans.outcomes.map((outcome) => ("scan" in outcome ? outcome.scan.artifact.names : []))).toEqual(
      names.map((name) => [name]),
    );
  });
});

describe("two, and one", () => {
  it("one target has no progress, and its group comes line by line", async () => {
    const [one = ""] = publish("alone", 1);
    const { log } = await stage.run({ ...OPEN, image: one });
    expect(log).not.toMatch(/^\[1\/1\]/m);
    expect(log).toContain(`::group::Trivy: ${one}\n`);
  });
});

describe("a cancellation while several are scanned", () => {
  /** The number of scans at a time on this machine, from its cores and its memory. */
  const atOnce = workersOn(thisMachine(), 8);

  it("ends all of them, also those that hang and have children, and nothing runs on", async () => {
    const folder = stage.nextFolder();
    const workspace = join(folder, "workspace");
    // The first one is scanned alone. After it, there is one more than can be scanned at a time.
    const names = Array.from({ length: 2 + atOnce }, (_, index) => `image-${index}.tar`);
    const [first] = names.map((name) => {
      const image = buildImage([{ createdBy: name, files: [{ path: name, data: name }] }]);
      saveImage(join(workspace, name), image);
      return image;
    });
    const ImageID = `sha256:${createHash("sha256")
      .update(first?.config ?? "")
      .digest("hex")}`;
    const base = { SchemaVersion: 2, ArtifactName: "x", ArtifactType: "container_image" };
    const report = JSON.stringify({ ...base, Metadata: { ImageID } });
    const trivy = fakeTrivy(
      join(folder, "trivy"),
      `case "$*" in *--format=json*) mkdir '${folder}/first' 2>/dev/null && { echo '${report}' > "$out"; exit 0; };; esac
: > '${folder}/begun-'$$; trap '' TERM INT; sleep 300 & while :; do sleep 1; done`,
    );
    const inputs = { image: names.join("\n"), scanners: "secret", "trivy-binary": trivy };
    const running = startAction({ folder, workspace, env: { HOME: stage.home }, inputs });
    // Not the folders below it, which come and go meanwhile.
    const begun = () => readdirSync(folder).filter((name) => name.startsWith("begun-")).length;
    while (begun() < Math.min(2, atOnce) && running.process.exitCode === null) await wait(10);
    const since = performance.now();
    running.process.kill("SIGTERM");
    const result = await running.result;
    expect(performance.now() - since).toBeLessThan(atMost(7_000));
    expect(result.outputs.reason).toBe("error: [run-cancelled] The run was cancelled");
    expect(begun()).toBeLessThanOrEqual(atOnce);
    expect(processesOf(folder)).toEqual([]);
    expect(filesBelow(result.temp).map((name) => name.replace(/^image-gate-\w+\//, ""))).toEqual(["report.json"]);
  });

  it("leaves no lock of the real Trivy: the next run works", async () => {
    const folder = stage.nextFolder();
    const workspace = join(folder, "workspace");
    saveImage(join(workspace, "first.tar"), debian12());
    for (const name of ["a", "b", "c"]) {
      const config = Buffer.from(JSON.stringify({ ...JSON.parse(big().config.toString()), author: name }));
      saveImage(join(workspace, `${name}.tar`), { ...big(), config });
    }
    const toolCache = join(stage.folder, "tools");
    const image = ["first.tar", "a.tar", "b.tar", "c.tar"].join("\n");
    const running = startAction({
      folder,
      workspace,
      toolCache,
      env: { HOME: stage.home },
      inputs: { ...stage.bed.inputs, image },
    });
    const scanning = () => processesOf(folder).filter((each) => /--format=json.*--input=/.test(each)).length;
    while (scanning() < Math.min(2, atOnce) && running.process.exitCode === null) await wait(5);
    running.process.kill("SIGINT");
    const result = await running.result;
    expect(result.outputs.reason).toBe("error: [run-cancelled] The run was cancelled");
    expect(processesOf(folder)).toEqual([]);
    expect(existsSync(join(folder, "workspace/first.tar"))).toBe(true);
    const next = await stage.run({ image, ...OPEN }, { workspace, toolCache });
    expect(next.results.map(({ verdict }) => verdict)).toEqual(Array(4).fill("pass"));
  });
});

it("hostile names stay one harmless line of the progress each", async () => {
  const hostile = ["::error::forged", "##[error]forged", "x%0A::error::forged", "a\u202Eb", "<img src=x>"];
  const files = Object.fromEntries(hostile.map((name) => [`${name}.tar`, "no image"]));
  const image = hostile.map((name) => `./${name}.tar`).join("\n");
  const result = await stage.run({ image }, { files });
  expect(result.log.split("\n").filter((line) => /^\[\d\/5\] /.test(line))).toHaveLength(5);
  expect(result.annotations.filter(({ message }) => message === "forged")).toEqual([]);
  expect(result.log).not.toMatch(/^::error::forged|##\[error\]|\u202E/m);
});
