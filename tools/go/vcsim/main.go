// vcsim serves govmomi's own vCenter simulator, unchanged, over TLS.
//
// The module of govmomi carries the simulator but not its command, so this is the command: only what the
// contract tests need. Nothing here may alter how the simulator behaves; it is the judge nobody of us wrote.
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"log"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"github.com/vmware/govmomi/simulator"
)

type options struct {
	listen, user, password, cert, key, env string
}

func main() {
	model := simulator.VPX()
	chosen := parse(model)
	if err := model.Create(); err != nil {
		log.Fatal(err)
	}
	defer model.Remove()

	pair, err := tls.LoadX509KeyPair(chosen.cert, chosen.key)
	if err != nil {
		log.Fatal(err)
	}
	model.Service.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	model.Service.RegisterEndpoints = true
	model.Service.Listen = &url.URL{Host: chosen.listen, User: url.UserPassword(chosen.user, chosen.password)}
	server := model.Service.NewServer()
	defer server.Close()

	announce(chosen.env, server.URL.Host)
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGINT, syscall.SIGTERM)
	<-ended
}

func parse(model *simulator.Model) options {
	var o options
	flag.StringVar(&o.listen, "l", "127.0.0.1:0", "listen address")
	flag.StringVar(&o.user, "username", "", "the only user that may log in")
	flag.StringVar(&o.password, "password", "", "its password")
	flag.StringVar(&o.cert, "tlscert", "", "certificate chain file")
	flag.StringVar(&o.key, "tlskey", "", "key file")
	flag.StringVar(&o.env, "E", "-", "file that gets the address; - is standard output")
	flag.IntVar(&model.Datacenter, "dc", model.Datacenter, "datacenters")
	flag.IntVar(&model.Cluster, "cluster", model.Cluster, "clusters")
	flag.IntVar(&model.ClusterHost, "host", model.ClusterHost, "hosts per cluster")
	flag.IntVar(&model.Host, "standalone-host", model.Host, "standalone hosts")
	flag.IntVar(&model.Machine, "vm", model.Machine, "machines per resource pool")
	flag.IntVar(&model.Datastore, "ds", model.Datastore, "local datastores")
	flag.IntVar(&model.Portgroup, "pg", model.Portgroup, "distributed port groups")
	flag.IntVar(&model.DelayConfig.Delay, "delay", 0, "milliseconds before each answer")
	version := &model.ServiceContent.About.ApiVersion
	flag.StringVar(version, "api-version", *version, "API version to announce")
	flag.Parse()
	return o
}

func announce(file, host string) {
	line := fmt.Sprintf("export GOVC_URL=https://%s/sdk GOVC_SIM_PID=%d\n", host, os.Getpid())
	if file == "-" {
		fmt.Print(line)
		return
	}
	if err := os.WriteFile(file, []byte(line), 0o600); err != nil {
		log.Fatal(err)
	}
}
