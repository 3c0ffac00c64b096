import {
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeSizing,
  BarGaugeValueMode,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  type DataQuery,
  type DataTransformerConfig,
  FieldColorModeId,
  type FieldConfig,
  type FieldConfigSource,
  type GraphFieldConfig,
  type GridPos,
  LegendDisplayMode,
  MappingType,
  type Panel,
  PercentChangeColorMode,
  type RowPanel,
  SortOrder,
  StackingMode,
  TableCellBackgroundDisplayMode,
  TableCellDisplayMode,
  type TableFieldOptions,
  type ThresholdsConfig,
  ThresholdsMode,
  TooltipDisplayMode,
  type ValueMapping,
  VizOrientation,
} from "@grafana/schema";
import type { Options as BarGaugeOptions } from "@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen";
import type { Options as StatOptions } from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type { Options as TableOptions } from "@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen";
import type { Options as TimeSeriesOptions } from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";

// The kinds of panels that the dashboard has, each in the types of Grafana's own schema: the compiler holds them to it.

/** A query as Grafana's data source for Prometheus stores it; `@grafana/schema` does not have its type. */
export interface PrometheusQuery extends DataQuery {
  readonly expr: string;
  readonly legendFormat?: string;
  /** The value now, and not a line over the dashboard's time. */
  readonly instant: boolean;
  readonly range: boolean;
  readonly format: "time_series" | "table";
}

/** The data source that was chosen above the dashboard. */
export const DATA_SOURCE = { type: "prometheus", uid: "${datasource}" };

/** Colours of lines, by what they are lines of and by their names. */
const COLOURS = {
  severity: { critical: "dark-red", high: "orange", medium: "yellow", low: "blue", unknown: "purple" },
  state: { live: "green", ending: "orange", ended: "dark-red" },
  age: { "0-7d": "green", "7-30d": "yellow", "30-90d": "orange", "over-90d": "dark-red" },
} as const;

/** Values from which a colour holds; the first one is that of all lower values. */
export type Steps = readonly [string, ...(readonly [number, string])[]];

/** What all panels have. */
export interface Basics {
  readonly title: string;
  readonly description: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly steps?: Steps;
  /** Shown if there is no value. */
  readonly noValue?: string;
  /** Texts that stand for a value. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Text that stands for all values from one on. */
  readonly from?: From;
  /** Value at which a bar is full; that of the longest unless given. */
  readonly max?: number;
}

interface From {
  readonly from: number;
  readonly text: string;
}

/** Query and name of its lines. */
type Line = readonly [expr: string, legend: string];

const letter = (index: number): string => String.fromCharCode("A".charCodeAt(0) + index);

function lines(queries: readonly Line[], isInstant: boolean): PrometheusQuery[] {
  return queries.map(([expr, legendFormat], index) => ({
    refId: letter(index),
    datasource: DATA_SOURCE,
    expr,
    legendFormat,
    instant: isInstant,
    range: !isInstant,
    format: "time_series",
  }));
}

function thresholds([first, ...others]: Steps): ThresholdsConfig {
  return {
    mode: ThresholdsMode.Absolute,
    steps: [{ color: first, value: null }, ...others.map(([value, color]) => ({ color, value }))],
  };
}

function mappings({ texts = {}, from }: Pick<Basics, "texts" | "from">): ValueMapping[] {
  const all: ValueMapping[] = [];
  for (const [value, text] of Object.entries(texts))
    all.push({ type: MappingType.ValueToText, options: { [value]: { text } } });
  if (from !== undefined)
    all.push({ type: MappingType.RangeToText, options: { from: from.from, to: null, result: { text: from.text } } });
  return all;
}

function defaults(basics: Basics, custom: Record<string, unknown> = {}): FieldConfig {
  const { unit = "none", decimals = 0, steps = ["text"], noValue, max } = basics;
  return {
    unit,
    decimals,
    ...(noValue === undefined ? {} : { noValue }),
    ...(max === undefined ? {} : { max }),
    color: { mode: FieldColorModeId.Thresholds },
    thresholds: thresholds(steps),
    mappings: mappings(basics),
    custom,
  };
}

