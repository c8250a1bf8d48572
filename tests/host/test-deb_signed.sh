#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# proves: a kernel that wants signatures, be it told so or booted with Secure Boot,
# proves: refuses our modules unsigned, and signed as DKMS does it; once that key is
# proves: among those of the machine's owner (MOK) they load, and hook, though the
# proves: kernel is in lockdown, and with module.sig_enforce=1 as well
# long
# timeout: 900

# shellcheck source=tests/vm/common.sh
. "$(dirname "$0")/../vm/common.sh"

kernel=${KERNEL:-stock}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kdir=$("$VM_DIR/kernel" "$kernel")
release=${kdir##*/}
"$VM_DIR/guest" --build "$kernel" 2>/dev/null

# As DKMS makes its own, and signs with it.
openssl req -new -x509 -nodes -days 3650 -subj "/CN=DKMS module signing key" \
	-newkey rsa:2048 -keyout "$work/mok.key" -outform DER -out "$work/mok.pub" 2>/dev/null
mkdir "$work/signed"
for module in hookcore/hookcore vkernel/vkernel plugins/syscall/vkernel_syscall; do
	"$kdir/headers/scripts/sign-file" sha256 "$work/mok.key" "$work/mok.pub" \
		"$BUILD/$release/$module.ko" "$work/signed/${module##*/}.ko"
done
cp "$BUILD/$release/hookcore/hookcore.ko" "$work/unsigned.ko"
cp "$work/signed/hookcore.ko" "$work/signed.ko"

# The variable in which shim shows its list of keys: attributes, and a list of one.
python3 - "$work/mok.pub" >"$work/mok" <<'END'
import struct, sys, uuid
x509 = uuid.UUID("a5c059a1-94e4-4aa7-87b5-ab155c2bf072").bytes_le
shim = uuid.UUID("605dab50-e046-4300-abb6-3dd810dd8b23").bytes_le
entry = shim + open(sys.argv[1], "rb").read()
sys.stdout.buffer.write(struct.pack("<I", 7) + x509 +
                        struct.pack("<III", 28 + len(entry), 0, len(entry)) + entry)
END

# Firmware whose owner is Debian's snake oil, and a kernel that he has signed.
ovmf=$("$VM_DIR/package" ovmf)/usr/share
sbsign=$("$VM_DIR/package" sbsigntool)/usr/bin/sbsign
cp "$ovmf/OVMF/OVMF_VARS_4M.snakeoil.fd" "$work/vars"
openssl rsa -in "$ovmf/ovmf/PkKek-1-snakeoil.key" -passin pass:snakeoil -out "$work/owner.key" 2>/dev/null
"$sbsign" --key "$work/owner.key" --cert "$ovmf/ovmf/PkKek-1-snakeoil.pem" \
	--output "$work/vmlinuz" "$kdir/vmlinuz" 2>/dev/null

# boot STEP OPTION...
boot()
{
	local ko=() module

	for module in "$work"/signed/*.ko; do
		ko+=(--ko "$module")
	done
	echo "-- $1"
	"$VM_DIR/run" --kernel "$kernel" "${@:2}" "${ko[@]}" --bring "$BUILD/programs" \
		--bring "$TOP/tests/e2e/container.sh" --bring "$BUILD/tools/vkctl" \
		--bring "$work/unsigned.ko" --bring "$work/signed.ko" --bring "$work/mok" \
		--logs "$BUILD/vm/deb_signed-$1" "$TOP/tests/e2e/signed.sh" "$1" || die "step $1"
}

boot enforce --append module.sig_enforce=1
boot before --efi "$work/vars" --image "$work/vmlinuz"
boot after --efi "$work/vars" --image "$work/vmlinuz" --append module.sig_enforce=1
