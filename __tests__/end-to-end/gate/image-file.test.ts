import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DOCUMENTS, INDEXES, LAYOUTS, TARS } from "../../support/images/image-attacks.ts";
import { classicDocker, entriesOf } from "../../support/images/image-files.ts";
import { clean, debian12 } from "../../support/images/images.ts";
import { lazyLayer, type TableRow } from "../../support/images/lazy-layers.ts";
import { buildImage, writeLayout } from "../../support/images/oci.ts";
import { debianBase } from "../../support/images/packages.ts";
import { tar } from "../../support/images/tar.ts";
import { shared } from "../../support/runs/shared.ts";
import { type GateResult, openStage } from "../../support/runs/stage.ts";

const at = (name: string) => join(workspace, name);

const stage = await shared(openStage("image-file"));
const workspace = join(stage.folder, "workspace");
mkdirSync(workspace);

/** Each target's answer, by what is done to it. */
function answers({ results }: GateResult, names: readonly string[]) {
  return Object.fromEntries(names.map((name, index) => [name, results[index]?.code ?? results[index]?.verdict]));
}

const all = (names: readonly string[], answer: string) => Object.fromEntries(names.map((name) => [name, answer]));

describe("a file that engines load as another image than Trivy reads", () => {
  // Proves: bytes-come-first, tar-one-image
  it("is an error and never a pass, as a tar", async () => {
    const names = Object.keys(TARS);
    for (const [index, name] of names.entries()) writeFileSync(at(`${index}.tar`), TARS[name]?.() ?? "");
    const result = await stage.run({ image: names.map((_, index) => `${index}.tar`).join("\n") }, { workspace });
    expect(answers(result, names)).toEqual(all(names, "image-inconsistent"));
    expect(result.outputs.verdict).toBe("error");
  });

  // Proves: bytes-come-first, so-meant-layout, layout-s-links-lead
  it("is an error and never a pass, as a layout", async () => {
    const names = Object.keys(LAYOUTS);
    for (const [index, name] of names.entries()) LAYOUTS[name]?.(at(`layout-${index}`));
    const result = await stage.run({ image: names.map((_, index) => `./layout-${index}`).join("\n") }, { workspace });
    expect(answers(result, names)).toEqual(all(names, "image-inconsistent"));
    expect(result.outputs.verdict).toBe("error");
  });

  // Proves: so-meant-layout
  it("is judged by the image that is meant, as a layout whose index says so", async () => {
    const names = Object.keys(INDEXES);
    for (const [index, name] of names.entries()) INDEXES[name]?.(at(`index-${index}`));
    const image = names.map((_, index) => `./index-${index}`).join("\n");
    const result = await stage.run({ image, platform: "linux/amd64" }, { workspace });
    expect(answers(result, names)).toEqual({
      ...all(names, "fail"),
      // Engines run an image by its name, even if a platform is given next to it.
      "that says that its first image is for another platform": "image-ambiguous",
    });
  });

  // Proves: document-image-says-same
  it("is an error as a layout whose documents two readers read differently", async () => {
    const names = Object.keys(DOCUMENTS);
    for (const [index, name] of names.entries()) DOCUMENTS[name]?.(at(`document-${index}`));
    const image = names.map((_, index) => `./document-${index}`).join("\n");
    const result = await stage.run({ image, platform: "linux/amd64" }, { workspace });
    expect(answers(result, names)).toEqual({
      ...all(names, "image-inconsistent"),
      // Some engines ignore the annotation, and have two images to choose from.
      "that says that its first image is a proof of the second": "image-ambiguous",
    });
  });

  it("of two images is an error that says how to save them", async () => {
    const [one, other] = [clean(), debian12()].map((image) => classicDocker(image));
    const lists = [one, other].flatMap((each) => JSON.parse(String(each?.manifest.data)) as unknown[]);
    const members = [one, other].flatMap((each) => (each ? [...each.layers, each.config] : []));
    writeFileSync(at("two.tar"), tar([...members, { path: "manifest.json", data: JSON.stringify(lists) }]));
    const result = await stage.run({ image: "two.tar" }, { workspace });
    expect(result.results).toMatchObject([{ code: "image-ambiguous" }]);
    expect(result.summary).toContain("Save each image to its own tar");
  });
});

it("a layer's table of contents is compared with the layer: others are an error with a remedy, its own is judged", async () => {
  const files = debianBase([["coreutils", "9.1-1"]]);
  const write = (name: string, change?: (rows: TableRow[]) => void) => {
    const { tar: plain, blob, ...about } = lazyLayer(files, { form: "estargz", change });
    writeLayout(at(name), buildImage([{ createdBy: "ADD", packed: { tar: plain, blob }, ...about }]), "1.0");
  };
  write("lazy");
  write("lying", (rows) => void rows.push({ name: "usr/bin/other", type: "reg" }));
  const result = await stage.run({ image: "./lazy\n./lying" }, { workspace });
  expect(answers(result, ["lazy", "lying"])).toEqual({ lazy: "pass", lying: "lazy-table-differs" });
  expect(result.summary).toContain("usr/bin/other");
  expect(result.summary).toContain("skopeo copy");
});

it("the same image in an honest tar is judged", async () => {
  writeFileSync(at("bad.tar"), tar(entriesOf(classicDocker(debian12()))));
  writeFileSync(at("good.tar"), tar(entriesOf(classicDocker(clean()))));
  const result = await stage.run({ image: "bad.tar\ngood.tar" }, { workspace });
  expect(result.results.map(({ verdict }) => verdict)).toEqual(["fail", "pass"]);
});
