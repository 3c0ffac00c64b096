/** With one of these gaps, no system package was matched with its advisories. */
const SYSTEM_GAP_CODES = [
  "os-unknown",
  "sbom-os-missing",
  "os-release-unknown",
  "os-mismatch",
  "os-packages-missing",
  "packages-skipped",
  "advisories-replaced",
] as const;

/** {@link SYSTEM_GAP_CODES} as a set, for lookups. */
export const SYSTEM_GAPS: ReadonlySet<string> = new Set(SYSTEM_GAP_CODES);

/** With one of these gaps, some packages were not matched with any advisories. */
const UNREAD_GAP_CODES = [
  "packages-unaccounted",
  "folder-not-read",
  "sbom-packages-missing",
  "sbom-packages-unread",
  "sbom-packages-unmatched",
  "versions-unreadable",
  "packages-unreadable",
] as const;

/** {@link UNREAD_GAP_CODES} as a set, for lookups. */
export const UNREAD_GAPS: ReadonlySet<string> = new Set(UNREAD_GAP_CODES);

/** The codes of all gaps, in the order of a target's error message. */
export const GAP_CODES = [
  ...SYSTEM_GAP_CODES,
  ...UNREAD_GAP_CODES,
  "config-unreadable",
  "terraform-not-read",
  "misconfig-nothing-read",
] as const;
