import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { ensureMonitoringPrograms, type MonitoringPrograms } from "../../scripts/setup/system.ts";
import { pushMetrics } from "../../src/metrics/push.ts";
import { metricsText } from "../../src/metrics/text.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { listen } from "../support/network/http.ts";
import { startPrometheus, startPushgateway } from "../support/programs/monitoring.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { HOSTILE_NAMES, numbersNamed, sampleNumbers } from "./sample.ts";

const programs = await ensureMonitoringPrograms();

interface Pushed {
  readonly labels: Readonly<Record<string, string>>;
  readonly image_gate_open_findings: {
    readonly metrics: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: string }[];
  };
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

async function groupsOf(base: string): Promise<Pushed[]> {
  return ((await (await fetch(`${base}/api/v1/metrics`)).json()) as { data: Pushed[] }).data;
}

describe.skipIf(programs === undefined)("Prometheus' own programs (need prometheus, prometheus-pushgateway)", () => {
  it.each([
    ["a sample", () => sampleNumbers()],
    ["hostile image names", () => numbersNamed(HOSTILE_NAMES)],
  ])("promtool finds nothing to complain about: %s", async (_, numbers) => {
    const input = await metricsText(numbers(), "acme/app");
    const { status, stdout, stderr } = spawnSync(programs?.promtool ?? "", ["check", "metrics"], {
      input,
      encoding: "utf8",
    });
    expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: "" });
  });

  // Proves: stranger-does-not-write-numbers
  it("the Pushgateway has each image by its name, once for each repository, and the later numbers alone", async () => {
    using folder = temporaryFolder("pushgateway");
    const world = testWorld(folder.path);
    await using gateway = await startPushgateway(programs as MonitoringPrograms);
    const base = `http://127.0.0.1:${gateway.port}`;
    const push = async (names: readonly string[], repository: string) =>
      pushMetrics({ base }, { text: await metricsText(numbersNamed(names), repository), repository }, world);
    await push(["gone"], "acme/app");
    await push(["other"], "acme/other");
    await push(HOSTILE_NAMES, "acme/app");
    const groups = await groupsOf(base);
    expect(
      groups.map(({ labels }) => labels).sort((a, b) => ((a.repository ?? "") < (b.repository ?? "") ? -1 : 1)),
    ).toEqual([
      { job: "image-gate", repository: "acme/app" },
      { job: "image-gate", repository: "acme/other" },
    ]);
    const high = groups
      .find(({ labels }) => labels.repository === "acme/app")
      ?.image_gate_open_findings.metrics.filter(({ labels }) => labels.severity === "high");
    // Each name has its own number, so no name was lost, merged or confused with another.
    expect(high?.map(({ value }) => Number(value)).sort((a, b) => a - b)).toEqual(
      HOSTILE_NAMES.map((_, index) => index + 1),
    );
    expect(high?.find(({ value }) => value === String(HOSTILE_NAMES.indexOf("ä/日本:🐳") + 1))?.labels.image).toBe(
      "ä/日本:🐳",
    );
  });

  it.each([
    ["as the Pushgateway gives it", "pushgateway"],
    ["as OpenMetrics, which is read strictly", "served"],
  ])("Prometheus itself scrapes hostile names, each by its name: %s", async (_, job) => {
    using folder = temporaryFolder("prometheus");
    await using pushgateway = await startPushgateway(programs as MonitoringPrograms);
    const gateway = `127.0.0.1:${pushgateway.port}`;
    const text = await metricsText(numbersNamed(HOSTILE_NAMES), "acme/app");
    await pushMetrics({ base: `http://${gateway}` }, { text, repository: "acme/app" }, testWorld(folder.path));
    const type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    const served = await listen((_message, response) => response.writeHead(200, { "content-type": type }).end(text));
    const target = job === "served" ? `127.0.0.1:${served.port}` : gateway;
    const config = join(folder.path, "prometheus.yml");
    const scrape = { job_name: job, honor_labels: true, static_configs: [{ targets: [target] }] };
    writeFileSync(
      config,
      JSON.stringify({ global: { scrape_interval: "1s", scrape_timeout: "1s" }, scrape_configs: [scrape] }),
    );
    await using prometheus = await startPrometheus(programs as MonitoringPrograms, folder.path);
    const found = await vi.waitFor(
      async () => {
        const query = encodeURIComponent('image_gate_open_findings{severity="high"}');
        const answer = await fetch(`http://127.0.0.1:${prometheus.port}/api/v1/query?query=${query}`);
        const { data } = (await answer.json()) as { data: { result: Sample[] } };
        expect(data.result).toHaveLength(HOSTILE_NAMES.length);
        return data.result;
      },
      { timeout: 30_000, interval: 250 },
    );
    await served.close();
    const nameOf = new Map(found.map(({ metric, value }) => [Number(value[1]), metric.image]));
    const plain = HOSTILE_NAMES.filter((name) => /^[\w./{}# ]+$/.test(name));
    expect(plain.length).toBeGreaterThan(2);
    for (const name of plain) expect(nameOf.get(HOSTILE_NAMES.indexOf(name) + 1)).toBe(name);
  });
});
