// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "vkernel_syscall: " fmt

#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/in.h>
#include <linux/jump_label.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/mutex.h>
#include <linux/net.h>
#include <linux/nsproxy.h>
#include <linux/path.h>
#include <linux/rcupdate.h>
#include <linux/sched/task.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/socket.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "hookcore.h"
#include "judge.h"
#include "objects.h"
#include "phrases.h"
#include "rules.h"
#include "sentry.h"

#define SENTRY_DEFINE_KEY(kind) DEFINE_STATIC_KEY_FALSE(sentry_awake_##kind);
SENTRY_KINDS(SENTRY_DEFINE_KEY)

/* The deciders, which assembly calls. */
#define SENTRY_DECIDER(name, kind) \
	asmlinkage bool sentry_##name(struct hookcore_args *args);
SENTRY_FUNCTIONS(SENTRY_DECIDER)

asmlinkage char *sentry_d_absolute_path(const struct path *path, char *buffer,
					int size);
HOOKCORE_IMPORT(sentry_d_absolute_path);

#define SENTRY_HOOK(name, kind)              \
	{                                    \
		.symbol = #name,             \
		.handler = vkernel_##name,   \
		.original = original_##name, \
		.owner = THIS_MODULE,        \
	},
static struct hookcore_hook hooks[] = { SENTRY_FUNCTIONS(SENTRY_HOOK) };

#define SENTRY_KIND(name, kind) kind,
static const u8 kinds[] = { SENTRY_FUNCTIONS(SENTRY_KIND) };

/* How many of the hooks this kernel has a function for: the first ones. */
static size_t hook_count;

/*
 * Those of a kind lie side by side. They are installed, under the mutex, with
 * the first rule of that kind.
 */
static struct post {
	size_t first;
	size_t count;
	bool taken;
} posts[OBJECT_KINDS];
static DEFINE_MUTEX(post_mutex);

/*
 * A kernel built without security modules or sockets has no place for some
 * sentries: rules of their kinds are refused there. A kind that lacks one of
 * its functions is lost altogether.
 */
static void pick_hooks(void)
{
	struct post *post;
	u32 lost = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		post = &posts[kinds[i]];
		if (!hookcore_symbol(hooks[i].symbol)) {
			lost |= BIT(kinds[i]);
			continue;
		}
		if (!post->count++)
			post->first = hook_count;
		hooks[hook_count++] = hooks[i];
	}
	rules_kinds = (BIT(OBJECT_KINDS) - 1) & ~lost;
}

static int learn_mounts(void);

static int check_hook(const struct hookcore_hook *hook)
{
	enum hookcore_reason reason;
	char hint[80] = "";

	reason = hookcore_check(hook->symbol, hint, sizeof(hint));
	if (reason == HOOKCORE_OK)
		return 0;
	pr_err("cannot hook %s: %s%s%s\n", hook->symbol,
	       hookcore_reason_text(reason), *hint ? ": " : "", hint);
	return hookcore_reason_errno(reason);
}

int sentry_init(void)
{
	static const struct hookcore_import imports[] = {
		{ "d_absolute_path", sentry_d_absolute_path },
	};
	size_t i;
	int err;

	err = hookcore_import(imports, ARRAY_SIZE(imports)) ?: learn_mounts();
	pick_hooks();
	for (i = 0; i < hook_count && !err; i++)
		err = check_hook(&hooks[i]);
	return err;
}

void sentry_exit(void)
{
	const struct post *post;

	for (post = posts; post < &posts[OBJECT_KINDS]; post++)
		if (post->taken)
			hookcore_unregister(&hooks[post->first], post->count);
}

/* hookcore says why not. */
static int take_post(struct post *post)
{
	int err = 0;

	mutex_lock(&post_mutex);
	if (!post->taken)
		err = hookcore_register(&hooks[post->first], post->count);
	post->taken = !err;
	mutex_unlock(&post_mutex);
	return err;
}

