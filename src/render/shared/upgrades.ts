import type { NoFix, Upgrade } from "../../domain/upgrade/upgrades.ts";
import { counted, number, severityList, statusWords } from "./phrases.ts";
import { plain, shorten } from "./safe-text.ts";

/** Longest name and version in a log line, in UTF-16 units. */
const NAME = 120;
const VERSION = 60;
/** Most steps, and most packages without a fix, that the log lists. */
const STEPS = 20;
const NO_FIX = 10;

/** `libssl3 3.0.11 → 3.0.15 clears 3`: an upgrade as the log and the report write it. */
export function upgradeText({ package: name, from, to, alternatives, clears }: Upgrade): string {
  const target = to ?? `${alternatives.join(" or ")} (unknown order)`;
  return `${name} ${from} → ${target} clears ${number(clears)}`;
}

/** The plan as log lines: upgrades with their origin or place, and packages without a fix. */
export function planLines(upgrades: readonly Upgrade[], noFix: readonly NoFix[]): string[] {
  if (upgrades.length + noFix.length === 0) return [];
  const more = upgrades.length - STEPS;
  const others = noFix.length - NO_FIX;
  return [
    "  What to do:",
    ...upgrades.slice(0, STEPS).map((upgrade) => `    ${plain(upgradeText(shortened(upgrade)))}${howText(upgrade)}`),
    ...(more > 0 ? [`    … and ${counted(more, "more upgrade")}; the report has all.`] : []),
    ...noFix.slice(0, NO_FIX).map((one) => `    ${noFixText(one)}`),
    ...(others > 0 ? [`    … and ${counted(others, "other package")} without a fix`] : []),
  ];
}

function shortened(upgrade: Upgrade): Upgrade {
  return {
    ...upgrade,
    package: shorten(upgrade.package, NAME, "middle"),
    from: shorten(upgrade.from, VERSION, "middle"),
    to: upgrade.to && shorten(upgrade.to, VERSION, "middle"),
    alternatives: upgrade.alternatives.slice(0, 3).map((version) => shorten(version, VERSION, "middle")),
  };
}

/** What follows the step: the package to upgrade instead, and the line or file to change. */
function howText({ owner, chains, layer, paths }: Upgrade): string {
  const [chain] = chains;
  const source = layer?.source;
  const parts = [
    owner === undefined ? "" : `bundled by ${owner.name} ${owner.version ?? ""}`.trimEnd(),
    chain === undefined
      ? ""
      : `through ${chain.packages
          .slice(0, -1)
          .map(({ name }) => name)
          .join(" → ")}`,
    source === undefined ? "" : `${source.file}:${source.line}`,
    source === undefined && layer === undefined && paths.length === 1 ? (paths[0] as string) : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "" : ` (${parts.map((part) => shorten(plain(part), 200, "middle")).join("; ")})`;
}

function noFixText({ package: name, version, status, bySeverity }: NoFix): string {
  const about = `${shorten(name, NAME, "middle")} ${shorten(version, VERSION, "middle")}`;
  return `${plain(about)}: ${plain(shorten(statusWords(status), VERSION))} (${severityList(bySeverity)})`;
}
