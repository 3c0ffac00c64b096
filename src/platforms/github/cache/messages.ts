import { z } from "zod";

/** What the process that speaks to the cache service is asked: one argument of its command line, as JSON. No secret. */
export interface ServiceRequest {
  readonly task: "restore" | "save";
  /** Of a restore also a prefix, which ends in `-`. */
  readonly key: string;
  readonly files: readonly string[];
  /** Absolute: where the files come from, or go to. */
  readonly folder: string;
  /** Absolute, private: the archive that was downloaded is put there. */
  readonly archive: string;
  /** Bytes that all files of an entry may have together. */
  readonly maxBytes: number;
}

/** Told while it works, a line of stderr each; other lines there mean nothing. */
export const serviceEventSchema = z.discriminatedUnion("event", [
  /** The service has answered: what comes now is the archive's way. */
  z.object({ event: z.literal("found") }),
  /** Bytes have moved since the last event. */
  z.object({ event: z.literal("moved") }),
  /** An attempt has failed; the library will try again. */
  z.object({ event: z.literal("trouble"), text: z.string() }),
  /** Words of the library's, without its secrets. */
  z.object({ event: z.literal("said"), text: z.string() }),
]);

/** Told at the end, the only line of stdout. */
export const serviceAnswerSchema = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("restored"), key: z.string() }),
  z.object({ outcome: z.literal("missing") }),
  z.object({ outcome: z.literal("saved") }),
  /** The key is there already. */
  z.object({ outcome: z.literal("exists") }),
  /** The token may not, or the workflow's `cache-mode` forbids it. */
  z.object({ outcome: z.literal("denied"), reason: z.string() }),
  /** There is an entry, which is damaged or not one of ours. */
  z.object({ outcome: z.literal("unusable"), key: z.string(), reason: z.string() }),
  z.object({ outcome: z.literal("failed"), reason: z.string() }),
]);

export type ServiceEvent = z.infer<typeof serviceEventSchema>;
export type ServiceAnswer = z.infer<typeof serviceAnswerSchema>;
