import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { ensureCompose } from "../../scripts/setup/go-tools.ts";
import { parseReference } from "../../src/domain/image/reference.ts";
import { COMPOSE_CASES } from "../discovery/compose-cases.ts";
import { discovered } from "../discovery/discovered.ts";
import { KUSTOMIZE_CASES } from "../discovery/kustomize-cases.ts";
import { pathOf } from "../discovery/real-programs.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { fuzz } from "../support/runs/fuzz.ts";
import { damaged } from "../support/runs/mutations.ts";
import { sharedFolder } from "../support/runs/shared.ts";

const folder = sharedFolder("fuzz-discovery");
const PATH = pathOf(folder.path, { "docker-compose": await ensureCompose() });
const world = testWorld(folder.path, { env: { PATH } });

const YAML: readonly [string, ...string[]] = [
  "&a ",
  "*a",
  "<<: *a\n",
  "{{ x }}",
  "---\n",
  "!reset ",
  "!!binary ",
  "? ",
  "- ",
  ": ",
  "|\n",
  "${",
  "$$",
  "}",
  "'",
  '"',
];

/** The files of a case, one of them damaged. */
function oneDamaged(cases: readonly { readonly files: Readonly<Record<string, string>> }[]) {
  return fc
    .constantFrom(...cases.flatMap(({ files }) => Object.keys(files).map((damagedFile) => ({ files, damagedFile }))))
    .chain(({ files, damagedFile }) =>
      damaged([files[damagedFile] as string], YAML).map((bytes) => ({ ...files, [damagedFile]: bytes })),
    );
}

function put(files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(world.workspace, path)), { recursive: true });
    writeFileSync(join(world.workspace, path), content);
  }
}

/** Each item is an image, or a mistake in the file that has its own code. */
async function holds(line: string): Promise<void> {
  const { images, sources } = await discovered([line], world);
  for (const { reference } of images) expect(parseReference(reference)).toBeDefined();
  const [source] = sources;
  expect(source?.images).toBe(images.length);
  if (images.length === 0) expect(source?.error).toBeDefined();
  if (source?.error !== undefined) expect(source.error.code).toMatch(/^(?:discovery|file)-/);
  for (const text of [source?.error?.what ?? "", ...(source?.notes ?? [])]) expect(text).not.toMatch(/[\0-\x1f]/);
}

// Proves: file-multiplies-ends-bound
fuzz(
  "a damaged Compose project names images, or says what is wrong",
  oneDamaged(COMPOSE_CASES),
  async (files) => {
    put(files);
    await holds("compose:compose.yaml");
  },
  { leastRuns: 20 },
);

fuzz("a damaged kustomization names images, or says what is wrong", oneDamaged(KUSTOMIZE_CASES), async (files) => {
  put(files);
  await holds("kubernetes:app");
});

fuzz(
  "a damaged list names images, or says what is wrong",
  damaged(["nginx:1 # x\nghcr.io/acme/app:2\n"], ["#", "\r", "\ufeff"]),
  async (bytes) => {
    put({ "images.txt": bytes });
    await holds("file:images.txt");
  },
);