static int take_posts(const struct verdicts *table)
{
	enum object_kind kind;
	int err = 0;

	for (kind = 0; kind < OBJECT_KINDS && !err; kind++)
		if (verdicts_object_count(table, kind))
			err = take_post(&posts[kind]);
	return err;
}

static void set_awake(enum object_kind kind, bool awake)
{
	static struct static_key_false *const keys[OBJECT_KINDS] = {
		[OBJECT_OPEN] = &sentry_awake_OBJECT_OPEN,
		[OBJECT_CONNECT] = &sentry_awake_OBJECT_CONNECT,
		[OBJECT_BIND] = &sentry_awake_OBJECT_BIND,
		[OBJECT_SEND] = &sentry_awake_OBJECT_SEND,
		[OBJECT_CLONE] = &sentry_awake_OBJECT_CLONE,
	};

	if (awake)
		static_branch_inc(keys[kind]);
	else
		static_branch_dec(keys[kind]);
}

static void set_all_awake(const struct verdicts *table, bool awake)
{
	enum object_kind kind;

	for (kind = 0; kind < OBJECT_KINDS; kind++)
		if (verdicts_object_count(table, kind))
			set_awake(kind, awake);
}

int sentry_wake(const struct verdicts *table)
{
	int err = take_posts(table);

	if (!err)
		set_all_awake(table, true);
	return err;
}

void sentry_rest(const struct verdicts *table)
{
	set_all_awake(table, false);
}

/* --- The verdict ---------------------------------------------------------- */

/* The table of one vkernel, if it has rules of this kind. Under RCU. */
static const struct verdicts *
table_of(const struct vkernel *vk, enum object_kind kind, struct rules **rules)
{
	const struct verdicts *table;

	*rules = vkernel_state(vk, &judge_plugin);
	if (!*rules)
		return NULL;
	/* Pairs with the replacement in commit(). */
	table = rcu_dereference((*rules)->published);
	return table && verdicts_object_count(table, kind) ? table : NULL;
}

/* Is there a rule that could be about it? What is judged may be costly. */
static bool is_judged(enum object_kind kind)
{
	struct rules *rules;
	struct vkernel *vk;
	bool judged = false;

	rcu_read_lock();
	for (vk = vkernel_current(); vk && !judged; vk = vkernel_parent(vk))
		judged = table_of(vk, kind, &rules);
	rcu_read_unlock();
	return judged;
}

static const struct object *ask(const struct verdicts *table,
				const struct object_seen *seen)
{
	return objects_find(verdicts_objects(table) +
				    table->objects[seen->kind],
			    verdicts_object_count(table, seen->kind), seen);
}

/* As for calls: the strictest of all vkernels around the task. */
static const struct object *ask_all(const struct object_seen *seen,
				    struct rules **whose)
{
	const struct object *object, *strictest = NULL;
	const struct verdicts *table;
	u32 verdict = VERDICT_ALLOW;
	struct rules *rules;
	struct vkernel *vk;

	for (vk = vkernel_current(); vk; vk = vkernel_parent(vk)) {
		table = table_of(vk, seen->kind, &rules);
		if (!table)
			continue;
		object = ask(table, seen);
		if (object &&
		    verdict_action(object->verdict) > verdict_action(verdict)) {
			verdict = object->verdict;
			strictest = object;
			*whose = rules;
		}
	}
	return strictest;
}

static void describe(char *text, size_t size, const struct object_seen *seen)
{
	const char *kind = phrases_kind(seen->kind);

	if (seen->kind == OBJECT_OPEN)
		snprintf(text, size, "%s %s", kind, seen->path ?: "(unnamed)");
	else if (seen->kind == OBJECT_CLONE)
		snprintf(text, size, "%s 0x%llx", kind, seen->flags);
	else if (seen->family == AF_INET)
		snprintf(text, size, "%s %pI4 %d", kind, seen->address,
			 seen->port);
	else if (seen->family == AF_INET6)
		snprintf(text, size, "%s %pI6c %d", kind, seen->address,
			 seen->port);
	else
		snprintf(text, size, "%s family %u", kind, seen->family);
}