const reduceOptions = { calcs: ["lastNotNull"], fields: "", values: false };

/** A panel without its place. */
export type Unplaced = Omit<Panel, "id" | "gridPos">;

/** What panels of all kinds have. An interface is not a record, for the compiler; its copy is one. */
function panel(type: string, { title, description }: Basics, queries: readonly PrometheusQuery[]) {
  return { type, title, description, datasource: DATA_SOURCE, targets: queries.map((query) => ({ ...query })) };
}

/** One big number, and its way over the dashboard's time. */
export function stat(basics: Basics, expr: string): Unplaced {
  const options: StatOptions = {
    reduceOptions,
    orientation: VizOrientation.Auto,
    colorMode: BigValueColorMode.Value,
    graphMode: BigValueGraphMode.Area,
    justifyMode: BigValueJustifyMode.Auto,
    textMode: BigValueTextMode.Value,
    wideLayout: true,
    showPercentChange: false,
    percentChangeColorMode: PercentChangeColorMode.Standard,
  };
  return {
    ...panel("stat", basics, lines([[expr, ""]], false)),
    fieldConfig: { defaults: defaults(basics), overrides: [] },
    options: { ...options },
  };
}

function colours(kind: keyof typeof COLOURS | undefined): FieldConfigSource["overrides"] {
  return Object.entries(kind === undefined ? {} : COLOURS[kind]).map(([name, fixedColor]) => ({
    matcher: { id: "byName", options: name },
    properties: [{ id: "color", value: { mode: FieldColorModeId.Fixed, fixedColor } }],
  }));
}

/** How lines over time look. */
interface Look {
  /** Areas upon each other, since their sum has a meaning. */
  readonly stacked?: boolean;
  readonly colours?: keyof typeof COLOURS;
}

/** Lines over time. */
export function timeSeries(basics: Basics, query: Line, { stacked: isStacked = false, ...look }: Look = {}): Unplaced {
  const custom: GraphFieldConfig = {
    lineWidth: isStacked ? 1 : 2,
    fillOpacity: isStacked ? 40 : 0,
    stacking: { mode: isStacked ? StackingMode.Normal : StackingMode.None },
  };
  const options: TimeSeriesOptions = {
    legend: { displayMode: LegendDisplayMode.List, placement: "bottom", showLegend: true, calcs: ["lastNotNull"] },
    tooltip: { mode: TooltipDisplayMode.Multi, sort: SortOrder.Descending },
  };
  return {
    ...panel("timeseries", basics, lines([query], false)),
    fieldConfig: {
      defaults: {
        ...defaults(basics, { ...custom }),
        min: 0,
        color: { mode: FieldColorModeId.PaletteClassicByName },
      },
      overrides: colours(look.colours),
    },
    options: { ...options },
  };
}

/** One bar for each image, the longest first: the query sorts them. */
export function bars(basics: Basics, expr: string): Unplaced {
  const options: BarGaugeOptions = {
    reduceOptions,
    orientation: VizOrientation.Horizontal,
    displayMode: BarGaugeDisplayMode.Basic,
    valueMode: BarGaugeValueMode.Color,
    namePlacement: BarGaugeNamePlacement.Left,
    showUnfilled: false,
    sizing: BarGaugeSizing.Auto,
    minVizWidth: 8,
    minVizHeight: 16,
    maxVizHeight: 28,
    legend: { displayMode: LegendDisplayMode.List, placement: "bottom", showLegend: false, calcs: [] },
  };
  return {
    ...panel("bargauge", basics, lines([[expr, "{{image}}"]], true)),
    fieldConfig: { defaults: { ...defaults(basics), min: 0 }, overrides: [] },
    options: { ...options },
  };
}

