import type { Severity } from "../../domain/severity.ts";

/** Each output's sign for a severity, and other tools' words for it. */
interface SeverityStyle {
  /** In Markdown. */
  readonly dot: string;
  /** In a terminal: one of the 16 colours that every theme makes readable. */
  readonly terminal: readonly ("bold" | "red" | "yellow" | "cyan" | "magenta")[];
  /** In GitLab's code-quality report: five words for five severities. */
  readonly codeQuality: "blocker" | "critical" | "major" | "minor" | "info";
  readonly sarifLevel: "error" | "warning" | "note";
  /**
   * Follows the scanner's severity, not CVSS. Code scanning reads > 9.0 as critical, ≥ 7.0 as high, ≥ 4.0 as medium, >
   * 0 as low.
   */
  readonly sarifScore: string;
}

export const SEVERITY_STYLES: Readonly<Record<Severity, SeverityStyle>> = {
  CRITICAL: { dot: "🔴", terminal: ["bold", "red"], codeQuality: "blocker", sarifLevel: "error", sarifScore: "9.5" },
  HIGH: { dot: "🟠", terminal: ["red"], codeQuality: "critical", sarifLevel: "error", sarifScore: "8.0" },
  MEDIUM: { dot: "🟡", terminal: ["yellow"], codeQuality: "major", sarifLevel: "warning", sarifScore: "5.5" },
  LOW: { dot: "⚪", terminal: ["cyan"], codeQuality: "minor", sarifLevel: "note", sarifScore: "2.0" },
  UNKNOWN: { dot: "❔", terminal: ["magenta"], codeQuality: "info", sarifLevel: "note", sarifScore: "0.0" },
};
