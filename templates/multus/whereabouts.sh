#!/bin/sh
# Puts the whereabouts plugin on the node, with what it needs to reach the API server, and keeps that fresh.
#
# Directories of the node are under /host; NODE_NAME is the name of the node. Everything is written beside its place and
# moved there, for the plugin may run meanwhile. The plugin itself comes last: where it is, it works.
set -eu

account=/var/run/secrets/kubernetes.io/serviceaccount
known=/etc/cni/net.d/whereabouts.d
binaries=/host/opt/cni/bin

# put FILE: what comes in, for root alone.
put() {
    (umask 077 && cat >"$1.new")
    cmp -s "$1.new" "$1" || mv "$1.new" "$1"
}

kubeconfig() {
    host=$KUBERNETES_SERVICE_HOST
    case $host in
    *:*) host="[$host]" ;;
    esac
    cat <<END
apiVersion: v1
kind: Config
clusters:
  - name: cluster
    cluster:
      server: https://$host:$KUBERNETES_SERVICE_PORT
      certificate-authority-data: $(base64 "$account/ca.crt" | tr -d '\n')
users:
  - name: whereabouts
    user:
      token: $(cat "$account/token")
contexts:
  - name: whereabouts
    context:
      cluster: cluster
      user: whereabouts
      namespace: kube-system
current-context: whereabouts
END
}

configuration() {
    cat <<END
{
  "datastore": "kubernetes",
  "configuration_path": "$known",
  "kubernetes": {"kubeconfig": "$known/whereabouts.kubeconfig"}
}
END
}

trap 'exit 0' TERM
mkdir -p "/host$known"
kubeconfig | put "/host$known/whereabouts.kubeconfig"
configuration | put "/host$known/whereabouts.conf"
printf '%s' "$NODE_NAME" | put "/host$known/nodename"
cp /whereabouts "$binaries/whereabouts.new"
mv "$binaries/whereabouts.new" "$binaries/whereabouts"
echo "whereabouts is on $NODE_NAME"

# kubelet renews the token before it ends, and the authority now and then.
while true; do
    sleep 60 &
    wait "$!"
    kubeconfig | put "/host$known/whereabouts.kubeconfig"
done
