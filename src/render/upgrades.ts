import type { NoFix, Upgrade, UpgradePlan } from "../domain/upgrades.ts";
import type { Rows } from "./fit.ts";
import { details, packageName, text, version } from "./markdown.ts";
import { layerWords, ownerWords } from "./where.ts";
import { counted, number, severityList, statusWords } from "./words.ts";

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
  const { owner } = upgrade;
  const installed = `${packageName(upgrade.package)} ${version(upgrade.from)}`;
  const clears = `clears ${clearsWords(upgrade)}${placeWords(upgrade)}`;
  return owner === undefined
    ? `${installed} → ${targetWords(upgrade)} ${clears}`
    : `Upgrade or replace ${ownerWords(owner)}: it bundles ${installed} (fixed in ${targetWords(upgrade)}); ${clears}`;
}

/** The smallest version that clears all; the named ones, where their order is not known. */
function targetWords({ to, alternatives }: Upgrade): string {
  if (to !== undefined) return `**${version(to)}**`;
  const named = alternatives.slice(0, 3).map(version).join(", ");
  return `${alternatives.length > 1 ? "one of " : ""}${named}${alternatives.length > 3 ? ", …" : ""}`;
}

function clearsWords({ clears, bySeverity }: Upgrade): string {
  const list = severityList(bySeverity);
  return list === "" || !list.includes(",") ? list || number(clears) : `${number(clears)} (${list})`;
}

function placeWords({ layer, paths }: Upgrade): string {
  const places = paths.length > 1 ? `${number(paths.length)} places` : layerWords(layer);
  return places === "" ? "" : ` · ${places}`;
}

function noFixLine({ noFix }: UpgradePlan): string {
  if (noFix.length === 0) return "";
  const more = noFix.length > NO_FIX ? ` and ${counted(noFix.length - NO_FIX, "other package")}` : "";
  return `**No fix:** ${noFix.slice(0, NO_FIX).map(noFixWords).join(", ")}${more}. Remove or replace, or accept for a time.`;
}

function noFixWords({ package: name, version: installed, count, status, owner }: NoFix): string {
  const bundled = owner === undefined ? "" : ` bundled by ${ownerWords(owner)}`;
  return `${packageName(name)} ${version(installed)}${bundled} (${number(count)}: ${text(statusWords(status), 60)})`;
}
