import type { Database } from "../database/health.ts";
import type { ReportDocument } from "../report/document.ts";
import type { LayerPlace } from "./layer-cache.ts";

/** Where the Java database comes from. It is large, and only jars need it. */
export interface JavaDatabases {
  /** A stored database that is not checked yet. Absent: Trivy gets no stored database. */
  readonly storedJavaDatabase?: (() => Database | undefined) | undefined;
  /** One that is checked, or downloaded. Only called if a jar needs it. */
  readonly javaDatabase: () => Promise<Database>;
}

/** Whether Trivy met a jar but has no Java database. It uses this text since the first version with such a database. */
export function needsJavaDatabase(stderr: string): boolean {
  return stderr.includes("Unable to initialize the Java DB") || stderr.includes("cannot skip downloading Java DB");
}

/** Listens for the first jar, so that the Java database is ready, or checked, as early as possible. */
export interface JarWatch {
  /** Ends a Trivy that met a jar without a Java database: it would read the rest in vain. */
  readonly stop: AbortSignal;
  line(text: string): void;
  /** The checked database, if a jar was met. */
  readonly database: Promise<Database> | undefined;
}

/**
 * Trivy says when it opens the database, and when it reads jars. A target can forge such a line. Then it costs a
 * database that was not needed.
 */
export function watchForJars({ javaDatabase }: JavaDatabases, place: Pick<LayerPlace, "java">): JarWatch {
  const stop = new AbortController();
  const sign = place.java === undefined ? MISSED : USED;
  let database: Promise<Database> | undefined;
  return {
    stop: stop.signal,
    line(text) {
      if (database !== undefined || place.java?.isChecked || !sign.test(text)) return;
      database = javaDatabase();
      // The caller that awaits it gets its error.
      database.catch(() => {});
      if (place.java === undefined) stop.abort();
    },
    get database() {
      return database;
    },
  };
}

const MISSED = /^\S+\tERROR\t\[javadb\] The first run cannot skip/;
const USED = /^\S+\t(?:DEBUG|INFO|WARN|ERROR)\t\[(?:javadb|jar)\] /;

/** Whether a report has rows of jars, whatever the log said. */
export function hasJars({ results }: Pick<ReportDocument, "results">): boolean {
  return results.some(({ fields }) => (fields as { Type?: unknown } | null)?.Type === "jar");
}