static void record(struct rules *rules, const struct object_seen *seen,
		   const struct object *decided)
{
	char object[DENIALS_OBJECT], rule[DENIALS_RULE];
	struct verdict_call call;

	judge_current_call(&call);
	describe(object, sizeof(object), seen);
	phrases_object(rule, sizeof(rule), decided);
	denials_record(&rules->denials, vkernel_name(rules->vk), &call,
		       decided->verdict, object, rule);
}

/* What the kernel function is to return, 0 if it is to go on. */
static int judge(const struct object_seen *seen)
{
	const struct object *decided;
	struct rules *whose = NULL;
	u32 verdict = VERDICT_ALLOW;

	rcu_read_lock();
	decided = ask_all(seen, &whose);
	if (decided) {
		verdict = decided->verdict;
		record(whose, seen, decided);
	}
	rcu_read_unlock();
	return verdict_denies(verdict) ? -(int)verdict_data(verdict) : 0;
}

static bool answer(struct hookcore_args *args, int err)
{
	args->ret = err;
	return !err;
}

/* --- Files ---------------------------------------------------------------- */

/*
 * A filesystem's own opens below the file that the program named, which was
 * judged by that name.
 */
static bool is_backing(const struct file *file)
{
#ifdef FMODE_BACKING
	return file->f_mode & FMODE_BACKING;
#else
	return false;
#endif
}

/* Where a vfsmount's mount has its namespace, in bytes from the vfsmount. */
static size_t namespace_at;
#define NAMESPACE_BEFORE 256

/* Private to the kernel: what it says of mounts that it keeps for itself. */
#define INTERNAL_NAMESPACE ERR_PTR(-EINVAL)

static const void *namespace_of(const struct vfsmount *mount)
{
	return *(const void *const *)((const char *)mount + namespace_at);
}

/*
 * struct mount is fs/'s own. The loader's root is mounted in the loader's
 * namespace, so the word that says so is found behind that vfsmount; and a file
 * of memory, on a mount of the kernel's, must confirm it.
 */
static bool find_namespace(const struct vfsmount *root)
{
	struct file *memory = shmem_file_setup("vkernel", 0, VM_NORESERVE);
	bool found = false;

	if (IS_ERR(memory))
		return false;
	namespace_at = sizeof(*root);
	while (namespace_at < NAMESPACE_BEFORE &&
	       namespace_of(root) != current->nsproxy->mnt_ns)
		namespace_at += sizeof(void *);
	if (namespace_at < NAMESPACE_BEFORE)
		found = namespace_of(memory->f_path.mnt) == INTERNAL_NAMESPACE;
	fput(memory);
	return found;
}

static int learn_mounts(void)
{
	struct path root;
	bool found;

	get_fs_root(current->fs, &root);
	found = find_namespace(root.mnt);
	path_put(&root);
	if (found)
		return 0;
	pr_err("not loaded: a mount's namespace is not where it is looked for\n");
	return -EOPNOTSUPP;
}

/*
 * No way leads there from the root of a mount namespace. Files that never have
 * a name (memory, pipes, a namespace that is mounted nowhere) are nothing that
 * a rule on names speaks of; nor is what an overlay does below for the program:
 * on a mount of its own, where no program gets by any path, with its mounter's
 * credentials. Either alone a program can have: a message queue's mount,
 * io_uring's personalities.
 */
static bool is_beyond_names(const struct file *file)
{
	const struct vfsmount *mount = file->f_path.mnt;

	return mount->mnt_sb->s_flags & SB_NOUSER ||
	       mount->mnt_sb->s_magic == NSFS_MAGIC ||
	       (namespace_of(mount) == INTERNAL_NAMESPACE &&
		current_cred() != current_real_cred());
}

static u8 modes_of(const struct file *file)
{
	return OBJECT_ANY | (file->f_mode & FMODE_READ ? OBJECT_READ : 0) |
	       (file->f_mode & FMODE_WRITE ? OBJECT_WRITE : 0);
}

