import { createHash } from "node:crypto";
import { dayOf } from "../../domain/dates.ts";
import type { Exception } from "../../domain/exception.ts";
import { hasEnded } from "../../domain/policy/exception-coverage.ts";
import type { Policy } from "../../domain/policy/policy.ts";
import type { Report } from "../../domain/report/schema.ts";
import { type Product, productsOf } from "./products.ts";

export interface ExportOptions {
  /** Decides which exceptions are live, and is the document's time. */
  readonly now: Date;
  readonly author: string;
  /** `not_affected` is respected by tools; `affected` means that a risk is accepted. */
  readonly status: "not_affected" | "affected";
  /** Resolves names and globs to images and packages. */
  readonly report?: Report | undefined;
}

/**
 * A policy's live exceptions as an OpenVEX document (https://github.com/openvex/spec). An exception is left out if
 * OpenVEX could only express it by accepting more.
 * @returns one line for each exception that is left out, and no document without a statement: OpenVEX requires one
 */
export function exportedVex(policy: Policy, options: ExportOptions) {
  const leftOut: string[] = [];
  const statements = new Map<string, ReturnType<typeof statementOf>>();
  for (const exception of policy.exceptions) {
    const found = hasEnded(exception, dayOf(options.now)) ? "it has ended" : productsOf(exception, options.report);
    if (typeof found === "string") leftOut.push(`line ${exception.line}: ${exception.id} is left out: ${found}`);
    else {
      const statement = statementOf(exception, found, options.status);
      statements.set(JSON.stringify(statement), statement);
    }
  }
  return { document: statements.size === 0 ? undefined : documentOf([...statements.values()], options), leftOut };
}

function statementOf(exception: Exception, products: readonly Product[], status: ExportOptions["status"]) {
  const { id, reason, owner, expires } = exception;
  const words = `Risk accepted until ${expires}${owner === undefined ? "" : `, by ${owner}`}: ${reason}`;
  const said = status === "affected" ? { action_statement: words } : { impact_statement: words };
  return { vulnerability: { name: id }, products, status, ...said };
}

function documentOf(statements: readonly ReturnType<typeof statementOf>[], { author, now }: ExportOptions) {
  const hash = createHash("sha256").update(JSON.stringify(statements)).digest("hex");
  return {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": `https://openvex.dev/docs/public/vex-${hash}`,
    author,
    timestamp: now.toISOString(),
    version: 1,
    tooling: "Image Gate, image-gate policy export-vex",
    statements,
  };
}
