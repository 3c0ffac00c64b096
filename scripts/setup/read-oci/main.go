// Reads JSON documents of images as container engines in Go do: by encoding/json, into the structs of the OCI image specification
// (specs-go/v1). Each line of the input is a document in Base64, and each line of the output says what was read.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"os"
)

type platform struct {
	Architecture string   `json:"architecture"`
	OS           string   `json:"os"`
	OSVersion    string   `json:"os.version,omitempty"`
	OSFeatures   []string `json:"os.features,omitempty"`
	Variant      string   `json:"variant,omitempty"`
}

type descriptor struct {
	MediaType    string            `json:"mediaType"`
	Digest       string            `json:"digest"`
	Size         int64             `json:"size"`
	URLs         []string          `json:"urls,omitempty"`
	Annotations  map[string]string `json:"annotations,omitempty"`
	Data         []byte            `json:"data,omitempty"`
	Platform     *platform         `json:"platform,omitempty"`
	ArtifactType string            `json:"artifactType,omitempty"`
}

type document struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType,omitempty"`
	Config        *descriptor       `json:"config"`
	Layers        []descriptor      `json:"layers"`
	Manifests     []descriptor      `json:"manifests"`
	Subject       *descriptor       `json:"subject,omitempty"`
	Annotations   map[string]string `json:"annotations,omitempty"`
}

type configuration struct {
	platform
	RootFS struct {
		Type    string   `json:"type"`
		DiffIDs []string `json:"diff_ids"`
	} `json:"rootfs"`
}

type answer struct {
	Document      *document      `json:"document,omitempty"`
	Configuration *configuration `json:"configuration,omitempty"`
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		bytes, err := base64.StdEncoding.DecodeString(line[:len(line)-1])
		if err != nil {
			panic(err)
		}
		var read answer
		var asDocument document
		if json.Unmarshal(bytes, &asDocument) == nil {
			read.Document = &asDocument
		}
		var asConfiguration configuration
		if json.Unmarshal(bytes, &asConfiguration) == nil {
			read.Configuration = &asConfiguration
		}
		if err := answers.Encode(read); err != nil {
			panic(err)
		}
	}
}
