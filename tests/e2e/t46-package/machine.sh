#!/bin/sh
# A copy of this machine below SCRATCH, in a mount namespace of its own; what is written there is
# gone with it. Usage: machine.sh try SCRATCH: can it be had? machine.sh run SCRATCH FOLDER
set -eu
scratch=$2
machine=$scratch/machine
mkdir -p "$scratch/over" "$machine"
mount -t tmpfs none "$scratch/over"
mkdir "$scratch/over/upper" "$scratch/over/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$scratch/over/upper,workdir=$scratch/over/work" "$machine"
[ "$1" = run ] || exit 0
mount -t proc proc "$machine/proc"
mount --bind /dev "$machine/dev"
for empty in run tmp home srv; do mount -t tmpfs -o mode=755 none "$machine/$empty"; done
chmod 1777 "$machine/tmp"
mkdir -p "$machine/srv/test"
cp "$scratch"/package/*.deb "$3/../mails.sh" "$3/inside.sh" "$machine/srv/test"
exec chroot "$machine" sh /srv/test/inside.sh
