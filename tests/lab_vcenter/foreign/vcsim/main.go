// vcsim serves govmomi's own vCenter simulator on loopback: a judge of the suite's vSphere adapter that nobody here wrote.
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
	_ "github.com/vmware/govmomi/vapi/simulator"
)

func main() {
	model := simulator.VPX()
	flag.IntVar(&model.Datacenter, "dc", model.Datacenter, "datacentres")
	flag.IntVar(&model.Cluster, "cluster", model.Cluster, "clusters per datacentre")
	flag.IntVar(&model.ClusterHost, "host", model.ClusterHost, "hosts per cluster")
	flag.IntVar(&model.Host, "standalone-host", model.Host, "standalone hosts per datacentre")
	flag.IntVar(&model.Machine, "vm", model.Machine, "machines per pool and standalone host")
	flag.IntVar(&model.Datastore, "ds", model.Datastore, "datastores")
	flag.IntVar(&model.Portgroup, "pg", model.Portgroup, "distributed port groups per datacentre")
	flag.IntVar(&model.DelayConfig.Delay, "delay", 0, "milliseconds before each answer")
	listen := flag.String("l", "127.0.0.1:8989", "address")
	api := flag.String("api-version", model.ServiceContent.About.ApiVersion, "announced API version")
	user := flag.String("username", "", "only this user may log in")
	password := flag.String("password", "", "with this password")
	certificate := flag.String("tlscert", "", "PEM of the server certificate")
	key := flag.String("tlskey", "", "PEM of its key")
	flag.Parse()

	model.ServiceContent.About.ApiVersion = *api
	if err := model.Create(); err != nil {
		log.Fatal(err)
	}
	defer model.Remove()
	model.Service.Listen = &url.URL{Host: *listen}
	if *user != "" {
		model.Service.Listen.User = url.UserPassword(*user, *password)
	}
	model.Service.TLS = new(tls.Config)
	if *certificate != "" {
		pair, err := tls.LoadX509KeyPair(*certificate, *key)
		if err != nil {
			log.Fatal(err)
		}
		model.Service.TLS.Certificates = []tls.Certificate{pair}
	}
	model.Service.RegisterEndpoints = true
	server := model.Service.NewServer()
	defer server.Close()
	fmt.Println(server.URL.Scheme + "://" + server.URL.Host + server.URL.Path)

	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, syscall.SIGINT, syscall.SIGTERM)
	<-stopped
}
