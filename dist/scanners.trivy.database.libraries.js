// src/scanners/trivy/database/libraries.ts
const BY_TYPE = new Map([
	[
		"cargo",
		"cargo rustbinary",
		"cargo",
		"cargo"
	],
	[
		"composer",
		"composer composer-vendor",
		"composer"
	],
	["conda", "conda-environment conda-pkg"],
	[
		"gem",
		"bundler gemspec",
		"rubygems"
	],
	[
		"golang",
		"gobinary gomod",
		"go",
		"go"
	],
	[
		"hex",
		"hex",
		"erlang"
	],
	["k8s", "aks eks gke kubernetes ocp rke"],
	[
		"maven",
		"gradle jar pom sbt",
		"maven",
		"maven"
	],
	[
		"npm",
		"bun javascript node-pkg npm pnpm yarn",
		"npm",
		"npm"
	],
	[
		"nuget",
		"dotnet-core nuget packages-props",
		"nuget",
		"nuget"
	],
	[
		"pub",
		"pub",
		"pub"
	],
	[
		"pypi",
		"pip pipenv poetry pylock python-pkg uv",
		"pip",
		"pypi"
	],
	[
		"swift",
		"swift",
		"swift"
	]
].flatMap(([purl, types, bucket, ecosystem]) => types.split(" ").map((type) => [type, {
	purl,
	bucket: bucket && `${bucket}::`,
	ecosystem
}])));
function libraryOf(type) {
	return BY_TYPE.get(type);
}

export { libraryOf };