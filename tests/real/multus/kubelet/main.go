// A stand-in for the part of the kubelet that kubectl exec needs: it runs commands in containers.
//
//	kubelet ADDRESS CERTIFICATE KEY CONTAINERS
//
// CONTAINERS is a folder with a file for each container, NAMESPACE_POD_CONTAINER, that holds the number of its process.
// A command gets the namespaces and the root of that process. Streams are those of the kubelet's own library.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
	protocols "k8s.io/apimachinery/pkg/util/remotecommand"
	"k8s.io/client-go/tools/remotecommand"
	streams "k8s.io/kubelet/pkg/cri/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"
)

// containers is the folder that tells of each container's process.
type containers string

// ServeHTTP answers /exec/NAMESPACE/POD/CONTAINER?command=WORD&command=WORD…
func (folder containers) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	place := strings.Split(strings.TrimPrefix(request.URL.Path, "/exec/"), "/")
	if len(place) != 3 {
		http.NotFound(writer, request)
		return
	}
	options, err := streams.NewOptions(request)
	if err != nil {
		http.Error(writer, err.Error(), http.StatusBadRequest)
		return
	}
	command := request.URL.Query()["command"]
	streams.ServeExec(writer, request, folder, strings.Join(place[:2], "_"), "", place[2], command, options,
		time.Minute, protocols.DefaultStreamCreationTimeout, protocols.SupportedStreamingProtocols)
}

// ExecInContainer runs a command where the container's process is.
func (folder containers) ExecInContainer(ctx context.Context, pod string, _ types.UID, container string,
	command []string, in io.Reader, out, talk io.WriteCloser, _ bool, _ <-chan remotecommand.TerminalSize,
	_ time.Duration) error {
	process, err := os.ReadFile(filepath.Join(string(folder), pod+"_"+container))
	if err != nil {
		return fmt.Errorf("container %s of pod %s does not run: %w", container, pod, err)
	}
	target := "--target=" + strings.TrimSpace(string(process))
	words := append([]string{target, "--mount", "--net", "--root", "--wd", "--"}, command...)
	entered := exec.CommandContext(ctx, "nsenter", words...)
	entered.Stdin, entered.Stdout, entered.Stderr = in, out, talk
	entered.Env = []string{"PATH=/bin"}
	err = entered.Run()
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		// The form in which the library finds the exit code.
		return utilexec.CodeExitError{Err: err, Code: ended.ExitCode()}
	}
	return err
}

func main() {
	address, certificate, key, folder := os.Args[1], os.Args[2], os.Args[3], containers(os.Args[4])
	server := http.Server{
		Addr:    address,
		Handler: folder,
		// What streams are made of takes over a connection, which HTTP/2 does not have.
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
	}
	log.Fatal(server.ListenAndServeTLS(certificate, key))
}
