// SPDX-License-Identifier: GPL-2.0
/*
 * reach open PATH - open a file by many ways
 * reach net PORT - connect and send to PORT of this host, bind PORT + 5
 * reach packet - send a packet, by addresses of several families
 * reach clone - get a new UTS namespace
 * reach flip FILE OTHER PORT - open FILE or OTHER, whose names are as long, and
 *	connect to PORT or PORT + 1, while a second thread writes now the
 *	one, now the other to where the call finds its argument
 *
 * Prints "WAY RESULT" for each way; RESULT is "ok" or the error's name. With
 * flip it prints how often which of the two was reached, and how often none.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/if_packet.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "door.h"

/* Minus the error, or what the call returned. */
static long outcome(long ret)
{
	return ret < 0 ? -errno : ret;
}

static void report(const char *way, long ret)
{
	printf("%s %s\n", way,
	       ret < 0 ? strerrorname_np(-ret) ?: "unknown" : "ok");
	fflush(stdout);
}

/* --- io_uring ------------------------------------------------------------- */

static void *map(int ring, off_t what)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring, what);
}

static long by_uring(struct io_uring_sqe entry)
{
	struct io_uring_params params = {};
	int ring = syscall(SYS_io_uring_setup, 1, &params);
	char *queue, *answers;

	if (ring < 0)
		return -errno;
	/* The first one is the number 1. */
	if (entry.personality &&
	    syscall(SYS_io_uring_register, ring, IORING_REGISTER_PERSONALITY,
		    NULL, 0) != entry.personality)
		return -errno;
	queue = map(ring, IORING_OFF_SQ_RING);
	answers = map(ring, IORING_OFF_CQ_RING);
	*(struct io_uring_sqe *)map(ring, IORING_OFF_SQES) = entry;
	*(unsigned int *)(queue + params.sq_off.array) = 0;
	*(volatile unsigned int *)(queue + params.sq_off.tail) = 1;
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS,
		    NULL, 0) != 1)
		return -errno;
	return ((struct io_uring_cqe *)(answers + params.cq_off.cqes))->res;
}

/* --- Files ---------------------------------------------------------------- */

static long by_openat2(const char *path)
{
	struct open_how how = { .flags = O_RDONLY };

	return outcome(syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how)));
}

static long by_symlink(const char *path)
{
	long ret;

	unlink("/tmp/link");
	if (symlink(path, "/tmp/link"))
		return -errno;
	ret = outcome(open("/tmp/link", O_RDONLY));
	unlink("/tmp/link");
	return ret;
}

static long by_prefix(const char *prefix, const char *path)
{
	char longer[512];

	snprintf(longer, sizeof(longer), "%s%s", prefix, path);
	return outcome(open(longer, O_RDONLY));
}

static long by_folder(const char *path)
{
	char copy[256];
	int folder;

	strncpy(copy, path, sizeof(copy) - 1);
	copy[sizeof(copy) - 1] = 0;
	folder = open(dirname(copy), O_PATH);
	return outcome(openat(folder, strrchr(path, '/') + 1, O_RDONLY));
}

static long by_magic_link(const char *path)
{
	char link[64];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", open(path, O_PATH));
	return outcome(open(link, O_RDONLY));
}

static long by_handle(const char *path)
{
	char space[256] = "";
	struct file_handle *handle = (void *)space;
	int mount;

	handle->handle_bytes = 128;
	if (name_to_handle_at(AT_FDCWD, path, handle, &mount, 0))
		return -errno;
	return outcome(
		open_by_handle_at(open("/", O_RDONLY), handle, O_RDONLY));
}

static long by_uring_open(const char *path)
{
	struct io_uring_sqe entry = {
		.opcode = IORING_OP_OPENAT,
		.fd = AT_FDCWD,
		.addr = (unsigned long)path,
		.open_flags = O_RDONLY,
	};

	return by_uring(entry);
}

static long by_uring_worker(const char *path)
{
	struct io_uring_sqe entry = {
		.opcode = IORING_OP_OPENAT,
		.flags = IOSQE_ASYNC,
		.fd = AT_FDCWD,
		.addr = (unsigned long)path,
		.open_flags = O_RDONLY,
	};

	return by_uring(entry);
}

