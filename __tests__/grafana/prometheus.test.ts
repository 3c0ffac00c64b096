import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dashboard, Panel } from "@grafana/schema";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureMonitoringPrograms } from "../../scripts/setup/system.ts";
import { type Monitoring, type Sample, startMonitoring } from "../support/programs/monitoring.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { chosenImage, expectations, type Row } from "./expected.ts";
import { fleet, line, type Repository, textOf } from "./fleet.ts";
import type { PrometheusQuery } from "./query.ts";

// Every query of the dashboard against a real Prometheus that scrapes a real Pushgateway.

const programs = await ensureMonitoringPrograms();
const folder = temporaryFolder("grafana");
const dashboard: Dashboard = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../docs/grafana/image-gate.json"), "utf8"),
);

/** Each query, by the row that its panel is in, the panel's title and the query's letter. */
const queries = new Map<string, PrometheusQuery>();
let row = "";
for (const panel of dashboard.panels ?? []) {
  if (panel.type === "row") row = panel.title ?? "";
  else
    for (const target of (panel as Panel).targets as unknown as PrometheusQuery[])
      queries.set(`${row}/${panel.title}/${target.refId}`, target);
}

/** A variable's values in a regular expression within quotes, as Grafana's data source for Prometheus writes them. */
function escapedRegex(values: readonly string[]): string {
  const all = values.map((value) =>
    value.replace(/\\/g, "\\\\\\\\").replace(/[$^*{}[\]'+?.()|]/g, (special) => `\\\\${special}`),
  );
  return all.length === 1 ? (all[0] as string) : `(${all.join("|")})`;
}

/** The query that Grafana sends. */
const filled = (expr: string, repository: string, image: string): string =>
  expr
    .replaceAll("$repository", () => repository)
    .replaceAll("$image", () => image.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n"));

const now = Math.floor(Date.now() / 1000);
const DAY = 86_400;
const all = fleet(now);
const [shop, tools] = all;
const HISTORY_ENDS = (Math.floor(now / DAY) - 5) * DAY;
const history = "Age/Days with open CRITICAL or HIGH findings, of the last 90/A";

/** Open findings of each image four times a day, for this many days until the history's end. */
function historyText(days: Readonly<Record<string, number>>): string {
  const lines = Object.entries(days).flatMap(([image, count]) =>
    Array.from({ length: 4 * count }, (_, at) => {
      const time = HISTORY_ENDS - at * (DAY / 4);
      const labels = { image, repository: shop.repository };
      return [
        line("open_findings", { ...labels, severity: "high" }, at % 4 === 3 && image === "mended:1" ? 0 : 2, time),
        line("open_findings", { ...labels, severity: "low" }, 5, time),
      ];
    }).reverse(),
  );
  const sorted = [0, 1].flatMap((which) => lines.map((pair) => pair[which]));
  return `# TYPE image_gate_open_findings gauge\n${sorted.join("\n")}\n# EOF\n`;
}

const rounded = (rows: readonly (Row | Sample)[]) =>
  rows
    .map(({ labels, value }) => [Object.entries(labels).sort(), value.toFixed(6)])
    .map((each) => JSON.stringify(each))
    .sort();

describe.skipIf(programs === undefined)(
  "the dashboard on a real Prometheus (needs prometheus, prometheus-pushgateway)",
  () => {
    let monitoring: Monitoring;

    beforeAll(async () => {
      if (programs === undefined) return;
      monitoring = await startMonitoring(folder.path, programs, historyText({ "old:1": 6, "mended:1": 4, "new:1": 1 }));
    });
    afterAll(async () => {
      await monitoring?.[Symbol.asyncDispose]();
      folder.remove();
    });

    const pushAll = async () => {
      for (const each of all) await monitoring.push(each.repository, await textOf(each, now));
    };

    it("answers nothing, and no zero, while nothing was pushed", async () => {
      const time = Date.now() / 1000;
      for (const [name, { expr }] of queries) {
        if (name === history) continue;
        expect.soft(await monitoring.query(filled(expr, ".*", "app:1"), time), name).toEqual([]);
      }
    });

    it("counts the days with open findings by what Prometheus stored, and only those", async () => {
      const { expr = "" } = queries.get(history) ?? {};
      // An hour after the last stored value, so that no query falls onto the edge of the window.
      const found = await monitoring.query(filled(expr, ".*", ""), HISTORY_ENDS + 3600);
      expect(rounded(found)).toEqual(
        rounded([
          { labels: { image: "old:1" }, value: 6 },
          { labels: { image: "mended:1" }, value: 3 },
          { labels: { image: "new:1" }, value: 1 },
        ]),
      );
    });

    const selections: readonly (readonly [string, string, readonly Repository[]])[] = [
      ["all repositories", ".*", all],
      ["one repository", escapedRegex([shop.repository]), [shop]],
      ["another one, with letters of regular expressions in its name", escapedRegex([tools.repository]), [tools]],
      ["two that are named", escapedRegex(all.map(({ repository }) => repository)), all],
      ["one that does not exist", escapedRegex(["acme.io/toolsXmore"]), []],
    ];

    it.each(selections)("answers what an independent computation says: %s", async (_, repository, chosen) => {
      await pushAll();
      const expected = expectations();
      const time = Math.ceil(Date.now() / 1000);
      expect(Object.keys(expected).sort()).toEqual([...queries.keys()].filter((name) => name !== history).sort());
      for (const [name, { expr }] of queries) {
        if (name === history) continue;
        const found = await monitoring.query(filled(expr, repository, chosenImage), time);
        expect
          .soft(rounded(found), name)
          .toEqual(chosen.length === 0 ? [] : rounded(expected[name]?.(chosen, time) ?? []));
      }
    });

    it("offers the repositories and the images to choose from", async () => {
      await pushAll();
      const offered = async (variable: string, repository: string) => {
        const query = dashboard.templating?.list?.find(({ name }) => name === variable)?.query as string;
        const [, selector = "", label = ""] = /^label_values\((.+), (\w+)\)$/.exec(query) ?? [];
        return monitoring.labelValues(filled(selector, repository, ""), label);
      };
      expect(await offered("repository", "")).toEqual([tools.repository, shop.repository].sort());
      expect(await offered("image", escapedRegex([tools.repository]))).toEqual(
        tools.images.map(({ image }) => image).sort(),
      );
      expect(await offered("image", ".*")).toContain(chosenImage);
    });

    it("forgets what the next push does not have", async () => {
      const [, ...others] = shop.images;
      await pushAll();
      await monitoring.push(shop.repository, await textOf({ ...shop, images: others }, now));
      const { expr = "" } = queries.get("/Images/A") ?? {};
      const time = Math.ceil(Date.now() / 1000);
      expect((await monitoring.query(filled(expr, ".*", ""), time))[0]?.value).toBe(
        others.length + tools.images.length,
      );
    });
  },
);
