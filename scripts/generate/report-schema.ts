import { z } from "zod";
import { verdictPredicate } from "../../src/domain/evidence/predicate.ts";
import { reportSchema } from "../../src/domain/report/schema.ts";
import { rescanReportSchema } from "../../src/render/rescan/schema.ts";

/** The JSON Schema of Image Gate's report, as the text of its file. */
export function reportSchemaFile(): string {
  return `${JSON.stringify(z.toJSONSchema(reportSchema), null, 2)}\n`;
}

/** The JSON Schema of the report on running images, as the text of its file. */
export function rescanReportSchemaFile(): string {
  return `${JSON.stringify(z.toJSONSchema(rescanReportSchema), null, 2)}\n`;
}

/** The JSON Schema of the predicate of an attested verdict, as the text of its file. */
export function verdictSchemaFile(): string {
  return `${JSON.stringify(z.toJSONSchema(verdictPredicate, { io: "input" }), null, 2)}\n`;
}
