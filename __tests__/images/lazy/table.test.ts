import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { type ReadLayer, readLayer } from "../../../src/images/layers/read-layer.ts";
import { NO_CLAIMS, type TableClaims, tableClaims } from "../../../src/images/oci/layer-kinds.ts";
import {
  gzipNote,
  type LazyOptions,
  lazyLayer,
  skippable,
  stargzFooter,
  type TableRow,
} from "../../support/images/lazy-layers.ts";
import { type TarEntry, tar } from "../../support/images/tar.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("tables");
afterAll(() => folder.remove());

let count = 0;
function read(blob: Buffer, tables?: TableClaims): Promise<ReadLayer> {
  const file = join(folder.path, `${++count}`);
  writeFileSync(file, blob);
  return readLayer({ file, output: `${file}.tar`, tables });
}

const JSON_FILE = "app/node_modules/left-pad/package.json";
const entries: readonly TarEntry[] = [
  { path: "./" },
  { path: "app/" },
  { path: JSON_FILE, data: JSON.stringify({ name: "left-pad", version: "1.0.0" }) },
  { path: "app/large", data: Buffer.from(Array.from({ length: 5000 }, (_, at) => at % 251)) },
  { path: "app/empty", data: "" },
  { path: "app/link", link: "large" },
  { path: "app/hard", link: "app/large", type: "1" },
  { path: "app/pipe", type: "6" },
  { path: "app/null", type: "3" },
  { path: `app/${"long".repeat(40)}/é"{`, data: "{" },
  { path: "app/.wh.gone", data: "" },
];
const FORMS = ["estargz", "zstd:chunked"] as const;

const made = (options: Partial<LazyOptions> = {}) => lazyLayer(entries, { form: "estargz", chunk: 2000, ...options });

/** The errors for a layer: read as its descriptor says, and with only its footer. */
async function refusal(options: Partial<LazyOptions>): Promise<string> {
  const { blob, annotations } = made(options);
  const errors: string[] = [];
  for (const claims of [undefined, tableClaims({ annotations })]) {
    const passes = { code: "passes", message: "" };
    const { code, message } = await read(blob, claims).then(
      () => passes,
      (thrown) => thrown,
    );
    errors.push(`${code}: ${message}`);
  }
  expect(errors[1]).toBe(errors[0]);
  return errors[0] as string;
}

