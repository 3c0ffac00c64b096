import type { ReportSource } from "../given-report.ts";

export const CLAIR: ReportSource = {
  name: "Clair",
  remedy: "Make it again with `clairctl report -o json IMAGE` of Clair 4, and give the file as it was written.",
};

export const QUAY: ReportSource = {
  name: "Quay",
  remedy:
    "Wait until Quay has scanned the image, and give its whole answer to `GET …/manifest/DIGEST/security?vulnerabilities=true`.",
};