/* That door takes 32 bits of an address. */
static long by_int80_open(const char *path)
{
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	uint64_t arg[6] = { (uintptr_t)low, O_RDONLY };

	if (low == MAP_FAILED)
		return -errno;
	strcpy(low, path);
	return by_int80(5, arg);
}

static long by_chroot(const char *path)
{
	char copy[256];

	snprintf(copy, sizeof(copy), "%s", path);
	if (chroot(dirname(copy)))
		return -errno;
	return outcome(open(strrchr(path, '/'), O_RDONLY));
}

/* Below a copy of all mounts that is mounted nowhere. */
static int detached(void)
{
	return syscall(SYS_open_tree, AT_FDCWD, "/", 1 /* OPEN_TREE_CLONE */);
}

static long by_tree(const char *path)
{
	return outcome(openat(detached(), path + 1, O_RDONLY));
}

/* There, with credentials that are not the task's own, though the same. */
static long by_personality(const char *path)
{
	struct io_uring_sqe entry = {
		.opcode = IORING_OP_OPENAT,
		.fd = detached(),
		.addr = (unsigned long)path + 1,
		.open_flags = O_RDONLY,
		.personality = 1,
	};

	return by_uring(entry);
}

/* Not the file: what has no name is opened whatever the rules on names are. */
static long by_memory(void)
{
	char link[64];

	snprintf(link, sizeof(link), "/proc/self/fd/%d",
		 memfd_create("memory", 0));
	return outcome(open(link, O_RDWR));
}

static void reach_file(const char *path)
{
	report("open", outcome(open(path, O_RDONLY)));
	report("write", outcome(open(path, O_WRONLY)));
	report("both", outcome(open(path, O_RDWR)));
	report("int80", by_int80_open(path));
	report("openat2", by_openat2(path));
	report("symlink", by_symlink(path));
	report("dots", by_prefix("/tmp/../proc/..", path));
	report("root", by_prefix("/proc/self/root", path));
	report("folder", by_folder(path));
	report("fd", by_magic_link(path));
	report("handle", by_handle(path));
	report("uring", by_uring_open(path));
	report("worker", by_uring_worker(path));
	report("tree", by_tree(path));
	report("personality", by_personality(path));
	report("memory", by_memory());
	report("chroot", by_chroot(path));
}

/* --- Addresses ------------------------------------------------------------ */

static struct sockaddr_in ipv4(const char *text, int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons(port) };

	inet_pton(AF_INET, text, &address.sin_addr);
	return address;
}

static struct sockaddr_in6 ipv6(const char *text, int port)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6,
					.sin6_port = htons(port) };

	inet_pton(AF_INET6, text, &address.sin6_addr);
	return address;
}

static int tcp(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static int udp(void)
{
	return socket(AF_INET, SOCK_DGRAM, 0);
}

static long by_connect4(const char *text, int port)
{
	struct sockaddr_in to = ipv4(text, port);

	return outcome(connect(tcp(), (void *)&to, sizeof(to)));
}

/* From an address that is its own: to the same. */
static long by_bound_nowhere(const char *text, int port)
{
	struct sockaddr_in from = ipv4(text, 0), to = ipv4("0.0.0.0", port);
	int fd = tcp();

	if (bind(fd, (void *)&from, sizeof(from)))
		return -errno;
	return outcome(connect(fd, (void *)&to, sizeof(to)));
}

static long by_connect6(const char *text, int port)
{
	struct sockaddr_in6 to = ipv6(text, port);

	return outcome(connect(socket(AF_INET6, SOCK_STREAM, 0), (void *)&to,
			       sizeof(to)));
}

static long by_sendto(int fd, int flags, int family, int port)
{
	struct sockaddr_in to = ipv4("127.0.0.1", port);

	to.sin_family = family;
	return outcome(sendto(fd, "x", 1, flags, (void *)&to, sizeof(to)));
}

static long by_fastopen_option(int port)
{
	struct sockaddr_in to = ipv4("127.0.0.1", port);
	int fd = tcp(), on = 1;

	if (setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof(on)))
		return -errno;
	return outcome(connect(fd, (void *)&to, sizeof(to)));
}

