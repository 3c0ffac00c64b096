import type { ReportSource } from "../../given-report.ts";

export const GRYPE: ReportSource = {
  name: "Grype",
  remedy: "Make it again with `grype -o json`, and give the file as Grype wrote it.",
};
