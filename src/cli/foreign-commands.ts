/** First words of other scanners' commands (Trivy, Grype, Docker Scout), and what does the same here. */
const INSTEAD: Readonly<Record<string, string>> = {
  i: "image-gate image NAME",
  cves: "image-gate image NAME",
  quickview: "image-gate image NAME",
  filesystem: "image-gate fs PATH",
  rootfs: "image-gate fs PATH",
  config: "image-gate fs PATH --scanners misconfig",
  conf: "image-gate fs PATH --scanners misconfig",
  repository: "image-gate repo URL",
  convert: "image-gate report FILE",
  k8s: "image-gate rescan kubectl",
  kubernetes: "image-gate rescan kubectl",
  version: "image-gate --version",
};

/** The line that does what another scanner's command does; undefined if the word is none of theirs. */
export function commandInstead(word: string): string | undefined {
  return Object.hasOwn(INSTEAD, word) ? INSTEAD[word] : undefined;
}
