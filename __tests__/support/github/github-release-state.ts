type Fields = Readonly<Record<string, unknown>>;

export interface StoredRelease {
  readonly id: number;
  tag_name: string;
  name: string;
  body: string;
  draft: boolean;
  immutable: boolean;
  prerelease: boolean;
  readonly assets: Map<number, StoredAsset>;
}

export interface StoredAsset {
  readonly id: number;
  readonly name: string;
  readonly state: "uploaded" | "open";
  readonly bytes: Buffer;
}

/** A run of the workflow `ci.yml`. By default it is a success on main. */
interface CiRun {
  readonly sha: string;
  readonly branch?: string;
  readonly event?: string;
  readonly status?: string;
  readonly conclusion?: string | null;
}

/** Releases, tags and settings of the repository. A test may change all of it. */
export interface ReleaseState {
  isFork: boolean;
  /** Commits of main. */
  readonly main: Set<string>;
  /** Tags with their commits. */
  readonly tags: Map<string, string>;
  /** The annotated ones of these tags, which are separate objects. */
  readonly annotated: Set<string>;
  readonly releases: StoredRelease[];
  readonly runs: CiRun[];
  immutableReleases: boolean;
  readonly rulesets: Fields[];
  readonly environments: Map<string, Fields>;
  /** Patterns of branches and tags that may use an environment, by its name; absent: no pattern. */
  readonly policies: Map<string, readonly Fields[]>;
  shaPinning: boolean;
  privateReports: boolean;
  dependabot: string;
  /** An action of another person just before a change. It gets the line of that change. */
  meanwhile: (change: string) => void;
  /** The changes, one line each: `POST /releases v1.2.3`, `upload SHA256SUMS`, … */
  readonly changes: string[];
  /** Adds a release with these assets; it is published and immutable unless it is a draft. */
  addRelease(tag: string, options?: { draft?: boolean; assets?: Readonly<Record<string, string>> }): StoredRelease;
  /** Adds the bytes of a file to a release. */
  addAsset(release: StoredRelease, name: string, bytes: Buffer): StoredAsset;
}

/** A repository without releases, with default settings. */
export function releaseState(): ReleaseState {
  let nextId = 100;
  const state: ReleaseState = {
    isFork: false,
    main: new Set(),
    tags: new Map(),
    annotated: new Set(),
    releases: [],
    runs: [],
    immutableReleases: true,
    rulesets: [],
    environments: new Map(),
    policies: new Map(),
    shaPinning: false,
    privateReports: false,
    dependabot: "",
    meanwhile: () => {},
    changes: [],
    addAsset(release, name, bytes) {
      const asset: StoredAsset = { id: nextId++, name, state: "uploaded", bytes };
      release.assets.set(asset.id, asset);
      return asset;
    },
    addRelease(tag, { draft = false, assets = {} } = {}) {
      const release: StoredRelease = {
        ...{ id: nextId++, tag_name: tag, name: tag, body: "", draft, prerelease: false, assets: new Map() },
        immutable: !draft && state.immutableReleases,
      };
      state.releases.push(release);
      for (const [name, text] of Object.entries(assets)) state.addAsset(release, name, Buffer.from(text));
      return release;
    },
  };
  return state;
}
