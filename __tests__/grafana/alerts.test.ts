import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { finish } from "../../scripts/setup/command.ts";
import { ensureMonitoringPrograms } from "../../scripts/setup/system.ts";
import { startMonitoring } from "../support/programs/monitoring.ts";
import { sharedFolder } from "../support/runs/shared.ts";
import { fleet, type Repository, textOf } from "./fleet.ts";

// The alert rules, in Prometheus' own tools and on a real Prometheus with pushed metrics.

const programs = await ensureMonitoringPrograms();
const folder = sharedFolder("grafana-alerts");
const rulesFile = join(import.meta.dirname, "../../docs/grafana/alerts.yml");

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
const rules: readonly Rule[] = parse(readFileSync(rulesFile, "utf8")).groups[0].rules;
const cases = parse(readFileSync(join(import.meta.dirname, "alerts-cases.yml"), "utf8"));

const DAY = 86_400;
const now = Math.floor(Date.now() / 1000);
const all = fleet(now);
const images = all.flatMap(({ repository, images }) => images.map((each) => ({ ...each, repository })));

/** Labels of what must fire, computed without Prometheus. */
const firing: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
  ImageGateFindingsOverdue: images
    .filter(({ overdue }) => Object.values(overdue).some((count) => count > 0))
    .map(({ image, repository }) => ({ image, repository })),
  ImageGateImageNotScanned: images
    .filter(({ lastScan }) => lastScan > 0 && now - lastScan > 8 * DAY)
    .map(({ image, repository }) => ({ image, repository })),
  ImageGateImageNeverScanned: [{ image: "broken:1", repository: "acme.io/tools+more" }],
  ImageGateRepositorySilent: [],
  ImageGateNoMetrics: [],
  ImageGateDatabaseOld: repositories(({ databaseAge }) => databaseAge > 3 * DAY),
  ImageGateExceptionsEnding: repositories(({ exceptions }) => exceptions.ending > 0),
  ImageGateExceptionsEnded: repositories(({ exceptions }) => exceptions.ended > 0),
  ImageGateCoverageGaps: images.filter(({ gaps }) => gaps > 0).map(({ image, repository }) => ({ image, repository })),
};
function repositories(isMeant: (repository: Repository) => boolean) {
  return all.filter(isMeant).map(({ repository }) => ({ repository }));
}

const sorted = (labels: readonly Readonly<Record<string, string>>[]) =>
  labels.map((each) => JSON.stringify(Object.entries(each).sort())).sort();

it("has a unit test for each rule, and says of each how urgent it is and what it means", () => {
  const tested = new Set(
    cases.tests.flatMap((test: { alert_rule_test: { alertname: string }[] }) =>
      test.alert_rule_test.map(({ alertname }) => alertname),
    ),
  );
  expect([...tested].sort()).toEqual(rules.map(({ alert }) => alert).sort());
  for (const { alert, labels, annotations } of rules) {
    expect.soft(labels.severity, alert).toMatch(/^(critical|warning|info)$/);
    expect.soft(annotations.description, alert).toMatch(/\.$/);
  }
});

describe.skipIf(programs === undefined)("the alert rules (need prometheus, prometheus-pushgateway)", () => {
  it("are right for promtool, and fire when they should and only then", async () => {
    const promtool = programs?.promtool ?? "";
    for (const file of [rulesFile, join(import.meta.dirname, "alerts-cases.yml")])
      cpSync(file, join(folder.path, file.slice(file.lastIndexOf("/"))));
    expect(await finish(promtool, ["check", "rules", rulesFile])).toMatchObject({ code: 0, stderr: "" });
    const tested = await finish(promtool, ["test", "rules", "alerts-cases.yml"], { cwd: folder.path });
    expect(`${tested.stdout}${tested.stderr}`).toContain("SUCCESS");
    expect(tested.code).toBe(0);
  });

  it("find in pushed metrics what an independent computation finds", async () => {
    if (programs === undefined) return;
    await using monitoring = await startMonitoring(join(folder.path, "prometheus"), programs);
    const found = async (name: string) => {
      const { expr = "" } = rules.find(({ alert }) => alert === name) ?? {};
      return (await monitoring.query(expr, Math.ceil(Date.now() / 1000))).map(({ labels }) => labels);
    };
    for (const { alert } of rules)
      expect
        .soft(sorted(await found(alert)), `${alert}, before a push`)
        .toEqual(sorted(alert === "ImageGateNoMetrics" ? [{}] : []));

    for (const each of all) await monitoring.push(each.repository, await textOf(each, now));
    expect(Object.keys(firing).sort()).toEqual(rules.map(({ alert }) => alert).sort());
    for (const { alert } of rules) expect.soft(sorted(await found(alert)), alert).toEqual(sorted(firing[alert] ?? []));

    await monitoring.forget(all[0].repository);
    expect(await found("ImageGateRepositorySilent")).toEqual([{ repository: all[0].repository }]);

    type Groups = { groups: { rules: { name: string; health: string; lastError?: string }[] }[] };
    const { groups } = await monitoring.api<Groups>("rules");
    const loaded = groups.flatMap(({ rules: each }) => each);
    expect(loaded.map(({ name }) => name)).toEqual(rules.map(({ alert }) => alert));
    expect(loaded.filter(({ lastError }) => lastError)).toEqual([]);
  });
});
