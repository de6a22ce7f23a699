#!/usr/bin/env bash
# Runs an S3 server in a folder until its input ends: one Ceph monitor, one OSD in memory, and radosgw on loopback.
# Prints "ready" when a user and a bucket are there; needs the packages radosgw, ceph-mon and ceph-osd.
#
#   s3_server.sh FOLDER MONITOR_PORT S3_PORT ACCESS_KEY SECRET_KEY
set -euo pipefail
folder=$1 monitor_port=$2 port=$3 access=$4 secret=$5
cd "$folder"
mkdir -p mon osd rgw
id=$(cat /proc/sys/kernel/random/uuid)
cat >ceph.conf <<CONF
[global]
fsid = $id
mon host = 127.0.0.1:$monitor_port
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = $folder/keyring
log file = $folder/\$name.log
pid file =
run dir = $folder
admin socket =
mon data = $folder/mon
mon allow pool size one = true
mon data avail crit = 1
mon data avail warn = 1
mon max pg per osd = 5000
mon cluster log file = $folder/cluster.log
mon osd reporter subtree level = osd
auth allow insecure global id reclaim = true
osd data = $folder/osd
osd objectstore = memstore
memstore device bytes = 1073741824
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
ms bind ipv6 = false
ms type = async+posix
rgw frontends = beast endpoint=127.0.0.1:$port
rgw thread pool size = 8
rgw enable usage log = false
rgw data = $folder/rgw
rgw gc obj min wait = 1
CONF
export CEPH_CONF=$folder/ceph.conf CEPH_ARGS="--public-addr 127.0.0.1 --cluster-addr 127.0.0.1"

processes=()
end() { for process in "${processes[@]}"; do kill -KILL "$process" 2>/dev/null || true; done; }
trap end EXIT

{
    ceph-authtool --create-keyring keyring --gen-key -n mon. --cap mon 'allow *'
    ceph-authtool keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
    ceph-authtool keyring --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *'
    monmaptool --create --add a "127.0.0.1:$monitor_port" --fsid "$id" monmap
    ceph-mon --conf ceph.conf --mkfs -i a --monmap monmap --keyring keyring
} >setup.log 2>&1
ceph-mon --conf ceph.conf -f -i a >mon.out 2>&1 </dev/null &
processes+=($!)
{
    # The monitor takes the keys of its own keyring into its database but for those of daemons.
    timeout 60 ceph auth import -i keyring
    osd_id=$(timeout 60 ceph osd create)
    ceph-osd --conf ceph.conf -i "$osd_id" --mkfs
} >>setup.log 2>&1
ceph-osd --conf ceph.conf -f -i 0 >osd.out 2>&1 </dev/null &
processes+=($!)
radosgw --conf ceph.conf -n client.admin -f >rgw.out 2>&1 </dev/null &
processes+=($!)
timeout 120 radosgw-admin -n client.admin user create --uid=test --display-name=test \
    --access-key="$access" --secret-key="$secret" >>setup.log 2>&1
for _ in $(seq 600); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
        echo ready
        # Until the test goes away.
        cat >/dev/null
        exit 0
    fi
    sleep 0.1
done
echo "radosgw does not listen" >&2
exit 1