/*
 * From the root of the mount namespace, not from the task's: that one a program
 * may choose, with chroot().
 */
static int judge_named(const struct file *file, char *buffer)
{
	struct object_seen seen = { .kind = OBJECT_OPEN,
				    .modes = modes_of(file) };
	const char *path =
		sentry_d_absolute_path(&file->f_path, buffer, PATH_MAX);

	if (!IS_ERR(path))
		seen.path = path;
	else if (PTR_ERR(path) == -EINVAL && is_beyond_names(file))
		return 0;
	return judge(&seen);
}

static int judge_file(const struct file *file)
{
	char *buffer;
	int err;

	if (is_backing(file) || !is_judged(OBJECT_OPEN))
		return 0;
	/* A handler must not sleep: hooks go when nobody is inside. */
	buffer = kmalloc(PATH_MAX, GFP_ATOMIC | __GFP_NOWARN);
	if (!buffer)
		return -ENOMEM;
	err = judge_named(file, buffer);
	kfree(buffer);
	return err;
}

asmlinkage __visible bool sentry_security_file_open(struct hookcore_args *args)
{
	return answer(args, judge_file((const struct file *)args->arg[0]));
}

/* --- Addresses ------------------------------------------------------------ */

static void see_ipv4(struct object_seen *seen, const void *address, u16 port)
{
	seen->family = AF_INET;
	seen->port = port;
	memset(seen->address, 0, sizeof(seen->address));
	memcpy(seen->address, address, 4);
	/*
	 * To nowhere is to what the socket is bound to, to the first address of
	 * its device, or to 127.0.0.1 (ip_route_output_key_hash_rcu()). Bound
	 * to nowhere is bound to all addresses.
	 */
	seen->anywhere = !memchr_inv(address, 0, 4);
}

static void see_ipv6(struct object_seen *seen, const struct in6_addr *address,
		     u16 port)
{
	if (ipv6_addr_v4mapped(address)) {
		see_ipv4(seen, &address->s6_addr32[3], port);
		return;
	}
	seen->family = AF_INET6;
	seen->port = port;
	memcpy(seen->address, address, sizeof(seen->address));
	if (!ipv6_addr_any(address))
		return;
	seen->anywhere = seen->kind == OBJECT_BIND;
	seen->address[15] = 1;
}

static bool is_ip(u16 family)
{
	return family == AF_INET || family == AF_INET6;
}

/*
 * Of what is said of an address the socket's own family counts: what another
 * kind of socket is given may name any. An IPv6 socket takes IPv4's as well,
 * and both take one without a family.
 */
static u16 family_of(const struct socket *sock, const struct sockaddr *address)
{
	u16 own = sock->sk->sk_family, named = address->sa_family;

	return is_ip(own) && is_ip(named) ? named : own;
}

/* What is too short the protocol refuses by itself. */
static bool see_address(struct object_seen *seen, u16 family,
			const void *address, int size)
{
	const struct sockaddr_in6 *in6 = address;
	const struct sockaddr_in *in = address;

	if (family == AF_INET && size >= (int)sizeof(*in)) {
		see_ipv4(seen, &in->sin_addr, ntohs(in->sin_port));
		return true;
	}
	if (family == AF_INET6 && size >= SIN6_LEN_RFC2133) {
		see_ipv6(seen, &in6->sin6_addr, ntohs(in6->sin6_port));
		return true;
	}
	seen->family = family;
	seen->port = OBJECT_ANY_PORT;
	return !is_ip(family);
}

/*
 * Nowhere in IPv6 is ::1, or 127.0.0.1 if the socket has an address of IPv4
 * (tcp_v6_connect(), udpv6_sendmsg()): both must be allowed. Bound there, most
 * sockets are bound to all addresses of IPv4, too.
 */