describe.each(FORMS)("a table of contents of %s", (form) => {
  test("that has what the tar has does not refuse the layer", async () => {
    for (const chunk of [2000, 1 << 20]) {
      const { blob, annotations, tar: plain } = made({ form, chunk });
      for (const claims of [undefined, tableClaims({ annotations })]) {
        const layer = await read(blob, claims);
        expect(layer).toMatchObject({ hasTable: true, unpackedSize: plain.length });
        expect(layer.content.files.map(({ path }) => path)).toContain(JSON_FILE);
      }
    }
  });

  const row = (rows: TableRow[], name: string) => rows.find((each) => each.name === name) as TableRow;
  type Change = (rows: TableRow[]) => unknown;
  /** The row of this name says this instead. */
  const set = (name: string, more: Partial<TableRow> | ((rows: TableRow[]) => Partial<TableRow>)): Change => {
    return (rows) => Object.assign(row(rows, name), typeof more === "function" ? more(rows) : more);
  };
  const add =
    (at: number, added: TableRow): Change =>
    (rows) =>
      rows.splice(at, 0, added);
  const parts = (rows: TableRow[]) => rows.filter(({ type }) => type === "chunk") as [TableRow, TableRow];
  const lies: [string, string, Change][] = [
    ["has a file more", "only a layer's table", add(99, { name: "app/evil", type: "reg" })],
    ["has a folder more", "only a layer's table", add(99, { name: "evil/", type: "dir" })],
    ["leaves a file out", "does not have", (rows) => rows.splice(2, 1)],
    ["calls a file otherwise", "does not have", set(JSON_FILE, { name: "app/x" })],
    ["calls a file a link", "another kind", set("app/empty", { type: "symlink" })],
    ["calls a pipe a device", "another kind", set("app/pipe", { type: "block" })],
    ["has another target of a link", "another target", set("app/link", { linkName: "x" })],
    ["has another target of a hard link", "another target", set("app/hard", { linkName: JSON_FILE })],
    [
      "has another content",
      "another content",
      set(JSON_FILE, (all) => ({ chunkDigest: row(all, "app/large").digest })),
    ],
    [
      "has another content in all",
      "another content",
      set("app/large", (all) => ({ digest: row(all, JSON_FILE).digest })),
    ],
    [
      "has another content in a part",
      "another content",
      (rows) => Object.assign(parts(rows)[0], { chunkDigest: parts(rows)[1].chunkDigest }),
    ],
    ["has another size", "another size", set(JSON_FILE, { size: 1, chunkSize: 1 })],
    ["has no digest of a file", "a file has no digest", set(JSON_FILE, { digest: "", chunkDigest: undefined })],
    ["leaves a part out", "parts of a file", (rows) => rows.splice(rows.indexOf(parts(rows)[0]), 1)],
    ["has a part of no file", "follows no file", add(0, { type: "chunk", chunkOffset: 0 })],
    ["has a part of a folder", "follows no file", add(1, { type: "chunk", chunkOffset: 0 })],
    ["has a file twice", "a name twice", add(99, { name: "//app/../app/empty", type: "reg" })],
    ["has a file in the place of the root", "another root", set("./", { type: "reg" })],
    ["has an unknown kind", "a wrong value", set("app/pipe", { type: "socket" })],
    ["has half a byte", "a wrong value", set("app/empty", { size: 0.5 })],
    ["has a digest that nothing checks", "a wrong value", set(JSON_FILE, { digest: "md5:00" })],
    [
      "has attributes of overlayfs",
      "tells overlayfs",
      set("app/", { xattrs: { "trusted.overlay.redirect": "L2V0Yw==" } }),
    ],
  ];
  // Proves: layer-s-table-contents
  test.each(lies)("that %s refuses the layer", async (_, why, change) => {
    expect(await refusal({ form, change })).toMatch(new RegExp(`^lazy-table-differs: .*${why}`));
  });

  const put = (found: string, text: string) => (json: string) => json.replace(found, text);
  const deep = `"version":${"[".repeat(101)}${"]".repeat(101)}`;
  const texts: [string, string, (json: string) => string][] = [
    ["is empty", "is empty", () => ""],
    ["has something behind its end", "not JSON", (json) => `${json}{}`],
    ["has a key twice", "a duplicate key", put('"version"', '"entries":[],"version"')],
    ["has a key in another spelling", "some readers take for entries", put('"version":1', '"ENTRIES":[]')],
    ["has a row's key in another", "some readers take for", put('"type":"fifo"', '"type":"fifo","linKName":"x"')],
    ["has a row that is none", "a wrong value", put('"entries":[', '"entries":[null,')],
    ["has too many levels", "levels", put('"version":1', deep)],
    ["is no text", "not valid Unicode", put("left-pad", "\\ud800")],
  ];
  // Proves: layer-s-table-contents
  test.each(texts)("that %s refuses the layer", async (_, why, written) => {
    expect(await refusal({ form, written })).toMatch(new RegExp(`^lazy-table-differs: .*(?:${why})`));
  });

  // Proves: layer-s-table-contents
  test("that unpacks to more than is read is too large, however small it is packed", async () => {
    const { blob } = made({ form, written: (json) => json.padEnd(20_000_000) });
    const file = join(folder.path, "bomb");
    writeFileSync(file, blob);
    const limits = { unpackedBytes: 1 << 20 };
    await expect(readLayer({ file, output: `${file}.tar`, limits })).rejects.toMatchObject({ code: "image-too-large" });
    await expect(readLayer({ file, output: `${file}.tar`, limits: { members: 5 } })).rejects.toMatchObject({
      code: "image-too-large",
    });
  });

  // Proves: layer-s-table-contents
  test("refuses a layer that is unpacked otherwise than its names say", async () => {
    const linked: TarEntry[] = [{ path: "a/" }, { path: "b", link: "a" }, { path: "b/file", data: "x" }];
    await expect(read(lazyLayer(linked, { form }).blob)).rejects.toThrow('has something below "b"');
    const hard = { path: "b", link: "a", type: "1" };
    for (const others of [[{ path: "a/" }, hard], [{ path: "a/x" }, hard], [hard, { path: "a" }], [hard]])
      await expect(read(lazyLayer(others, { form }).blob)).rejects.toThrow('a hard link to "a"');
    const twice: TarEntry[] = [
      { path: "a", data: "x" },
      { path: "a", data: "x" },
    ];
    const change = (rows: TableRow[]) => void rows.pop();
    await expect(read(lazyLayer(twice, { form, change }).blob)).rejects.toThrow('has "a" twice');
  });
});

