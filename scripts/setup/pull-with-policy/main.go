// Copies an image as Podman, Skopeo and CRI-O do: with the library that they share, held to a policy.json.
//
//	pull-with-policy POLICY.json REGISTRIES.d SOURCE DESTINATION
//
// Source and destination are transports of the library: docker://host/repository@sha256:…, dir:/path.
// Exit code 0: accepted and copied; 1: refused; 2: could not be tried.
package main

import (
	"context"
	"fmt"
	"os"

	"go.podman.io/image/v5/copy"
	"go.podman.io/image/v5/signature"
	"go.podman.io/image/v5/transports/alltransports"
	"go.podman.io/image/v5/types"
)

func main() {
	if len(os.Args) != 5 {
		stop(fmt.Errorf("pull-with-policy POLICY.json REGISTRIES.d SOURCE DESTINATION"))
	}
	parsed, err := signature.NewPolicyFromFile(os.Args[1])
	stop(err)
	policy, err := signature.NewPolicyContext(parsed)
	stop(err)
	source, err := alltransports.ParseImageName(os.Args[3])
	stop(err)
	destination, err := alltransports.ParseImageName(os.Args[4])
	stop(err)
	registries := &types.SystemContext{
		RegistriesDirPath:           os.Args[2],
		DockerInsecureSkipTLSVerify: types.OptionalBoolTrue,
	}
	options := &copy.Options{SourceCtx: registries, ImageListSelection: copy.CopySystemImage}
	if _, err := copy.Image(context.Background(), policy, destination, source, options); err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
	fmt.Println("accepted")
}

func stop(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}
