import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parse } from "yaml";
import { finish } from "../../../scripts/setup/command.ts";
import type { MonitoringPrograms } from "../../../scripts/setup/system.ts";
import { pushMetrics } from "../../../src/metrics/push.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { type ServerWithPort, startServerOnAnyPort } from "./server-process.ts";

/** Labels and value of a series. The metric's name is a label, too, if the query keeps it. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A real Prometheus that scrapes a real Pushgateway every second, otherwise as docs/grafana/compose.yaml says. */
export interface Monitoring extends AsyncDisposable {
  readonly pushgateway: string;
  /** Pushes with the action's own code. Returns once Prometheus has scraped it. */
  push(repository: string, text: string): Promise<void>;
  /** Deletes a repository's pushed metrics. Returns once Prometheus has noticed. */
  forget(repository: string): Promise<void>;
  /** A query at a time, in seconds since 1970. */
  query(expr: string, time: number): Promise<Sample[]>;
  /** A query over a time: the values of each series, with their times. */
  queryRange(
    expr: string,
    from: number,
    to: number,
    step: number,
  ): Promise<(Sample & { values: [number, number][] })[]>;
  /** The values of a label among the series of a selector, as a variable of Grafana asks for them. */
  labelValues(selector: string, label: string): Promise<string[]>;
  /** Prometheus' HTTP API. */
  api<T>(path: string, parameters?: Readonly<Record<string, string>>): Promise<T>;
}

const root = join(import.meta.dirname, "../../..");

interface ComposeFile {
  readonly configs: { readonly prometheus: { readonly content: string } };
}

/** The configuration that the Compose file gives to Prometheus. */
export function prometheusConfiguration(): string {
  const compose: ComposeFile = parse(readFileSync(join(root, "docs/grafana/compose.yaml"), "utf8"));
  return compose.configs.prometheus.content;
}

/** The path of a repository's metrics in the Pushgateway, whatever characters its name has. */
const groupOf = (repository: string): string =>
  `/metrics/job/image-gate/repository@base64/${Buffer.from(repository).toString("base64url")}`;

/** Time that the servers may take to notice something, in steps of 100 milliseconds. */
const PATIENCE = 300;

/** Debian's Pushgateway stores pushed metrics in a system file, and so starts with an earlier test's metrics. */
const NOTHING_KEPT = "--persistence.file=";
const ANY_PORT = "--web.listen-address=127.0.0.1:0";
const LISTENING = /msg="Listening on" address=127\.0\.0\.1:(\d+)/;

/** A real Pushgateway. */
export const startPushgateway = ({ pushgateway }: MonitoringPrograms): Promise<ServerWithPort> =>
  startServerOnAnyPort(pushgateway, [ANY_PORT, NOTHING_KEPT], LISTENING);

/** A real Prometheus with the configuration `prometheus.yml` of a folder, which keeps its data there. */
export const startPrometheus = ({ prometheus }: MonitoringPrograms, folder: string): Promise<ServerWithPort> =>
  startServerOnAnyPort(
    prometheus,
    [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      "--storage.tsdb.retention.time=400d",
      ANY_PORT,
    ],
    LISTENING,
  );

/**
 * Starts both in their own folder.
 * @param history OpenMetrics text with times, for what Prometheus stored before
 */
export async function startMonitoring(
  folder: string,
  programs: MonitoringPrograms,
  history?: string,
): Promise<Monitoring> {
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, "docs/grafana/alerts.yml"), join(folder, "alerts.yml"));
  if (history !== undefined) {
    writeFileSync(join(folder, "history.txt"), history);
    const made = await finish(programs.promtool, [
      ...["tsdb", "create-blocks-from", "openmetrics", join(folder, "history.txt"), join(folder, "data")],
    ]);
    if (made.code !== 0) throw new Error(made.stderr);
  }
  const gateway = await startPushgateway(programs);
  const configuration = prometheusConfiguration()
    .replaceAll("pushgateway:9091", `127.0.0.1:${gateway.port}`)
    .replaceAll(": 1m", ": 1s");
  writeFileSync(join(folder, "prometheus.yml"), configuration);
  const server = await startPrometheus(programs, folder).catch(async (cause) => {
    await gateway.close();
    throw cause;
  });
  const pushgateway = `http://127.0.0.1:${gateway.port}`;
  const prometheus = `http://127.0.0.1:${server.port}`;

  async function api<T>(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> {
    const response = await fetch(`${prometheus}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const answer = (await response.json()) as { status: string; data: T; error?: string };
    if (answer.status !== "success") throw new Error(`${JSON.stringify(parameters)}: ${answer.error}`);
    return answer.data;
  }

  type Vector = { result: { metric: Record<string, string>; value: [number, string] }[] };
  type Matrix = { result: { metric: Record<string, string>; values: [number, string][] }[] };

  const query = async (expr: string, time: number): Promise<Sample[]> =>
    (await api<Vector>("query", { query: expr, time: String(time) })).result.map(({ metric, value }) => ({
      labels: metric,
      value: Number(value[1]),
    }));

  async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    for (let attempt = 0; !(await isSo().catch(() => false)); attempt++) {
      if (attempt === PATIENCE) throw new Error(`This never came true: ${what}`);
      await wait(100);
    }
  }

  const pushed = async (repository: string): Promise<number | undefined> =>
    (await query(`push_time_seconds{job="image-gate",repository="${repository}"}`, Date.now() / 1000))[0]?.value;

  await until("Prometheus answers", async () => (await fetch(`${prometheus}/-/ready`)).ok);
  return {
    pushgateway,
    api,
    query,
    async push(repository, text) {
      const since = Date.now() / 1000;
      await pushMetrics({ base: pushgateway }, { text, repository }, testWorld(folder));
      await until("Prometheus has what was pushed", async () => ((await pushed(repository)) ?? 0) >= since);
    },
    async forget(repository) {
      await fetch(`${pushgateway}${groupOf(repository)}`, { method: "DELETE" });
      await until("Prometheus has noticed", async () => (await pushed(repository)) === undefined);
    },
    queryRange: async (expr, from, to, step) =>
      (
        await api<Matrix>("query_range", {
          query: expr,
          start: String(from),
          end: String(to),
          step: String(step),
        })
      ).result.map(({ metric, values }) => ({
        labels: metric,
        value: Number(values.at(-1)?.[1]),
        values: values.map(([time, value]) => [time, Number(value)]),
      })),
    labelValues: (selector, label) => api<string[]>(`label/${label}/values`, { "match[]": selector }),
    async [Symbol.asyncDispose]() {
      await server.close();
      await gateway.close();
    },
  };
}
