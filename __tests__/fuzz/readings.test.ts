import { join } from "node:path";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { finish } from "../../scripts/setup/command.ts";
import { ensureCompose, ensureKustomize, ensureRecentKubectl } from "../../scripts/setup/go-tools.ts";
import { discovered } from "../discovery/discovered.ts";
import { MANIFESTS } from "../discovery/manifest-cases.ts";
import { COMPOSE_PAIRS, KUSTOMIZATIONS_OF_PAIRS } from "../discovery/pair-cases.ts";
import { kubectlImages, pathOf, worldWith } from "../discovery/real-programs.ts";
import { fuzz } from "../support/runs/fuzz.ts";
import { sharedFolder } from "../support/runs/shared.ts";

// Pairs of readers: ours and the program that decides. If ours reports no error, it names at least that program's
// images.
const folder = sharedFolder("fuzz-readings");
const kubectl = await ensureRecentKubectl();
const compose = await ensureCompose();
const COMPOSE = pathOf(folder.path, { "docker-compose": compose });
const KUSTOMIZE = pathOf(folder.path, { kustomize: await ensureKustomize() });
const NONE = pathOf(folder.path, {});

describe("against the real kubectl", () => {
  // Sixty files in one kubectl. Shrinking would start it hundreds of times.
  const some = fc.noShrink(fc.array(MANIFESTS, { minLength: 60, maxLength: 60 }));
  // Proves: how-manifest-written-hides
  fuzz(
    "what kubectl reads in a manifest is found, or is an error",
    some,
    async (texts) => {
      const named = texts.map((text, index) => text.replaceAll("@", `f${index}-`));
      const accepted: string[] = [];
      const ours = new Set<string>();
      for (const text of named) {
        const { images, sources } = await discovered(
          ["kubernetes:a.yaml"],
          worldWith(folder.path, NONE, { "a.yaml": text }),
        );
        const code = sources[0]?.error?.code;
        if (code !== undefined && code !== "discovery-no-image") continue;
        accepted.push(text);
        for (const { reference } of images) ours.add(reference);
      }
      // Of sixty files none may be accepted, since most have something that programs read differently.
      if (accepted.length === 0) return;
      const missing = (await kubectlImages(kubectl, folder.path, accepted)).filter((image) => !ours.has(image));
      expect(missing).toEqual([]);
    },
    { leastRuns: 5, mostCpuMs: 20_000 },
  );

  // Proves: kustomize-shows-no-other
  fuzz(
    "what kubectl makes of a kustomization is found, or is an error",
    fc.noShrink(KUSTOMIZATIONS_OF_PAIRS),
    async ({ files }) => {
      const world = worldWith(folder.path, KUSTOMIZE, files);
      const { images, sources } = await discovered(["kubernetes:app"], world);
      if (sources[0]?.error !== undefined) return;
      const args = ["kustomize", join(world.workspace, "app")];
      const { stdout } = await finish(kubectl, args, { env: { HOME: world.temp } });
      const theirs = await kubectlImages(kubectl, folder.path, [stdout]);
      const ours = new Set(images.map(({ reference }) => reference));
      expect(theirs.filter((image) => !ours.has(image))).toEqual([]);
    },
    { leastRuns: 20 },
  );
});

// Proves: how-manifest-written-hides
fuzz(
  "what Docker Compose makes of a project is found, or is an error",
  fc.noShrink(COMPOSE_PAIRS),
  async (files) => {
    const world = worldWith(folder.path, COMPOSE, files);
    const { images, sources } = await discovered(["compose:compose.yaml"], world);
    const code = sources[0]?.error?.code;
    if (code !== undefined && code !== "discovery-no-image") return;
    const { code: exit, stdout } = await finish(compose, ["--profile=*", "config", "--format=json"], {
      cwd: world.workspace,
      env: { HOME: world.temp },
    });
    const ours = new Set(images.map(({ reference }) => reference));
    // Each key of these services that holds an image has it as a text; `x-a` is not a service.
    const services = exit === 0 ? JSON.stringify((JSON.parse(stdout) as { services: object }).services) : "";
    const theirs = [...services.matchAll(/"(?:image|source)":"([^"]*)"/g)].map(([, image]) => image);
    expect(theirs.filter((image) => image !== undefined && !ours.has(image))).toEqual([]);
  },
  { leastRuns: 20 },
);
