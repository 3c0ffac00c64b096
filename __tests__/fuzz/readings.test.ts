import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect } from "vitest";
import { finish } from "../../scripts/setup/command.ts";
import { ensureKubectl } from "../../scripts/setup/system.ts";
import { discovered } from "../discovery/discovered.ts";
import { MANIFESTS } from "../discovery/manifest-cases.ts";
import { pathOf, worldWith } from "../discovery/real-programs.ts";
import { temporaryFolder } from "../support/folder.ts";
import { fuzz } from "../support/fuzz.ts";

// Pairs of readers: ours against the program that decides. Ours never names fewer images than that one without an error.
const folder = temporaryFolder("fuzz-readings");
afterAll(() => folder.remove());
const kubectl = await ensureKubectl();
const NONE = pathOf(folder.path, {});

/** Images of containers that kubectl reads in files, sorted. */
async function kubectlImages(texts: readonly string[]): Promise<string[]> {
  const files = mkdtempSync(join(folder.path, "files-"));
  texts.forEach((text, index) => {
    writeFileSync(join(files, `${index}.yaml`), text);
  });
  const args = ["annotate", "--local", "--overwrite", "--output=json", "-f", files, "a=b"];
  const { stdout } = await finish(kubectl as string, args, { env: { HOME: files, KUBECONFIG: join(files, "none") } });
  return stdout
    .split(/^(?=\{)/m)
    .flatMap((object) => (object === "" ? [] : containerImages(JSON.parse(object))))
    .sort();
}

/** The images of all lists of containers in a value, read without any code of ours. */
function containerImages(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(/^(?:init)?containers$/i.test(key) && Array.isArray(inner)
      ? inner.flatMap(({ image }) => image ?? [])
      : []
    ).map(String),
    ...containerImages(inner),
  ]);
}

describe.skipIf(!kubectl)("against the real kubectl (needs kubectl)", () => {
  // Sixty files in one kubectl. Shrinking would start it hundreds of times.
  const some = fc.noShrink(fc.array(MANIFESTS, { minLength: 60, maxLength: 60 }));
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
      const missing = (await kubectlImages(accepted)).filter((image) => !ours.has(image));
      expect(missing).toEqual([]);
      expect(accepted.length).toBeGreaterThan(0);
    },
    { leastRuns: 5, mostCpuMs: 20_000 },
  );
});
