import { existsSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { copyLayers, forgetLayers, linkDatabase } from "../../src/trivy/layer-cache.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/folder.ts";

let folder: TemporaryFolder;
let from = "";
let to = "";
beforeEach(() => {
  folder = temporaryFolder("layer-cache");
  [from, to] = [join(folder.path, "from"), join(folder.path, "to")];
});
afterEach(() => folder.remove());

const database = (name: string) => {
  const path = join(folder.path, name);
  mkdirSync(path);
  return { folder: path, updatedAt: new Date(0), nextUpdate: new Date(0) };
};

describe("copyLayers", () => {
  it("copies the layers, and a copy is forgotten alone", () => {
    mkdirSync(join(from, "fanal"), { recursive: true });
    writeFileSync(join(from, "fanal/fanal.db"), "layers");
    copyLayers(from, to);
    expect(readFileSync(join(to, "fanal/fanal.db"), "utf8")).toBe("layers");
    forgetLayers(to);
    expect(existsSync(join(to, "fanal"))).toBe(false);
    expect(existsSync(join(from, "fanal/fanal.db"))).toBe(true);
  });

  it("hands on the Java database, and leaves the other to each scan", () => {
    const java = database("java");
    linkDatabase(from, "vulnerability", database("db"));
    linkDatabase(from, "java", java);
    copyLayers(from, to);
    expect(readlinkSync(join(to, "java-db"))).toBe(java.folder);
    expect(existsSync(join(to, "db"))).toBe(false);
  });

  it("leaves nothing where there is nothing, or where it cannot", () => {
    copyLayers(from, to);
    expect(existsSync(join(to, "fanal"))).toBe(false);
    mkdirSync(join(from, "fanal"), { recursive: true });
    linkDatabase(from, "java", database("java"));
    writeFileSync(`${to}-file`, "");
    expect(() => copyLayers(from, `${to}-file`)).not.toThrow();
  });

  it("takes no empty folder that Trivy left for a Java database", () => {
    mkdirSync(join(from, "java-db"), { recursive: true });
    copyLayers(from, to);
    expect(existsSync(join(to, "java-db"))).toBe(false);
  });
});
