import type { Upgrade, UpgradePlan } from "../domain/upgrades.ts";
import type { Rows } from "./fit.ts";
import { code, details, packageName, text, version } from "./markdown.ts";
import { ownerWords } from "./where.ts";
import { counted, number, statusWords } from "./words.ts";

/** Steps that stand open before the rest is folded away. */
const OPEN = 8;
const NO_FIX = 6;

/** What to do, the upgrade that clears most first, and what has no fix. */
export function upgradesSection(plan: UpgradePlan, failing: number, level: string, rank: number): Rows {
  const { upgrades, noFix } = plan;
  const cleared = upgrades.reduce((sum, upgrade) => sum + upgrade.clears, 0);
  const title =
    upgrades.length === 0
      ? `${level} What to do: nothing to upgrade to`
      : `${level} What to do: ${counted(upgrades.length, "upgrade")} ${upgrades.length === 1 ? "clears" : "clear"} ${number(cleared)} of ${number(failing)}`;
  return {
    count: upgrades.length,
    row: (index) => `${index + 1}. ${step(upgrades[index] as Upgrade)}`,
    rank: () => rank,
    most: 100,
    share: 0.15,
    layout: (shown) => {
      if (upgrades.length + noFix.length === 0) return "";
      const left = upgrades.length - shown.length;
      const rest = left === 0 ? "" : `_${counted(left, "smaller upgrade")} left out here._`;
      const folded = [shown.slice(OPEN).join("\n"), rest].filter((part) => part !== "").join("\n\n");
      return [
        title,
        shown.slice(0, OPEN).join("\n"),
        shown.length > OPEN ? details(counted(upgrades.length - OPEN, "more upgrade"), folded) : rest,
        noFixLine(plan),
      ]
        .filter((part) => part !== "")
        .join("\n\n");
    },
  };
}

function step(upgrade: Upgrade): string {
  const { owner, clears } = upgrade;
  const name = packageName(upgrade.package);
  const from = version(upgrade.from);
  const to = upgrade.to === undefined ? "" : `**${version(upgrade.to)}**`;
  const others =
    upgrade.alternatives.length === 0 ? "" : ` (or ${upgrade.alternatives.slice(0, 3).map(version).join(", ")})`;
  if (owner !== undefined) {
    const fixed = to === "" ? "" : `, fixed in ${to}${others}`;
    return `${ownerWords(owner)} bundles ${name} ${from}${fixed}: upgrade or replace ${packageName(owner.name)}; clears ${number(clears)}`;
  }
  const places = upgrade.paths.length > 1 ? ` in ${number(upgrade.paths.length)} places` : onePlace(upgrade);
  return `${name} ${from} → ${to}${others} clears ${number(clears)}${places}`;
}

function onePlace(upgrade: Upgrade): string {
  return upgrade.paths[0] === undefined ? "" : ` (${code(upgrade.paths[0], 70)})`;
}

function noFixLine(plan: UpgradePlan): string {
  if (plan.noFix.length === 0) return "";
  const named = plan.noFix
    .slice(0, NO_FIX)
    .map(
      (none) =>
        `${packageName(none.package)} ${version(none.version)} (${number(none.count)}, ${text(statusWords(none.status), 60)})`,
    );
  const more = plan.noFix.length > NO_FIX ? ` and ${counted(plan.noFix.length - NO_FIX, "other package")}` : "";
  return `**No fix:** ${named.join(", ")}${more}. Remove or replace it, or accept it for a time.`;
}
