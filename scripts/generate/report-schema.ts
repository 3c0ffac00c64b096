import { z } from "zod";
import { reportSchema } from "../../src/render/json/schema.ts";

/** The JSON Schema of Image Gate's report, as the text of its file. */
export function reportSchemaFile(): string {
  return `${JSON.stringify(z.toJSONSchema(reportSchema), null, 2)}\n`;
}
