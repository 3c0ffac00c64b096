import type { DataQuery } from "@grafana/schema";

/** A query as Grafana's data source for Prometheus stores it; `@grafana/schema` does not have its type. */
export interface PrometheusQuery extends DataQuery {
  readonly expr: string;
  readonly legendFormat?: string;
  /** A value for now, and not a line over the dashboard's time. */
  readonly instant: boolean;
  readonly range: boolean;
  readonly format: "time_series" | "table";
}
