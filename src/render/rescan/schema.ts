import { z } from "zod";
import { findingSchema } from "../../domain/history/record.ts";
import type { ReadOf } from "../../domain/report/fields.ts";
import { reportSchema } from "../../domain/report/schema.ts";

const count = z.int().nonnegative();
const findings = z.array(findingSchema);
const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .describe("A day in UTC");
export const place = z.strictObject({
  source: z.string().describe("The line of `discover`"),
  name: z.string().describe("Its place there: `shop/deployment/web/app`"),
});
export const error = z.strictObject({ code: z.string(), what: z.string(), remedy: z.string() });

export const running = z.strictObject({
  reference: z.string(),
  digest: z.string().optional().describe("Digest of the running image; absent if no registry has it or could be asked"),
  platform: z.string().optional(),
  imageId: z.string().optional().describe("Id of an image that no registry has"),
  verdict: z.enum(["pass", "fail", "error"]),
  way: z
    .enum(["sbom", "image", "report"])
    .optional()
    .describe(
      "By its stored SBOM, by reading it, or by the report of Harbor's own scan; absent: it could not be scanned",
    ),
  where: z.array(place),
  target: count.optional().describe("Index into `gate.targets`; absent: the run ended before it was judged"),
});

const image = z.strictObject({
  image: z.string().describe("Registry and repository, without tag and digest"),
  state: z
    .enum(["error", "fail", "overdue", "ending", "pass", "gone", "unseen"])
    .describe(
      "The worst state of its running images; `unseen`: it ran before, and a source that could name it was not read",
    ),
  history: z
    .enum(["known", "first", "none"])
    .describe("`first`: its first scan; `none`: the earlier state was not read. Then nothing is new"),
  running: z.array(running),
  new: findings.describe("Findings that this run saw first, or again, as the history has it (docs/state.md)"),
  fixed: findings.describe("Findings that no running image has any more"),
  withdrawn: findings.describe("Not called fixed: the advisory is gone, or another scanner has looked"),
  overdue: z.array(
    z.strictObject({
      due: day.describe("The last day on which a fix would have been in time"),
      finding: findingSchema,
    }),
  ),
  goneSince: z.string().optional(),
  issue: z.string().optional().describe("Its issue's address"),
});

export const source = z.strictObject({
  source: z.string().describe("The line of `discover`"),
  images: count.describe(
    "Number of images that it named, with repetitions; after an error, the ones that could be read",
  ),
  notes: z.array(z.string()),
  error: error.optional().describe("It could not be read as a whole"),
});

/** The JSON report of a run over running images. */
export const rescanReportSchema = z
  .strictObject({
    version: z.literal(2),
    verdict: z.enum(["pass", "fail", "error"]),
    reason: z.string().describe("The verdict's one line"),
    name: z.string(),
    generatedAt: z.string().describe("ISO 8601, UTC"),
    sources: z.array(source),
    images: z.array(image).describe("Worst first; gone images come last"),
    state: z.union([
      z.strictObject({ written: z.string().describe("`branch@commit` or the folder") }),
      z.strictObject({ notWritten: z.string().describe("Why, a clause"), isError: z.boolean() }),
    ]),
    issues: z
      .strictObject({
        opened: count,
        reopened: count,
        updated: count,
        closed: count,
        left: z.array(z.string()).describe("Images without an issue, because of `max-issues`"),
        failed: z.array(z.string()).describe("Actions that failed, as sentences"),
      })
      .optional()
      .describe("Absent: none were asked for"),
    gate: reportSchema.describe("All findings and the plan, as the gate reports them"),
  })
  .meta({ title: "Image Gate report on running images" });

export type RescanReport = ReadOf<typeof rescanReportSchema>;
