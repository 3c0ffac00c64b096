import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import {
  type VulnerabilityDatabaseOptions,
  vulnerabilityDatabase,
  vulnerabilityDatabaseArtifact,
} from "../../support/databases/database.ts";
import { clean, python, saveImage } from "../../support/images/images.ts";
import { shared } from "../../support/runs/shared.ts";
import { openStage } from "../../support/runs/stage.ts";

const stage = await shared(openStage("database"));
const { registry } = stage.bed;
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "clean.tar"), clean());
saveImage(join(workspace, "jar.tar"), python({ withNopomJar: true }));
saveImage(join(workspace, "jar-2.tar"), python({ withNopomJar: true }));
beforeEach(() => {
  registry.clearFaults();
  registry.requests.length = 0;
});

const _hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

/** Publishes a separate database. Returns the value for `db-repository`. */
function publish(name: string, options: Omit<VulnerabilityDatabaseOptions, "now">): string {
  registry.add(name, "2", vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ ...options, now: new Date() })));
  return `${registry.host}/${name}:2`;
}

const run = (repositories: string, more: Record<string, string> = {}, toolCache = `${stage.nextFolder()}-tools`) =>
  stage.run({ image: "clean.tar", "db-repository": repositories, ...more }, { workspace, toolCache });

describe("the vulnerability database", () => {
  it("comes from the first repository that has a whole one, and is then there without a request", async () => {
    const cut = publish("cut", {});
    registry.fault(/^\/v2\/cut\/blobs\//, { truncate: 1000 });
    const toolCache = `${stage.nextFolder()}-tools`;
    const repositories = `${registry.host}/none:2\n${cut}\n${publish("whole", {})}`;
    const first = await run(repositories, {}, toolCache);
    expect(first.outputs.verdict).toBe("pass");
    expect(new Set(registry.requests.flatMap(({ path }) => /^\/v2\/(\w+)\//.exec(path)?.[1] ?? []))).toEqual(
      new Set(["none", "cut", "whole"]),
    );
    registry.requests.length = 0;
    const second = await run(repositories, {}, toolCache);
    expect(second.outputs).toMatchObject({ verdict: "pass", "db-updated-at": first.outputs["db-updated-at"] });
    expect(registry.requests).toEqual([]);
  });

  it("without an advisory is an error, never `no findings`", async () => {
    const result = await run(publish("empty", { empty: true }));
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "", "db-updated-at": "" });
    expect(result.outputs.reason).toContain("[database-unavailable]");
    expect(result.summary).toContain("db-repository");
  });
});

describe("the Java database", () => {
  it("that is missing is the error of the target with the jar alone", async () => {
    const repository = `${registry.host}/trivy-db:2`;
    const inputs = { image: "clean.tar\njar.tar", "java-db-repository": `${registry.host}/no-java:1` };
    const result = await run(repository, inputs);
    expect(result.results).toMatchObject([{ verdict: "pass" }, { verdict: "error", code: "database-unavailable" }]);
    expect(result.summary).toContain("java-db-repository");
  });

  it("that is missing is the error of every target with a jar, also of one whose layers were read before", async () => {
    const inputs = { image: "jar.tar\njar-2.tar\nclean.tar", "java-db-repository": `${registry.host}/no-java:1` };
    const result = await run(`${registry.host}/trivy-db:2`, inputs);
    expect(result.results.map((each) => each.verdict)).toEqual(["error", "error", "pass"]);
  });

  it("is fetched for the first jar, and kept for the next run", async () => {
    const toolCache = `${stage.nextFolder()}-tools`;
    const fetched = () => registry.requests.filter(({ path }) => path.startsWith("/v2/trivy-java-db/blobs/")).length;
    const open = { "max-critical": "unlimited", "max-high": "unlimited" };
    const inputs = { ...open, image: "jar.tar\njar-2.tar" };
    const first = await run(`${registry.host}/trivy-db:2`, inputs, toolCache);
    expect(first.outputs.verdict).toBe("pass");
    expect(first.report.findings.filter(({ id }) => id === "CVE-2099-5001")).toHaveLength(2);
    expect(fetched()).toBe(1);
    await run(`${registry.host}/trivy-db:2`, inputs, toolCache);
    expect(fetched()).toBe(1);
  });
});
