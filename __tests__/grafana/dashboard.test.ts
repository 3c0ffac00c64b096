import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dashboard, Panel, RowPanel } from "@grafana/schema";
import { expect, test } from "vitest";
import { fleet, textOf } from "./fleet.ts";
import type { PrometheusQuery } from "./query.ts";

// The dashboard's file, which is edited in Grafana; prometheus.test.ts runs its queries.

const text = readFileSync(join(import.meta.dirname, "../../docs/grafana/image-gate.json"), "utf8");
const dashboard: Dashboard = JSON.parse(text);
const all = dashboard.panels ?? [];
const isPanel = (panel: Panel | RowPanel): panel is Panel => panel.type !== "row";
const panels = all.filter(isPanel);
const queries = panels.flatMap(({ targets = [] }) => targets as unknown as PrometheusQuery[]);
const variables = dashboard.templating?.list ?? [];

test("the three numbers come first, then everything by which they are drilled into", () => {
  expect(panels.slice(0, 3).map(({ title }) => title)).toEqual([
    "Open CRITICAL and HIGH findings",
    "Oldest unpatched image",
    "Mean time to remediation",
  ]);
  expect(all.filter((panel) => panel.type === "row").map(({ title }) => title)).toEqual([
    "By severity and image",
    "Age",
    "Deadlines and exceptions",
    "What the numbers rest on",
    "One image: $image",
  ]);
});

test("every panel has a title, a description and queries with their own names", () => {
  for (const { title, description, targets = [] } of panels) {
    expect.soft(title, "title").toBeTruthy();
    expect.soft(description, title).toMatch(/\.$/);
    expect.soft(targets.length, title).toBeGreaterThan(0);
    expect.soft(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
  }
  for (const { expr } of queries) expect.soft(expr).toMatch(/image_gate_/);
});

test("every panel and query asks the data source that is chosen above", () => {
  for (const { datasource } of [...panels, ...queries, ...variables.filter(({ type }) => type === "query")])
    expect.soft(datasource).toEqual({ type: "prometheus", uid: "${datasource}" });
});

test("no two panels overlap, none leaves the grid, and each has its own id", () => {
  const cells = new Map<string, string>();
  for (const { gridPos, title = "" } of all) {
    const { x, y, w, h } = gridPos as NonNullable<typeof gridPos>;
    expect.soft(x + w, title).toBeLessThanOrEqual(24);
    for (let column = x; column < x + w; column++) {
      for (let row = y; row < y + h; row++) {
        expect.soft(cells.get(`${column} ${row}`), `${title} is on another panel`).toBeUndefined();
        cells.set(`${column} ${row}`, title);
      }
    }
  }
  // The panels leave no free space: a hole is a mistake in a width.
  const height = Math.max(...all.map(({ gridPos }) => (gridPos?.y ?? 0) + (gridPos?.h ?? 0)));
  expect(cells.size).toBe(24 * height);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});

test("every variable is used, and every variable that is used exists", () => {
  const ownUse = JSON.stringify([all, variables.map(({ query, datasource }) => [query, datasource])]);
  const used = [...ownUse.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name);
  const names = variables.map(({ name }) => name);
  expect(names).toEqual(["datasource", "repository", "image"]);
  for (const name of names) expect.soft(used, name).toContain(name);
  const grafanasOwn = ["__dashboard", "__data", "__value", "__url_time_range"];
  expect(used.filter((name) => !names.includes(name as string) && !grafanasOwn.includes(name as string))).toEqual([]);
});

test("every query obeys the chosen repositories", () => {
  for (const { expr } of queries) {
    const selectors = [...expr.matchAll(/image_gate_\w+(\{[^}]*\})?/g)];
    for (const [all, labels = ""] of selectors) expect.soft(labels, all).toContain('repository=~"$repository"');
  }
});

test("the queries use the metrics that the action writes, all of them, and only labels that they have", async () => {
  const text = (await Promise.all(fleet(0).map((each) => textOf(each, 0)))).join("\n");
  const written = new Map<string, Set<string>>();
  for (const [, metric = "", labels = ""] of text.matchAll(/^(image_gate_\w+)\{(.*)\} \S+$/gm)) {
    const names = [...labels.replaceAll('\\"', "").matchAll(/(\w+)="[^"]*"/g)].map(([, name = ""]) => name);
    written.set(metric, new Set([...(written.get(metric) ?? []), ...names]));
  }
  const used = new Set<string>();
  for (const { expr } of queries) {
    for (const [, metric = "", labels = ""] of expr.matchAll(/(image_gate_\w+)(?:\{([^}]*)\})?/g)) {
      used.add(metric);
      for (const [, label = ""] of labels.matchAll(/(\w+)=/g))
        expect.soft([...(written.get(metric) ?? [])], `${label} in ${expr}`).toContain(label);
    }
  }
  expect([...used].sort()).toEqual([...written.keys()].sort());
});

test("docs/grafana.md says how many metrics are pushed", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/grafana.md"), "utf8");
  const text = (await Promise.all(fleet(0).map((each) => textOf(each, 0)))).join("\n");
  const pushed = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)).size;
  const words = ["eight", "nine", "ten", "eleven", "twelve", "thirteen"];
  expect(page).toContain(`They use the ${words[pushed - 8]} metrics`);
});