static int judge_nowhere(const struct object_seen *seen,
			 const struct sockaddr_in6 *address)
{
	static const u8 loopback[4] = { 127, 0, 0, 1 }, all[4];
	struct object_seen other = { .kind = seen->kind };

	if (seen->family != AF_INET6 || !ipv6_addr_any(&address->sin6_addr))
		return 0;
	see_ipv4(&other, seen->kind == OBJECT_BIND ? all : loopback,
		 seen->port);
	return judge(&other);
}

static int judge_family(enum object_kind kind, u16 family, const void *address,
			int size)
{
	struct object_seen seen = { .kind = kind };

	if (!see_address(&seen, family, address, size))
		return 0;
	return judge(&seen) ?: judge_nowhere(&seen, address);
}

/*
 * Sockets on top of IP (SMC, RDS) have a family of their own and are given IP's
 * addresses: both must be allowed.
 */
static int judge_address(enum object_kind kind, const struct socket *sock,
			 const void *address, int size)
{
	const struct sockaddr *named = address;
	u16 family;
	int err;

	if (!is_judged(kind) || !sock->sk || size < (int)sizeof(sa_family_t))
		return 0;
	family = family_of(sock, address);
	err = judge_family(kind, family, address, size);
	if (!err && is_ip(named->sa_family) && named->sa_family != family)
		err = judge_family(kind, named->sa_family, address, size);
	return err;
}

/* Without a family it is no address, but the end of a connection. */
asmlinkage __visible bool
sentry_security_socket_connect(struct hookcore_args *args)
{
	const struct sockaddr *address = (const void *)args->arg[1];
	int size = args->arg[2];

	if (size >= (int)sizeof(sa_family_t) && address->sa_family == AF_UNSPEC)
		return true;
	return answer(args,
		      judge_address(OBJECT_CONNECT, (const void *)args->arg[0],
				    address, size));
}

asmlinkage __visible bool
sentry_security_socket_bind(struct hookcore_args *args)
{
	return answer(args,
		      judge_address(OBJECT_BIND, (const void *)args->arg[0],
				    (const void *)args->arg[1], args->arg[2]));
}

/* With MSG_FASTOPEN a message connects, and nobody asks about that again. */
asmlinkage __visible bool
sentry_security_socket_sendmsg(struct hookcore_args *args)
{
	const struct socket *sock = (const void *)args->arg[0];
	const struct msghdr *msg = (const void *)args->arg[1];
	int err = 0;

	if (!msg->msg_name)
		return true;
	if (msg->msg_flags & MSG_FASTOPEN)
		err = judge_address(OBJECT_CONNECT, sock, msg->msg_name,
				    msg->msg_namelen);
	err = err   ?:
		      judge_address(OBJECT_SEND, sock, msg->msg_name,
				    msg->msg_namelen);
	return answer(args, err);
}

/* --- Flags of a new task -------------------------------------------------- */

static int judge_flags(u64 flags)
{
	struct object_seen seen = { .kind = OBJECT_CLONE, .flags = flags };

	return judge(&seen);
}

asmlinkage __visible bool sentry_kernel_clone(struct hookcore_args *args)
{
	const struct kernel_clone_args *clone = (const void *)args->arg[0];

	return answer(args, judge_flags(clone->flags));
}

asmlinkage __visible bool sentry_ksys_unshare(struct hookcore_args *args)
{
	return answer(args, judge_flags(args->arg[0]));
}

/* --- The hooks ------------------------------------------------------------ */

VKERNEL_GUARD_OFFSETS

/* As VKERNEL_GUARD_KEY(), for the tables that have rules on objects. */
#define SENTRY_KEY(stub, kind) HOOKCORE_ASM_KEY(sentry_awake_##kind, stub)

#define SENTRY(name, kind)                                               \
	HOOKCORE_ORIGINAL(original_##name);                              \
	HOOKCORE_DECIDER(vkernel_##name, sentry_##name, original_##name, \
			 SENTRY_KEY(original_##name, kind)               \
				 VKERNEL_GUARD(original_##name));

SENTRY_FUNCTIONS(SENTRY)
