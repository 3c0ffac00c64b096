import { z } from "zod";

/** Variable for the stand-in of tar: the path to move a downloaded archive to, instead of unpacking it. */
export const KEPT_ARCHIVE = "IMAGE_GATE_CACHE_ARCHIVE";

/** A request to the process that uses the cache service. */
export interface ServiceRequest {
  readonly task: "restore" | "save";
  /** For a restore it may also be a prefix, which ends in `-`. */
  readonly key: string;
  readonly files: readonly string[];
  /** Absolute: the folder that the files come from or go to. */
  readonly folder: string;
  /** Largest total size of an entry's files, in bytes. */
  readonly maxBytes: number;
  /** Milliseconds for the service to say whether there is an entry. */
  readonly lookupMs: number;
}

/** Its answer. The library says little more than whether it worked: an entry that it may not read is `missing`, too. */
export const serviceAnswerSchema = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("restored"), key: z.string() }),
  z.object({ outcome: z.literal("missing") }),
  z.object({ outcome: z.literal("saved") }),
  /** The key already exists. */
  z.object({ outcome: z.literal("exists") }),
  /** The service did not accept it: another job is saving it, or the token lacks the right. */
  z.object({ outcome: z.literal("declined") }),
  /** The entry is damaged, or Image Gate did not write it. */
  z.object({ outcome: z.literal("unusable"), key: z.string(), reason: z.string() }),
  z.object({ outcome: z.literal("failed"), reason: z.string() }),
]);

export type ServiceAnswer = z.infer<typeof serviceAnswerSchema>;
