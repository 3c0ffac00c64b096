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
});
