import type { Finding, FindingPackage, Layer, Owner } from "../../domain/finding.ts";
import { memoize } from "../../domain/memoize.ts";
import { type FixAdvice, fixAdvisor } from "../../domain/rows/fix-advice.ts";
import { statusWords } from "../../domain/rows/vendor-status.ts";
import { whereCell } from "../markdown/location.ts";
import { packageName, tableCell, text, version } from "../markdown/markdown.ts";
import { placed, shortInstruction } from "../shared/location.ts";
import { shorten, visible } from "../shared/safe-text.ts";

const PLAIN = /^[!-Z\\^-z|~]+(?: [!-Z\\^-z|~]+)*$/;

/**
 * Untrusted text within a SARIF message that is not Markdown. There, `[text](target)` is a link and `{0}` is a
 * placeholder for an argument (SARIF 2.1.0, 3.11.5 and 3.11.6). A space takes away their meaning, also in a code point
 * such as `\u{2028}`.
 */
export function sarifText(untrusted: string, most: number): string {
  if (untrusted.length <= most && PLAIN.test(untrusted)) return untrusted;
  const shown = visible(shorten(untrusted.replace(/\s+/g, " ").trim(), most));
  return shown.replaceAll("](", "] (").replace(/\{(?=\d+\})/g, "{ ");
}

/**
 * Text as in JSON, but without the quotation marks, so that such pieces can be joined. ASCII only: a single wider
 * letter would make the string of a whole piece wide, which takes twice the memory and longer to write.
 */
export function jsonText(text: string): string {
  const json = JSON.stringify(text).slice(1, -1);
  return /^[ -~]*$/.test(json)
    ? json
    : json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * The words for a finding's package, fix and place. The findings of a large report share few of each, so each is made
 * once. They are already JSON, as {@link jsonText} makes it.
 */
export interface SarifWords {
  /** `libssl3 3.0.11-1`. Empty if the finding is about no package. */
  readonly about: (finding: Finding) => string;
  /**
   * `fixed in 3.0.15-1~deb12u1`, the version to upgrade to, or why there is none. Empty unless it is a vulnerability.
   */
  readonly fix: (finding: Finding) => string;
  /** `in Python sparkly 2.3.0: usr/lib/x.jar, layer 3 (RUN pip install …), Dockerfile:9`. Empty if nothing is known. */
  readonly place: (finding: Finding) => string;
  /** What is known of fix and place, as sentences, each with a space before it. */
  readonly sentences: (finding: Finding) => string;
  /** A row of the Markdown table: package, version, fix, place. */
  readonly row: (finding: Finding) => string;
}

export function sarifWords(): SarifWords {
  const packageText = memoize((about: FindingPackage) => jsonText(packageWords(about)));
  const packageCells = memoize((about: FindingPackage | undefined) => jsonText(cellsOf(about)));
  const layerText = memoize((layer: Layer) => jsonText(layerWords(layer)));
  const ownerText = memoize((owner: Owner) => jsonText(ownerWords(owner)));
  const adviceOn = fixAdvisor();
  const fixText = memoize((advice: FixAdvice) => jsonText(fixWords(advice)));
  const unfixedCells = memoize((status: string) => jsonText(tableCell(text(statusWords(status), 60))));
  const fixCells = memoize((versions: readonly string[]) => jsonText(tableCell(fixCell(versions))));
  // Most findings have only a layer as their place, and share it.
  const layerCells = memoize((layer: Layer | undefined) => jsonText(tableCell(whereCell({ ...NOWHERE, layer }))));

  function place({ path, line, layer, owner }: Finding): string {
    const layerPart = layer === undefined ? "" : layerText(layer);
    if (path === undefined) return layerPart;
    const file = jsonText(sarifText(placed(path, line), 300));
    const within = owner === undefined ? `in ${file}` : `in ${ownerText(owner)}: ${file}`;
    return layerPart === "" ? within : `${within}, ${layerPart}`;
  }

  const fix = (finding: Finding) => (finding.kind === "vulnerability" ? fixText(adviceOn(finding)) : "");
  // Sentences about places within a file are not cached.
  const sentenceOf = memoize(sentence);

  return {
    about: ({ package: about }) => (about === undefined ? "" : packageText(about)),
    fix,
    place,
    sentences: (finding) => {
      const where = place(finding);
      return sentenceOf(fix(finding)) + (finding.path === undefined ? sentenceOf(where) : sentence(where));
    },
    row: (finding) => {
      const { package: about, fixedVersions, status, path, owner, layer } = finding;
      const where =
        path === undefined && owner === undefined ? layerCells(layer) : jsonText(tableCell(whereCell(finding)));
      const known = fixedVersions.length > 0 ? fixCells(fixedVersions) : unfixedCells(status);
      const fixed = finding.kind === "vulnerability" ? known : DASH;
      return `| ${packageCells(about)} | ${fixed} | ${where} |`;
    },
  };
}

function sentence(words: string): string {
  return words === "" ? "" : ` ${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

const DASH = jsonText("–");

const NOWHERE: Omit<Finding, "layer"> = {
  kind: "vulnerability",
  id: "",
  severity: "UNKNOWN",
  title: "",
  fixedVersions: [],
  status: "",
};

function packageWords({ name, version: installed }: FindingPackage): string {
  const shown = sarifText(name, 160);
  return installed === "" ? shown : `${shown} ${sarifText(installed, 80)}`;
}

function cellsOf(about: FindingPackage | undefined): string {
  const cells =
    about === undefined ? ["–", "–"] : [packageName(about.name), about.version === "" ? "–" : version(about.version)];
  return cells.map(tableCell).join(" | ");
}

function fixWords({ to, none }: FixAdvice): string {
  return to === undefined ? sarifText(none, 60) : `fixed in ${sarifText(to.join(" or "), 200)}`;
}

function fixCell(versions: readonly string[]): string {
  return versions.slice(0, 5).map(version).join(", ");
}

function ownerWords({ ecosystem, name, version: installed = "" }: Owner): string {
  const words = `${sarifText(ecosystem, 40)} ${sarifText(name, 160)}`;
  return installed === "" ? words : `${words} ${sarifText(installed, 80)}`;
}

function layerWords({ number, instruction, source }: Layer): string {
  if (number === undefined) return "";
  const made = instruction === undefined ? "" : ` (${sarifText(shortInstruction(instruction, 120), 120)})`;
  const line = source === undefined ? "" : `, ${sarifText(placed(source.file, source.line), 200)}`;
  return `layer ${number}${made}${line}`;
}
