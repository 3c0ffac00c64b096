import { type Plan, upgradesIn } from "../../domain/upgrade/plan.ts";
import type { NoFix, Upgrade } from "../../domain/upgrade/upgrades.ts";
import type { Rows } from "../markdown/fit.ts";
import { code, details, packageName, text, version } from "../markdown/markdown.ts";
import { layerWords, ownerWords, WHOLE_PATH } from "../shared/location.ts";
import { counted, number, severityList, statusWords } from "../shared/phrases.ts";
import { pathEnd } from "../shared/safe-text.ts";

/** Steps that are open before the rest is folded, and packages without a fix that are named. */
const OPEN = 8;
const NO_FIX = 6;
/** Longest path, in UTF-16 units. */
const PATH = 48;
/** Most links of a chain that is shown whole. */
const LINKS = 4;

interface UpgradesSection {
  readonly plan: Plan;
  /** How many findings fail. */
  readonly failing: number;
  /** The heading's marker, such as `###`. */
  readonly level: string;
  readonly rank: number;
  /** True if all versions, places, links of a chain and packages without a fix are named, and none is cut. */
  readonly unabridged?: boolean | undefined;
}

/** What to do: upgrades, the one that clears most first, and packages without a fix. */
export function upgradesSection({ plan, failing, level, rank, unabridged = false }: UpgradesSection): Rows {
  const { noFix } = plan;
  const upgrades = upgradesIn(plan);
  const cleared = upgrades.reduce((sum, upgrade) => sum + upgrade.clears, 0);
  const title =
    upgrades.length === 0
      ? `${level} What to do: nothing to upgrade to`
      : `${level} What to do: ${counted(upgrades.length, "upgrade")} ${upgrades.length === 1 ? "clears" : "clear"} ${number(cleared)} of ${number(failing)}`;
  return {
    count: upgrades.length,
    row: (index) => `${index + 1}. ${step(upgrades[index] as Upgrade, unabridged)}`,
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
        noFixPart(plan, unabridged),
      ]
        .filter((part) => part !== "")
        .join("\n\n");
    },
  };
}

/** `libssl3` 3.0.11 → **3.0.15** clears 3, with what to change and in which place. */
function step(upgrade: Upgrade, unabridged: boolean): string {
  const { owner } = upgrade;
  const bundled = owner === undefined ? "" : `Upgrade or replace ${ownerWords(owner)}: it bundles `;
  const raised = `${packageName(upgrade.package)} ${version(upgrade.from)} → ${targetWords(upgrade, unabridged)}`;
  return `${bundled}${raised} clears ${clearsWords(upgrade)}${placeWords(upgrade, unabridged)}${chainWords(upgrade, unabridged)}`;
}

/** The smallest version that clears all, or the named ones if their order is not known. */
function targetWords({ to, alternatives }: Upgrade, unabridged: boolean): string {
  if (to !== undefined) return `**${version(to)}**`;
  const shown = alternatives.slice(0, unabridged ? alternatives.length : 3);
  return `${shown.map(version).join(" or ")}${alternatives.length > shown.length ? " or …" : ""} (unknown order)`;
}

function clearsWords({ clears, bySeverity }: Upgrade): string {
  const list = severityList(bySeverity);
  return list === "" || !list.includes(",") ? list || number(clears) : `${number(clears)} (${list})`;
}

/** The layer, or else the file. For several files, their number; unabridged, their names too. */
function placeWords({ layer, paths }: Upgrade, unabridged: boolean): string {
  const fileWords = (path: string) => (unabridged ? code(path, WHOLE_PATH) : code(pathEnd(path, PATH)));
  const inLayer = layerWords(layer, unabridged);
  if (paths.length <= 1) {
    const place = inLayer || paths.map(fileWords).join("");
    return place === "" ? "" : ` · ${place}`;
  }
  const all = unabridged ? `: ${paths.map(fileWords).join(", ")}` : "";
  return ` · ${number(paths.length)} places${layer?.source === undefined ? "" : `, ${inLayer}`}${all}`;
}

/** What brings the package in, and which part of that the author can raise. */
function chainWords({ chains }: Upgrade, unabridged: boolean): string {
  const [chain] = chains;
  if (chain === undefined) return "";
  const links = chain.packages.slice(0, -1);
  const [first] = links;
  if (first === undefined) return "";
  const isLong = links.length > LINKS && !unabridged;
  const shown = isLong ? [...links.slice(0, LINKS - 1), undefined, ...links.slice(-1)] : links;
  const way = shown.map((link) => (link === undefined ? "…" : packageName(link.name))).join(" → ");
  const touch = chain.direct ? `: raise ${packageName(first.name)} ${version(first.version)}` : "";
  const others = chains.length > 1 ? ` (in ${number(chains.length - 1)} other lock files by others)` : "";
  return ` · brought in by ${way}${touch.trimEnd()}${others}`;
}

function noFixPart({ noFix }: Plan, unabridged: boolean): string {
  if (noFix.length === 0) return "";
  const shown = noFix.slice(0, NO_FIX).map(noFixWords).join(", ");
  const rest = noFix.slice(NO_FIX);
  const more = rest.length === 0 ? "" : ` and ${counted(rest.length, "other package")}`;
  const line = `**No fix:** ${shown}${more}. Remove or replace, or accept for a time.`;
  if (rest.length === 0 || !unabridged) return line;
  const list = rest.map((one) => `- ${noFixWords(one)}`).join("\n");
  return `${line}\n\n${details(`${counted(rest.length, "other package")} without a fix`, list)}`;
}

/** `zlib1g` 1:1.2.13 (1 CRITICAL: vendor will not fix it). */
function noFixWords({ package: name, version: installed, bySeverity, status, owner }: NoFix): string {
  const bundled = owner === undefined ? "" : ` bundled by ${ownerWords(owner)}`;
  const why = `${severityList(bySeverity)}: ${text(statusWords(status), 60)}`;
  return `${packageName(name)} ${version(installed)}${bundled} (${why})`;
}
