import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseByRows, RowList, type Rows } from "../../../../src/scanners/trivy/report/row-list.ts";

interface Result {
  readonly Vulnerabilities?: Rows | null;
}

/** Reads a report's rows one by one, with their names, and the text that is written for them. */
function read(text: string) {
  using folder = mkdtempDisposableSync(join(tmpdir(), "rows-"));
  const named: unknown[] = [];
  const report = parseByRows(Buffer.from(text), (list) => ({
    file: join(folder.path, String(list)),
    name: (row) => {
      named.push(row);
      (row as Record<string, unknown>).named = true;
    },
    clean: (row) => {
      (row as Record<string, unknown>).Fingerprint = undefined;
    },
  })) as { readonly Results?: readonly Result[] | null };
  const lists = (report.Results ?? []).map(({ Vulnerabilities: rows }) => {
    const found: unknown[] = [];
    rows?.forEach((row, index) => {
      expect(index).toBe(found.length);
      found.push(structuredClone(row));
    });
    return {
      found,
      written: rows instanceof RowList ? JSON.parse(`[${[...rows.written()].map(String).join("")}]`) : undefined,
    };
  });
  return { report, lists, named };
}

const rowsOf = (count: number, size = 40) =>
  Array.from({ length: count }, (_, id) => ({ id, text: `}\n        },"${"ä".repeat(size)}`, Fingerprint: "f" }));

describe("rows of Trivy's report", () => {
  it("are read, cleaned and written one after the other, for each result separately", () => {
    const results = [
      { Target: "a", Packages: rowsOf(2), Vulnerabilities: rowsOf(1000) },
      { Target: "none" },
      { Target: "b", Vulnerabilities: rowsOf(1), Secrets: [] },
      // One row is longer than a batch.
      { Target: "c", Vulnerabilities: [...rowsOf(3), ...rowsOf(1, 200_000), ...rowsOf(2)] },
    ];
    const { report, lists } = read(JSON.stringify({ SchemaVersion: 2, Results: results }, undefined, 2));
    for (const [index, { Vulnerabilities: rows }] of results.entries()) {
      const expected = (rows ?? []).map((row) => ({ ...row, named: true }));
      expect(lists[index]?.found).toEqual(expected);
      const cleaned = expected.map(({ Fingerprint: _, ...rest }) => rest);
      expect(lists[index]?.written).toEqual(rows === undefined ? undefined : cleaned);
    }
    expect(report.Results?.map(({ Vulnerabilities: _, ...rest }) => rest)).toEqual(
      results.map(({ Vulnerabilities: _, ...rest }) => rest),
    );
  });

  it("are the same, however the report is written", () =>
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.array(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 }), { maxLength: 5 }))),
        fc.constantFrom(undefined, 1, 2, 4, "\t"),
        (lists, indent) => {
          const results = lists.map((rows) => ({ Vulnerabilities: rows }));
          const plain = JSON.parse(JSON.stringify(results)) as { Vulnerabilities: unknown[] | null }[];
          const found = read(JSON.stringify({ Results: results }, undefined, indent)).lists;
          expect(found.map((each) => each.found.map((row) => ({ ...(row as object), named: 0 })))).toEqual(
            plain.map(({ Vulnerabilities: rows }) => (rows ?? []).map((row) => ({ ...(row as object), named: 0 }))),
          );
        },
      ),
    ));

  it("are read once: a second time would find none", () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "rows-"));
    const rows = new RowList(Buffer.from(JSON.stringify({ id: 1 })), {
      file: join(folder.path, "rows"),
      name: () => {},
      clean: () => {},
    });
    const found: unknown[] = [];
    rows.forEach((row) => {
      found.push(row);
    });
    expect(found).toEqual([{ id: 1 }]);
    expect(() => rows.forEach(() => {})).toThrow(TypeError);
  });

  it("that were cut off are an error", () => {
    const whole = JSON.stringify({ SchemaVersion: 2, Results: [{ Vulnerabilities: rowsOf(3) }] }, undefined, 2);
    for (let length = 0; length < whole.length; length += 7)
      expect(() => read(whole.slice(0, length))).toThrowError(
        expect.objectContaining({ code: "report-invalid" }) as Error,
      );
    for (const damaged of [
      whole.replace('"id": 1', '"id": '),
      whole.replace("\n        },", "\n        }"),
      whole.replace("\n        },", "\n        },,"),
    ])
      expect(() => read(damaged)).toThrowError(expect.objectContaining({ code: "report-invalid" }) as Error);
  });
});
