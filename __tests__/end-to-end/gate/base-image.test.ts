import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { appOnOldBase, baseLabels, newBase, oldBase } from "../../support/images/base-images.ts";
import { alpine } from "../../support/images/images.ts";
import { buildIndex } from "../../support/images/oci.ts";
import { startRegistry } from "../../support/registry/registry.ts";
import { shared } from "../../support/runs/shared.ts";
import { messages, openStage } from "../../support/runs/stage.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

const stage = await shared(openStage("base-image"));
const registry = await shared(startRegistry());
registry.add("app", "1", appOnOldBase());
registry.add("base", "1", newBase({ created: new Date(Date.now() - 2.5 * DAY_MS).toISOString() }));
registry.add("alpine", "3", alpine());
beforeEach(() => {
  registry.requests.length = 0;
});

describe("the base image, through the bundle", () => {
  it("comment and report say whose each finding is, what a rebuild clears, and how a candidate compares", async () => {
    const base = `${registry.host}/base:1`;
    const result = await stage.run(
      { image: `${registry.host}/app:1`, "base-image": base, "base-image-candidates": `${registry.host}/alpine:3` },
      { onPullRequest: true },
    );
    const comment = stage.github.comments().at(-1)?.body ?? "";
    for (const text of [comment, result.summary]) {
      expect(text).toContain("of 12 findings, 10 from it (2 CRITICAL, 2 HIGH, 2 MEDIUM, 4 LOW) and 2 ours (2 MEDIUM).");
      expect(text).toContain(`**Rebuilding on \`${base}\` (2 days old) clears 2 of 10**.`);
      expect(text).toMatch(
        /alpine:3` \| 1 CRITICAL, 2 HIGH, 2 MEDIUM, 1 LOW \| [\d.]+ kB \| `busybox` \| none found \|/,
      );
      expect(text).toMatch(/\| layer&nbsp;1 \|/);
      expect(text).toMatch(/^- \*\*1\*\* .*\(base image\)$/m);
    }
    expect(result.report.targets[0]?.base).toMatchObject({ found: "input", layers: 3, newer: { clears: 2, of: 10 } });
    expect(result.report.findings.filter(({ origin }) => origin === "own").map(({ id }) => id)).toEqual([
      "CVE-2099-3002",
      "CVE-2099-3001",
    ]);
    expect(result.outputs["trivy-report"]?.split("\n")).toHaveLength(1);
  });

  it("a base that is not below the image is a warning, and the verdict is kept", async () => {
    const image = `${registry.host}/app:1`;
    const plain = await stage.run({ image });
    const result = await stage.run({ image, "base-image": `${registry.host}/alpine:3` });
    expect(result.outputs.verdict).toBe("fail");
    expect(result.outputs.reason).toBe(plain.outputs.reason);
    expect(messages(result, "warning").join()).toContain("is not below this image");
  });

  it("is found by the annotations of a manifest in a registry, and of its index", async () => {
    const named = { annotations: { "org.opencontainers.image.base.name": `${registry.host}/base:1` } };
    const plain = appOnOldBase();
    const entry = { ...plain, descriptor: { ...plain.descriptor, ...named } };
    registry.add("annotated", "manifest", appOnOldBase(named));
    registry.add("annotated", "index", buildIndex([entry]));
    for (const tag of ["manifest", "index"]) {
      const result = await stage.run({ image: `${registry.host}/annotated:${tag}` });
      expect(result.report.targets[0]?.base).toMatchObject({ found: "annotation", newer: { clears: 2, of: 10 } });
    }
  });

  // Proves: nor-one-image-names
  it("an annotation leads nowhere but to the image's own registry, and there without the login", async () => {
    const docker = join(stage.folder, "docker");
    mkdirSync(docker, { recursive: true });
    const auth = Buffer.from("user:secret").toString("base64");
    writeFileSync(join(docker, "config.json"), JSON.stringify({ auths: { [registry.host]: { auth } } }));
    registry.add("lie", "1", appOnOldBase(baseLabels("169.254.169.254/latest:1")));
    registry.add("honest", "1", appOnOldBase(baseLabels(`${registry.host}/base:1`, oldBase().descriptor.digest)));
    registry.add("base", "old", oldBase());
    const env = { DOCKER_CONFIG: docker };
    const lie = await stage.run({ image: `${registry.host}/lie:1` }, { env });
    expect(lie.report.targets[0]?.base).toMatchObject({ found: "history", layers: 3 });
    expect(lie.summary).toContain("is not asked");
    expect(registry.requests.every(({ path }) => path === "/v2/" || path.startsWith("/v2/lie/"))).toBe(true);
    const annotations = { "org.opencontainers.image.base.name": "169.254.169.254/latest:1" };
    registry.add("lie", "2", appOnOldBase({ annotations }));
    const lieInManifest = await stage.run({ image: `${registry.host}/lie:2` }, { env });
    expect(lieInManifest.report.targets[0]?.base).toMatchObject({ found: "history", layers: 3 });
    expect(lieInManifest.summary).toContain("is not asked");
    expect(registry.requests.every(({ path }) => path === "/v2/" || path.startsWith("/v2/lie/"))).toBe(true);
    registry.requests.length = 0;
    const honest = await stage.run({ image: `${registry.host}/honest:1` }, { env });
    expect(honest.report.targets[0]?.base).toMatchObject({ found: "annotation", newer: { clears: 2, of: 10 } });
    const asked = registry.requests.filter(({ path }) => path.startsWith("/v2/base/"));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });
});
