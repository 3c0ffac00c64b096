import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { clean, debian12 } from "../../support/images/images.ts";
import { startHarbor } from "../../support/registry/harbor.ts";
import { openWeeks } from "../../support/runs/weeks.ts";

// The committed bundle, real Trivy, real images in a registry, and a Harbor in front of them.

it("what a registry and a Harbor have is scanned: the newest, by its digest, with Docker's login of the host", async () => {
  await using weeks = await openWeeks("rescan-registries");
  const { registry } = weeks.bed;
  registry.add("fleet/app", "1.9", clean());
  registry.add("fleet/app", "1.10", debian12());
  registry.add("fleet/app", "latest", clean());
  const [, old = ""] = registry.add("shop/web", "1.0", debian12()).split("@");
  const [, now = ""] = registry.add("shop/web", "2.0", clean()).split("@");
  await using harbor = await startHarbor(registry.handler);
  harbor.requireLogin("robot$shop+scanner", "secret");
  harbor.repositories.set("shop/web", [
    { id: "old", digest: old, tags: ["1.0"], pushed: "2026-01-01T10:00:00.000Z" },
    { id: "now", digest: now, tags: ["2.0"], pushed: "2026-02-01T10:00:00.000Z" },
  ]);
  harbor.repositories.set("shop/chart", [
    { id: "chart", type: "CHART", tags: ["1.0"], pushed: "2026-02-01T10:00:00.000Z" },
  ]);
  const docker = join(weeks.folder.path, "docker");
  mkdirSync(docker, { recursive: true });
  const auth = Buffer.from("robot$shop+scanner:secret").toString("base64");
  writeFileSync(join(docker, "config.json"), JSON.stringify({ auths: { [harbor.host]: { auth } } }));
  const lines = [`registry:${registry.host}/fleet/app`, `harbor:http://${harbor.host}/shop`];
  const inputs = { discover: lines.join("\n"), "state-dir": weeks.state("fleet") };

  const week = await weeks.week(inputs, {}, { env: { DOCKER_CONFIG: docker } });
  expect(week.outputs, week.log).toMatchObject({ verdict: "fail", images: "2", failing: "1" });
  // Results are sorted by name, and these names begin with a random port.
  const shown = week.results.map(({ target, verdict, where }) => ({ target, verdict, where }));
  expect(shown.sort((one, other) => one.verdict.localeCompare(other.verdict))).toEqual([
    {
      target: `${registry.host}/fleet/app:1.10`,
      verdict: "fail",
      where: [{ source: lines[0], name: "fleet/app:1.10" }],
    },
    { target: `${harbor.host}/shop/web:2.0`, verdict: "pass", where: [{ source: lines[1], name: "shop/web:2.0" }] },
  ]);
  expect(week.log).not.toContain("secret");

  const refused = await weeks.week(inputs);
  expect(refused.outputs.verdict, refused.log).toBe("error");
  expect(refused.log).toContain("image-denied");
  expect(refused.results.map(({ target }) => target)).toContain(`${registry.host}/fleet/app:1.10`);
});
