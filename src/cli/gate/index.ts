import type { CommandEntry } from "../command.ts";
import type { TargetCommand } from "./judge.ts";

function entry(name: TargetCommand, about: string): CommandEntry {
  return { name, about, answersVerdict: true, load: async () => (await import("./gate.ts")).gateCommand(name) };
}

/** The gate on one kind of target. */
export const image = entry("image", "May these images run? References, docker save tars, OCI layout folders");
export const fs = entry("fs", "The same for folders and files");
export const repo = entry("repo", "The same for Git repositories");
export const sbom = entry("sbom", "The same for CycloneDX and SPDX files");
export const report = entry("report", "Judges reports that scanners have made before");
