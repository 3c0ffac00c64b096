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
    const error = await read(blob, claims).then(
      () => undefined,
      (thrown) => thrown,
    );
    errors.push(error === undefined ? "passes" : `${error.code}: ${error.message}`);
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
  const lies: [string, string, (rows: TableRow[]) => void][] = [
    ["has a file more", "only a layer's table", (rows) => rows.push({ name: "app/evil", type: "reg" })],
    ["has a folder more", "only a layer's table", (rows) => rows.push({ name: "evil/", type: "dir" })],
    ["leaves a file out", "does not have", (rows) => rows.splice(2, 1)],
    ["calls a file otherwise", "does not have", (rows) => Object.assign(row(rows, JSON_FILE), { name: "app/x" })],
    ["calls a file a link", "another kind", (rows) => Object.assign(row(rows, "app/empty"), { type: "symlink" })],
    ["calls a pipe a device", "another kind", (rows) => Object.assign(row(rows, "app/pipe"), { type: "block" })],
    [
      "has another target of a link",
      "another target",
      (rows) => Object.assign(row(rows, "app/link"), { linkName: "x" }),
    ],
    [
      "has another target of a hard link",
      "another target",
      (rows) => Object.assign(row(rows, "app/hard"), { linkName: JSON_FILE }),
    ],
    [
      "has another content",
      "another content",
      (rows) => Object.assign(row(rows, JSON_FILE), { chunkDigest: row(rows, "app/large").digest }),
    ],
    [
      "has another content as a whole",
      "another content",
      (rows) => {
        row(rows, "app/large").digest = row(rows, JSON_FILE).digest;
      },
    ],
    [
      "has another content in a part",
      "another content",
      (rows) => {
        const parts = rows.filter(({ type }) => type === "chunk");
        Object.assign(parts[0] as TableRow, { chunkDigest: parts[1]?.chunkDigest });
      },
    ],
    [
      "has another size",
      "another size",
      (rows) => {
        Object.assign(row(rows, JSON_FILE), { size: 1, chunkSize: 1 });
      },
    ],
    [
      "has no digest of a file",
      "a file has no digest",
      (rows) => {
        Object.assign(row(rows, JSON_FILE), { digest: "", chunkDigest: undefined });
      },
    ],
    [
      "leaves a part out",
      "parts of a file",
      (rows) =>
        rows.splice(
          rows.findIndex(({ type }) => type === "chunk"),
          1,
        ),
    ],
    ["has a part of no file", "follows no file", (rows) => rows.unshift({ type: "chunk", chunkOffset: 0 })],
    ["has a part of a folder", "follows no file", (rows) => rows.splice(1, 0, { type: "chunk", chunkOffset: 0 })],
    ["has a file twice", "a name twice", (rows) => rows.push({ name: "//app/../app/empty", type: "reg" })],
    ["has a file in the place of the root", "another root", (rows) => Object.assign(row(rows, "./"), { type: "reg" })],
    ["has an unknown kind", "a wrong value", (rows) => Object.assign(row(rows, "app/pipe"), { type: "socket" })],
    ["has half a byte", "a wrong value", (rows) => Object.assign(row(rows, "app/empty"), { size: 0.5 })],
    [
      "has a digest that nobody checks",
      "a wrong value",
      (rows) => Object.assign(row(rows, JSON_FILE), { digest: "md5:00" }),
    ],
    [
      "has attributes of overlayfs",
      "tells overlayfs",
      (rows) => {
        row(rows, "app/").xattrs = { "trusted.overlay.redirect": "L2V0Yw==" };
      },
    ],
  ];
  // Proves: layer-s-table-contents
  test.each(lies)("that %s refuses the layer", async (_, why, change) => {
    expect(await refusal({ form, change })).toMatch(new RegExp(`^lazy-table-differs: .*${why}`));
  });

  const texts: [string, string, (json: string) => string][] = [
    ["is empty", "is empty", () => ""],
    ["has something behind its end", "not JSON", (json) => `${json}{}`],
    ["has a key twice", "a duplicate key", (json) => json.replace('"version"', '"entries":[],"version"')],
    [
      "has a key in another spelling",
      "some readers take for entries",
      (json) => json.replace('"version":1', '"ENTRIES":[]'),
    ],
    [
      "has a row's key in another spelling",
      "some readers take for",
      (json) => json.replace('"type":"fifo"', '"type":"fifo","linKName":"x"'),
    ],
    ["has a row that is none", "a wrong value", (json) => json.replace('"entries":[', '"entries":[null,')],
    [
      "has too many levels",
      "levels",
      (json) => json.replace('"version":1', `"version":${"[".repeat(101)}${"]".repeat(101)}`),
    ],
    ["is no text", "not valid Unicode", (json) => json.replace("left-pad", "\\ud800")],
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
    for (const blob of [
      plain,
      gzipSync(plain),
      zstdCompressSync(plain),
      made().blob,
      made({ form: "zstd:chunked" }).blob,
    ])
      for (const claims of [
        { ...NO_CLAIMS, stargz: [digest] },
        { ...NO_CLAIMS, chunked: [digest] },
      ])
        await expect(read(blob, claims)).rejects.toThrow("names a table that a layer lacks");
  });
});

function positionOf(annotations: Readonly<Record<string, string>>): number[] {
  return (annotations["io.github.containers.zstd-chunked.manifest-position"] ?? "").split(":").map(Number);
}