static struct msghdr *message(int port)
{
	static struct iovec bytes = { .iov_base = "x", .iov_len = 1 };
	static struct sockaddr_in to;
	static struct msghdr msg;

	to = ipv4("127.0.0.1", port);
	msg = (struct msghdr){ .msg_name = &to,
			       .msg_namelen = sizeof(to),
			       .msg_iov = &bytes,
			       .msg_iovlen = 1 };
	return &msg;
}

static long by_sendmmsg(int port)
{
	struct mmsghdr messages[2] = { { .msg_hdr = *message(port) },
				       { .msg_hdr = *message(port) } };

	return outcome(sendmmsg(udp(), messages, 2, 0));
}

static long by_uring_connect(int port)
{
	struct sockaddr_in to = ipv4("127.0.0.1", port);
	struct io_uring_sqe entry = {
		.opcode = IORING_OP_CONNECT,
		.fd = tcp(),
		.addr = (unsigned long)&to,
		.off = sizeof(to),
	};

	return by_uring(entry);
}

static long by_uring_sendmsg(int port)
{
	struct io_uring_sqe entry = {
		.opcode = IORING_OP_SENDMSG,
		.fd = udp(),
		.addr = (unsigned long)message(port),
		.len = 1,
	};

	return by_uring(entry);
}

static long bind_and_close(int fd, const void *address, socklen_t size)
{
	long ret = outcome(bind(fd, address, size));

	close(fd);
	return ret;
}

static long by_bind4(int port)
{
	struct sockaddr_in to = ipv4("0.0.0.0", port);

	return bind_and_close(tcp(), &to, sizeof(to));
}

static long by_bind6(int port)
{
	struct sockaddr_in6 to = ipv6("::", port);

	return bind_and_close(socket(AF_INET6, SOCK_STREAM, 0), &to,
			      sizeof(to));
}

/* Both families. */
static void listen_at(int port)
{
	struct sockaddr_in6 to = ipv6("::", port);
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	if (bind(fd, (void *)&to, sizeof(to)) || listen(fd, 100)) {
		perror("reach: listen");
		exit(1);
	}
}

/* A packet whose address is said to be one of another family. */
static long by_packet(int family)
{
	struct sockaddr_ll to = { .sll_family = family,
				  .sll_protocol = htons(0x88b5),
				  .sll_ifindex = 1,
				  .sll_halen = 6 };
	int fd = socket(AF_PACKET, SOCK_DGRAM, 0);

	if (fd < 0)
		return -errno;
	return outcome(sendto(fd, "x", 1, 0, (void *)&to, sizeof(to)));
}

static void reach_packet(void)
{
	report("packet", by_packet(AF_PACKET));
	report("as_inet", by_packet(AF_INET));
	report("as_inet6", by_packet(AF_INET6));
	report("as_unspec", by_packet(AF_UNSPEC));
}

static void reach_address(int port)
{
	listen_at(port);
	report("connect", by_connect4("127.0.0.1", port));
	report("nowhere", by_connect4("0.0.0.0", port));
	report("bound_nowhere", by_bound_nowhere("127.0.0.2", port));
	report("mapped_nowhere", by_connect6("::ffff:0.0.0.0", port));
	report("mapped", by_connect6("::ffff:127.0.0.1", port));
	report("nowhere6", by_connect6("::", port));
	report("fastopen", by_sendto(tcp(), MSG_FASTOPEN, AF_INET, port));
	report("fastopen_option", by_fastopen_option(port));
	report("uring_connect", by_uring_connect(port));
	report("sendto", by_sendto(udp(), 0, AF_INET, port));
	report("unspec", by_sendto(udp(), 0, AF_UNSPEC, port));
	report("sendmmsg", by_sendmmsg(port));
	report("uring_sendmsg", by_uring_sendmsg(port));
	report("bind", by_bind4(port + 5));
	report("bind6", by_bind6(port + 5));
	report("loopback6", by_connect6("::1", port));
	report("elsewhere", by_sendto(udp(), 0, AF_INET, port + 1));
}

