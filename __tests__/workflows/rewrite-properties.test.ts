import fc from "fast-check";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { rewriteSteps } from "../../src/workflows/rewrite.ts";

const OURS = "acme/image-gate@0123456789012345678901234567890123456789";

/** Inputs of trivy-action with values as people write them. */
const INPUTS: Readonly<Record<string, readonly string[]>> = {
  "image-ref": ["app:1", "'app:${{ github.sha }}'", '"app:1"', "|\n  app:1\n  app:2", ">-\n  app:1"],
  severity: ["CRITICAL", "'CRITICAL,HIGH'", '"HIGH, LOW"', "${{ inputs.severity }}", "${{ matrix.a || 'HIGH' }}"],
  "exit-code": ["0", "1", "'1'", '"0"', "${{ inputs.code }}"],
  format: ["table", "'sarif'", "json", "template"],
  output: ["out.txt", "'out/${{ matrix.a }}.sarif'"],
  "ignore-unfixed": ["true", "'false'", "${{ inputs.fixed }}"],
  "vuln-type": ["os,library", "'os'"],
  "skip-dirs": ["a,b", "'a'"],
  "hide-progress": ["true"],
  surprise: ["'x: y # z'"],
};

const comment = fc.option(fc.constantFrom("# why", "# TODO: 'quote", "#nothing", "# {a: b}"), { nil: undefined });

const line = fc.record({ comment, own: comment, gap: fc.boolean() });
const inputs = fc
  .shuffledSubarray(Object.keys(INPUTS), { minLength: 1 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc.record({ name: fc.constant(name), value: fc.constantFrom(...(INPUTS[name] ?? [])), line }),
      ),
    ),
  );

/** A workflow with one such step: its text by lines, and the lines that are the step's inputs. */
const workflow = fc
  .record({
    inputs,
    indent: fc.constantFrom(2, 4),
    deep: fc.boolean(),
    newline: fc.constantFrom("\n", "\r\n"),
    tail: fc.boolean(),
  })
  .map(({ inputs: rows, indent, deep, newline, tail }) => {
    const pad = " ".repeat(indent);
    const dash = pad.repeat(deep ? 3 : 2);
    const before = [
      "# begin",
      "on: push",
      "jobs:",
      `${pad}a:`,
      `${pad}${pad}steps:`,
      `${dash}- name: "Scan: it" # first`,
    ];
    const uses = `${dash}  uses: aquasecurity/trivy-action@master`;
    const within = rows.flatMap(({ name, value, line: { comment: behind, own, gap } }) => {
      const [first = "", ...more] = value.split("\n");
      const isBlock = more.length > 0;
      return [
        ...(gap ? [""] : []),
        ...(own === undefined ? [] : [`${dash}    ${own}`]),
        `${dash}    ${name}: ${first}${behind === undefined || isBlock ? "" : ` ${behind}`}`,
        ...more.map((each) => `${dash}    ${each}`),
      ];
    });
    const after = [`${dash}- run: "echo 'done' # no comment"`, "# end"];
    const lines = [...before, uses, `${dash}  with: # inputs`, ...within, ...after];
    return { text: lines.join(newline) + (tail ? newline : ""), before, after, newline, dash };
  });

const commentsIn = (text: string) =>
  text.match(/(?<=^|\s)#(?: why| TODO: 'quote|nothing| \{a: b\}| inputs| first| begin| end)/gm) ?? [];

// Proves: migrate-changes-nothing-else
it("whatever a step looks like, every line around it stays, every comment too, and a second run changes nothing", () => {
  fc.assert(
    fc.property(workflow, ({ text, before, after, newline, dash }) => {
      const { text: made, steps } = rewriteSteps(text, "ci.yml", OURS);
      expect(steps).toHaveLength(1);
      if (steps[0]?.left !== undefined) {
        expect(made).toBe(text);
        return;
      }
      const lines = made.split(newline);
      expect(lines.slice(0, before.length)).toEqual(before);
      expect(lines.slice(before.length, before.length + 2)).toEqual([
        `${dash}  uses: ${OURS}`,
        `${dash}  with: # inputs`,
      ]);
      expect(made.trimEnd().split(newline).slice(-2)).toEqual(after);
      expect(commentsIn(made).sort()).toEqual(commentsIn(text).sort());
      expect(made.endsWith(newline)).toBe(text.endsWith(newline));
      expect(made.replaceAll("\r\n", "").includes("\r")).toBe(false);
      expect(parse(made).jobs.a.steps[0].with).toHaveProperty("image");
      expect(rewriteSteps(made, "ci.yml", OURS)).toMatchObject({ text: made, steps: [] });
    }),
    { numRuns: 400 },
  );
});
