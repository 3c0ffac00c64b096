import { afterAll, describe, expect, test } from "vitest";
import { ensureKustomize } from "../../scripts/setup/go-tools.ts";
import { podImages } from "../../src/discovery/live/pods.ts";
import { FORMS, TOKEN, USERS } from "../actions/login-forms.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { discovered } from "./discovered.ts";
import { pathOf, worldWith } from "./real-programs.ts";

// A file that names an image or another file can have a login in that name, in any form.
const folder = temporaryFolder("discovery-logins");
afterAll(() => folder.remove());
const PATH = pathOf(folder.path, { kustomize: await ensureKustomize() });
const POD =
  '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"a:1"}]}}';

const text = (form: string) => JSON.stringify(form);
const container = (form: string) => `[{name: c, image: ${text(form)}}]`;

/** The places of a name: the line of `discover`, and the files. */
const PLACES: readonly (readonly [string, string, (form: string) => Record<string, string>])[] = [
  ["a list", "file:list.txt", (form) => ({ "list.txt": `a:1\n${form}\n` })],
  [
    "a service",
    "compose:c.yaml",
    (form) => ({ "c.yaml": `services: {a: {image: ${text(form.replaceAll("$", "$$"))}}}\n` }),
  ],
  [
    "a variable of a service",
    "compose:c.yaml",
    (form) => ({ "c.yaml": "services: {a: {image: '${I}'}}\n", ".env": `I='${form.replaceAll("'", "")}'\n` }),
  ],
  [
    "a mounted image",
    "compose:c.yaml",
    (form) => ({
      "c.yaml": `services: {a: {image: 'a:1', volumes: [{type: image, source: ${text(form)}, target: /x}]}}\n`,
    }),
  ],
  [
    "an included file",
    "compose:c.yaml",
    (form) => ({ "c.yaml": `include: [${text(form)}]\nservices: {a: {image: 'a:1'}}\n` }),
  ],
  [
    "an extended file",
    "compose:c.yaml",
    (form) => ({ "c.yaml": `services: {a: {extends: {file: ${text(form)}, service: a}}}\n` }),
  ],
  [
    "a container",
    "kubernetes:m.yaml",
    (form) => ({
      "m.yaml": `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: ${container(form)}}\n`,
    }),
  ],
  [
    "a custom kind",
    "kubernetes:m.yaml",
    (form) => ({
      "m.yaml": `apiVersion: acme.example/v1\nkind: App\nmetadata: {name: p}\nspec: {imageName: ${text(form)}, containers: ${container("a:1")}}\n`,
    }),
  ],
  [
    "a resource of a kustomization",
    "kubernetes:app",
    (form) => ({ "app/kustomization.yaml": `resources: [p.yaml, ${text(form)}]\n`, "app/p.yaml": POD }),
  ],
  [
    "data of a kustomization",
    "kubernetes:app",
    (form) => ({
      "app/kustomization.yaml": `resources: [p.yaml]\nconfigMapGenerator: [{name: x, files: [${text(`k=${form}`)}]}]\n`,
      "app/p.yaml": POD,
    }),
  ],
];

// Proves: list-images-takes-no
describe("a login is in no image, place, note or error", () => {
  test.each(PLACES)("that is in %s", async (_, line, files) => {
    for (const form of [...FORMS, ...USERS]) {
      const { images, sources } = await discovered([line], worldWith(folder.path, PATH, files(form)));
      const errors = sources.map(({ error }) => [error?.code, error?.what, error?.remedy]);
      expect(JSON.stringify([images, sources.map(({ notes }) => notes), errors]), form).not.toContain(TOKEN);
    }
  });

  test("that a pod of a cluster has, whose image is then none", () => {
    for (const image of [...FORMS, ...USERS]) {
      const metadata = { name: "p", namespace: "n" };
      const pod = { metadata, spec: { containers: [{ name: "c", image }] }, status: {} };
      expect(podImages({ items: [pod] })).toEqual([{ place: "n/pod/p/c", image: undefined }]);
    }
  });
});