describe("a table is found", () => {
  const evil = (rows: TableRow[]) => void rows.push({ name: "app/evil", type: "reg" });
  const plain = tar(entries);
  const table = (json: string) => gzipSync(tar([{ path: "stargz.index.json", data: json }]));
  const inTable = JSON.stringify({ version: 1, entries: [{ name: "evil", type: "dir" }] });

  // Proves: layer-s-table-contents
  test("by the footer, however the layer is packed: engines look at nothing else", async () => {
    const head = zstdCompressSync(plain);
    const blob = Buffer.concat([head, skippable(table(inTable)), skippable(stargzFooter(head.length + 8))]);
    await expect(read(blob)).rejects.toMatchObject({ code: "lazy-table-differs" });
    const unpacked = Buffer.concat([tar([{ path: "a", data: "x" }]).subarray(0, 1024)]);
    const content = Buffer.concat([
      table(inTable),
      Buffer.alloc(2048 - 51 - table(inTable).length),
      stargzFooter(1536),
    ]);
    const last = tar([{ path: "b", data: content }]).subarray(0, -1024);
    await expect(read(Buffer.concat([unpacked, last]))).rejects.toMatchObject({ code: "lazy-table-differs" });
  });

  test("by the old footer of stargz", async () => {
    const head = gzipSync(plain);
    const note = gzipNote(Buffer.from(`${head.length.toString(16).padStart(16, "0")}STARGZ`));
    await expect(read(Buffer.concat([head, table(inTable), note]))).rejects.toThrow();
    const own = made();
    const offset = own.blob.subarray(-51).toString("latin1", 16, 32);
    const old = Buffer.concat([own.blob.subarray(0, -51), gzipNote(Buffer.from(`${offset}STARGZ`))]);
    expect(await read(old)).toMatchObject({ hasTable: true });
    const lying = made({ change: evil }).blob.subarray(0, -51);
    await expect(read(Buffer.concat([lying, gzipNote(Buffer.from(`${offset}STARGZ`))]))).rejects.toThrow("app/evil");
  });

  // Proves: layer-s-table-contents
  test("by the annotation where the footer leads to another one", async () => {
    const honest = made({ form: "zstd:chunked" });
    const lying = made({ form: "zstd:chunked", change: evil });
    const [at = 0, length = 0] = positionOf(lying.annotations);
    const hidden = skippable(lying.blob.subarray(at, at + length));
    const blob = Buffer.concat([hidden, honest.blob]);
    // The inserted bytes shift the footer's own offset.
    blob.writeBigUInt64LE(blob.readBigUInt64LE(blob.length - 64) + BigInt(hidden.length), blob.length - 64);
    expect(await read(blob)).toMatchObject({ hasTable: true });
    for (const name of ["io.github.containers", "io.containers"]) {
      const annotations = { [`${name}.zstd-chunked.manifest-position`]: `8:${length}:1:1` };
      await expect(read(blob, tableClaims({ annotations }))).rejects.toThrow("app/evil");
    }
  });

  test("by the annotation of eStargz in a footer without its magic, as Podman finds it", async () => {
    const { blob, annotations } = made({ change: evil });
    const footer = stargzFooter(Number.parseInt(blob.subarray(-51).toString("latin1", 16, 32), 16), "STARG-");
    const hidden = Buffer.concat([blob.subarray(0, -51), footer]);
    expect(await read(hidden)).toMatchObject({ hasTable: false });
    await expect(read(hidden, tableClaims({ annotations }))).rejects.toThrow("app/evil");
  });

  const nowhere: [string, Buffer, TableClaims?][] = [
    ["in another image", Buffer.concat([gzipSync(plain), gzipNote(Buffer.from("SG\x11\0STARGZEXTERNALTOC"))])],
    ["outside of the layer", Buffer.concat([gzipSync(plain), stargzFooter(2 ** 40)])],
    ["where there is no gzip", Buffer.concat([gzipSync(plain), stargzFooter(1)])],
    ["where there is another tar", Buffer.concat([gzipSync(plain), stargzFooter(0)])],
    ["outside of the layer", zstdCompressSync(plain), { ...NO_CLAIMS, positions: ["999999:9:9:1"] }],
    ["where no number is", zstdCompressSync(plain), { ...NO_CLAIMS, positions: [" 8:9"] }],
    ["where the layer is", zstdCompressSync(plain), { ...NO_CLAIMS, positions: ["0:40:9:1"] }],
  ];
  test.each(nowhere)("and refused if it is %s", async (_, blob, claims) => {
    await expect(read(blob, claims)).rejects.toMatchObject({ code: "lazy-table-differs" });
  });

  // Proves: layer-s-table-contents
  test("and must be the one that the descriptor names: others may get a layer that has it", async () => {
    const digest = `sha256:${"0".repeat(64)}`;
    const packed = [plain, gzipSync(plain), zstdCompressSync(plain), ...FORMS.map((form) => made({ form }).blob)];
    for (const blob of packed)
      for (const form of ["stargz", "chunked"])
        await expect(read(blob, { ...NO_CLAIMS, [form]: [digest] })).rejects.toThrow(
          "names a table that a layer lacks",
        );
  });
});

function positionOf(annotations: Readonly<Record<string, string>>): number[] {
  return (annotations["io.github.containers.zstd-chunked.manifest-position"] ?? "").split(":").map(Number);
}
