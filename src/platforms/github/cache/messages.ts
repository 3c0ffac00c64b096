import { z } from "zod";

/** A request to the process that uses the cache service: one command-line argument, as JSON. It holds no secret. */
export interface ServiceRequest {
  readonly task: "restore" | "save";
  /** For a restore it may also be a prefix, which ends in `-`. */
  readonly key: string;
  readonly files: readonly string[];
  /** Absolute: the folder that the files come from or go to. */
  readonly folder: string;
  /** Absolute and private: the path for the downloaded archive. */
  readonly archive: string;
  /** Largest total size of an entry's files, in bytes. */
  readonly maxBytes: number;
}

/** Sent while it works, each as one line of stderr; other lines there mean nothing. */
export const serviceEventSchema = z.discriminatedUnion("event", [
  /** The service has answered; the archive's transfer begins. */
  z.object({ event: z.literal("found") }),
  /** Bytes have moved since the last event. */
  z.object({ event: z.literal("moved") }),
  /** An attempt has failed; the library will try again. */
  z.object({ event: z.literal("trouble"), text: z.string() }),
  /** A message from the library, without secrets. */
  z.object({ event: z.literal("said"), text: z.string() }),
]);

/** Sent at the end, as the only line of stdout. */
export const serviceAnswerSchema = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("restored"), key: z.string() }),
  z.object({ outcome: z.literal("missing") }),
  z.object({ outcome: z.literal("saved") }),
  /** The key already exists. */
  z.object({ outcome: z.literal("exists") }),
  /** The token lacks the right, or the workflow's `cache-mode` forbids it. */
  z.object({ outcome: z.literal("denied"), reason: z.string() }),
  /** The entry is damaged, or Image Gate did not write it. */
  z.object({ outcome: z.literal("unusable"), key: z.string(), reason: z.string() }),
  z.object({ outcome: z.literal("failed"), reason: z.string() }),
]);

export type ServiceEvent = z.infer<typeof serviceEventSchema>;
export type ServiceAnswer = z.infer<typeof serviceAnswerSchema>;