/** A column with a query of its own. */
export interface Column {
  readonly name: string;
  readonly expr: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly steps?: Steps;
  readonly from?: From;
}

/** A table of instant queries, joined by the labels that they have in common. */
export interface TableSource {
  /** Label to the head of its column, in order. */
  readonly labels: Readonly<Record<string, string>>;
  readonly columns: readonly Column[];
  /** Columns, the highest value first. */
  readonly sortBy: readonly string[];
  /** Where a click on the cells of this column leads to. */
  readonly link?: { readonly column: string; readonly title: string; readonly url: string };
}

function columnOverrides({ columns, link }: TableSource): FieldConfigSource["overrides"] {
  const coloured = columns.map(({ name, unit = "none", decimals = 0, steps = ["transparent"], from }) => ({
    matcher: { id: "byName", options: name },
    properties: [
      { id: "unit", value: unit },
      { id: "decimals", value: decimals },
      { id: "thresholds", value: thresholds(steps) },
      ...(from === undefined ? [] : [{ id: "mappings", value: mappings({ from }) }]),
      {
        id: "custom.cellOptions",
        value: { type: TableCellDisplayMode.ColorBackground, mode: TableCellBackgroundDisplayMode.Basic },
      },
    ],
  }));
  if (link === undefined) return coloured;
  const { column, title, url } = link;
  return [
    ...coloured,
    { matcher: { id: "byName", options: column }, properties: [{ id: "links", value: [{ title, url }] }] },
  ];
}

function joined({ labels, columns }: TableSource): DataTransformerConfig[] {
  const names = { ...labels, ...Object.fromEntries(columns.map(({ name }, at) => [`Value #${letter(at)}`, name])) };
  return [
    { id: "merge", options: {} },
    {
      id: "organize",
      options: {
        excludeByName: { Time: true },
        indexByName: Object.fromEntries(Object.keys(names).map((name, at) => [name, at])),
        renameByName: names,
      },
    },
  ];
}

/** A table with a query for each column. */
export function table(basics: Basics, source: TableSource): Unplaced {
  const queries: PrometheusQuery[] = source.columns.map(({ expr }, index) => ({
    refId: letter(index),
    datasource: DATA_SOURCE,
    expr,
    instant: true,
    range: false,
    format: "table",
  }));
  const custom: TableFieldOptions = {
    align: "auto",
    cellOptions: { type: TableCellDisplayMode.Auto },
    inspect: false,
    filterable: true,
  };
  const options: TableOptions = {
    frameIndex: 0,
    showHeader: true,
    sortBy: source.sortBy.map((displayName) => ({ displayName, desc: true })),
  };
  return {
    ...panel("table", basics, queries),
    fieldConfig: { defaults: defaults(basics, { ...custom }), overrides: columnOverrides(source) },
    options: { ...options },
    transformations: joined(source),
  };
}

/** Panels beside each other: height, and the width of each. */
export interface Shelf {
  /** Head above the shelf, if it begins a part of the dashboard. */
  readonly head?: string;
  readonly height: number;
  /** The widths of a shelf make 24. */
  readonly panels: readonly (readonly [width: number, panel: Unplaced])[];
}

/** Puts the shelves below each other. */
export function placed(shelves: readonly Shelf[]): (Panel | RowPanel)[] {
  const all: (Panel | RowPanel)[] = [];
  let y = 0;
  const at = (w: number, h: number, x = 0): { id: number; gridPos: GridPos } => ({
    id: all.length + 1,
    gridPos: { h, w, x, y },
  });
  for (const { head, height, panels } of shelves) {
    if (head !== undefined) {
      all.push({ type: "row", title: head, collapsed: false, panels: [], ...at(24, 1) });
      y += 1;
    }
    let x = 0;
    for (const [width, unplaced] of panels) {
      all.push({ ...unplaced, ...at(width, height, x) });
      x += width;
    }
    y += height;
  }
  return all;
}
