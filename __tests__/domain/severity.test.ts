import { expect, it } from "vitest";
import { isFixable } from "../../src/domain/finding.ts";
import { EMPTY_POLICY } from "../../src/domain/policy/policy.ts";
import {
  DEFAULT_THRESHOLDS,
  perSeverity,
  perSeverityName,
  SEVERITIES,
  severityRank,
  toSeverity,
} from "../../src/domain/severity.ts";
import { makeFinding } from "./make.ts";

it("severities rank from CRITICAL to UNKNOWN", () => {
  expect(SEVERITIES.map(severityRank)).toEqual([0, 1, 2, 3, 4]);
  expect(SEVERITIES).toEqual(["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"]);
});

it("a severity that is not known is UNKNOWN", () => {
  expect(SEVERITIES.map((severity) => toSeverity(severity))).toEqual([...SEVERITIES]);
  expect(toSeverity("critical")).toBe("CRITICAL");
  expect(["", "NEGLIGIBLE", "constructor", undefined].map(toSeverity)).toEqual(Array(4).fill("UNKNOWN"));
});

it("perSeverity makes one value each", () => {
  expect(perSeverity((severity) => severity.toLowerCase())).toEqual({
    CRITICAL: "critical",
    HIGH: "high",
    MEDIUM: "medium",
    LOW: "low",
    UNKNOWN: "unknown",
  });
});

it("perSeverityName makes one value each, by the names of inputs and outputs", () => {
  expect(perSeverityName((severity) => severity)).toEqual({
    critical: "CRITICAL",
    high: "HIGH",
    medium: "MEDIUM",
    low: "LOW",
    unknown: "UNKNOWN",
  });
});

it("by default no CRITICAL and no HIGH may be open, and any number of the rest", () => {
  expect(DEFAULT_THRESHOLDS).toEqual({
    CRITICAL: 0,
    HIGH: 0,
    MEDIUM: "unlimited",
    LOW: "unlimited",
    UNKNOWN: "unlimited",
  });
});

it("only a vulnerability can be without a fix", () => {
  expect(isFixable(makeFinding({ fixedVersions: ["1"] }))).toBe(true);
  expect(isFixable(makeFinding({ fixedVersions: [] }))).toBe(false);
  for (const kind of ["secret", "misconfiguration", "license"] as const)
    expect(isFixable(makeFinding({ kind, fixedVersions: [] }))).toBe(true);
});

it("without a policy file an exception may live a year, is announced two weeks ahead, and needs no owner", () => {
  expect(EMPTY_POLICY).toEqual({
    thresholds: {},
    targets: [],
    exceptionRules: { maxDays: 365, warnDays: 14, requireOwner: false },
    exceptions: [],
  });
});