/* --- Namespaces ----------------------------------------------------------- */

static long end_child(long pid)
{
	if (!pid)
		_exit(0);
	if (pid < 0)
		return -errno;
	waitpid(pid, NULL, 0);
	return 0;
}

static long by_clone3(unsigned long long flags)
{
	struct clone_args args = { .flags = flags, .exit_signal = SIGCHLD };

	return end_child(syscall(SYS_clone3, &args, sizeof(args)));
}

static long by_fork_then_unshare(void)
{
	pid_t child = fork();
	int status;

	if (!child)
		_exit(unshare(CLONE_NEWUTS) ? errno : 0);
	waitpid(child, &status, 0);
	return -WEXITSTATUS(status);
}

static void reach_namespace(void)
{
	report("clone", end_child(syscall(SYS_clone, CLONE_NEWUTS | SIGCHLD, 0,
					  0, 0, 0)));
	report("clone3", by_clone3(CLONE_NEWUTS));
	report("unshare", by_fork_then_unshare());
	report("other", by_clone3(CLONE_NEWIPC));
	report("fork", by_clone3(0));
}

/* --- Arguments that change meanwhile -------------------------------------- */

#define FLIPS 20000

static struct flip {
	char now[256], one[256], other[256];
	size_t size;
	volatile int stop;
} flip;

static void *keep_flipping(void *unused)
{
	volatile char *now = flip.now;
	size_t i;

	while (!flip.stop) {
		for (i = 0; i < flip.size; i++)
			now[i] = flip.other[i];
		for (i = 0; i < flip.size; i++)
			now[i] = flip.one[i];
	}
	return unused;
}

/* Which of the two files it is, which say "one" and "two"; -1: neither. */
static int flip_open(void)
{
	char text[8] = "";
	int fd = open(flip.now, O_RDONLY);

	if (fd < 0)
		return -1;
	if (read(fd, text, sizeof(text) - 1) < 0)
		perror("read");
	close(fd);
	return text[0] != 'o';
}

static int flip_connect(void)
{
	struct sockaddr_in *one = (void *)flip.one, peer;
	socklen_t size = sizeof(peer);
	int fd = udp(), which = -1;

	if (!connect(fd, (void *)flip.now, sizeof(peer)) &&
	    !getpeername(fd, (void *)&peer, &size))
		which = peer.sin_port != one->sin_port;
	close(fd);
	return which;
}

static void keep_calling(const char *what, int (*call)(void))
{
	unsigned int reached[3] = {};
	pthread_t thread;
	int i;

	memcpy(flip.now, flip.one, sizeof(flip.now));
	flip.stop = 0;
	pthread_create(&thread, NULL, keep_flipping, NULL);
	for (i = 0; i < FLIPS; i++)
		reached[1 + call()]++;
	flip.stop = 1;
	pthread_join(thread, NULL);
	printf("%s: one %u other %u none %u\n", what, reached[1], reached[2],
	       reached[0]);
}

static void reach_flipping(const char *file, const char *other, int port)
{
	flip.size = strlen(file) + 1;
	strncpy(flip.one, file, sizeof(flip.one) - 1);
	strncpy(flip.other, other, sizeof(flip.other) - 1);
	keep_calling("file", flip_open);
	flip.size = sizeof(struct sockaddr_in);
	*(struct sockaddr_in *)flip.one = ipv4("127.0.0.1", port);
	*(struct sockaddr_in *)flip.other = ipv4("127.0.0.1", port + 1);
	keep_calling("address", flip_connect);
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "open"))
		reach_file(argv[2]);
	else if (argc > 2 && !strcmp(argv[1], "net"))
		reach_address(atoi(argv[2]));
	else if (argc > 1 && !strcmp(argv[1], "packet"))
		reach_packet();
	else if (argc > 1 && !strcmp(argv[1], "clone"))
		reach_namespace();
	else if (argc > 4 && !strcmp(argv[1], "flip"))
		reach_flipping(argv[2], argv[3], atoi(argv[4]));
	else
		return 2;
	return 0;
}
