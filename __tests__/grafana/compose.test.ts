import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { finish } from "../../scripts/setup/command.ts";
import { ensureMonitoringPrograms } from "../../scripts/setup/system.ts";
import { prometheusConfiguration } from "../support/programs/monitoring.ts";
import { sharedFolder } from "../support/runs/shared.ts";

// The Compose file, as far as it can be tried without its images: prometheus.test.ts uses its configuration.

const programs = await ensureMonitoringPrograms();
const folder = sharedFolder("grafana-compose");
const grafana = join(import.meta.dirname, "../../docs/grafana");

interface Service {
  readonly image: string;
  readonly ports: readonly string[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly volumes: readonly string[];
}
const compose: {
  readonly services: Readonly<Record<string, Service>>;
  readonly configs: Readonly<Record<string, { readonly file?: string; readonly content?: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
} = parse(readFileSync(join(grafana, "compose.yaml"), "utf8"));
const services = Object.values(compose.services);

it("names each image with the tag of one release", () => {
  for (const { image } of services) expect.soft(image).toMatch(/^[a-z]+\/[a-z]+:v?\d+\.\d+\.\d+$/);
});

it("opens its ports to this machine alone", () => {
  for (const { ports } of services) for (const port of ports) expect.soft(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
});

it("has every file and every volume that a service names, and no others", () => {
  const sources = services.flatMap(({ configs = [] }) => configs.map(({ source }) => source));
  expect(sources.sort()).toEqual(Object.keys(compose.configs).sort());
  for (const { file, content } of Object.values(compose.configs)) {
    if (file !== undefined) expect.soft(existsSync(join(grafana, file)), file).toBe(true);
    else expect.soft(content).toBeTruthy();
  }
  const volumes = services.flatMap((service) => service.volumes.map((volume) => volume.split(":")[0]));
  expect(volumes.sort()).toEqual(Object.keys(compose.volumes).sort());
});

it("gives Grafana the data source of Prometheus and the folder in which the dashboard is", () => {
  const [source] = parse(compose.configs["data-sources"]?.content ?? "").datasources;
  expect(source).toMatchObject({ type: "prometheus", url: "http://prometheus:9090", isDefault: true });
  const [provider] = parse(compose.configs.dashboards?.content ?? "").providers;
  const target = compose.services.grafana?.configs?.find((config) => config.source === "dashboard")?.target;
  expect(target).toBe(`${provider.options.path}/image-gate.json`);
});

it("keeps the labels that were pushed", () => {
  expect(parse(prometheusConfiguration()).scrape_configs).toMatchObject([{ honor_labels: true }]);
});

describe.skipIf(programs === undefined)("with Prometheus' own tools (needs prometheus)", () => {
  it("has a configuration that promtool accepts", async () => {
    writeFileSync(join(folder.path, "prometheus.yml"), prometheusConfiguration());
    writeFileSync(join(folder.path, "alerts.yml"), readFileSync(join(grafana, "alerts.yml")));
    const checked = await finish(programs?.promtool ?? "", ["check", "config", "prometheus.yml"], { cwd: folder.path });
    expect(`${checked.stdout}${checked.stderr}`).toContain("prometheus.yml is valid");
    expect(checked.code).toBe(0);
  });
});
