// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: which vkernel a namespace, an id and an mm belong to.
 */
#include <kunit/test.h>
#include <linux/vmalloc.h>

#include "../vkernel/identity.h"
#include "../vkernel/instance.h"

#define GENERATION(id) ((id) >> VKERNEL_SLOT_BITS)
#define SLOT(id) ((id) & (VKERNEL_SLOTS - 1))

/*
 * host ── outer ── middle ── inner
 *     └── other
 *
 * Made by hand, with more references than anybody drops: the kernel never gets
 * to free them.
 */
struct world {
	u32 ledger;
	struct pid_namespace host, outer, middle, inner, other;
	struct vkernel vk[3];
};

static void make_namespace(struct pid_namespace *ns,
			   struct pid_namespace *parent)
{
	refcount_set(&ns->ns.count, 1 << 20);
	ns->parent = parent;
	ns->level = parent ? parent->level + 1 : 0;
}

static int world_init(struct kunit *test)
{
	struct world *world = kunit_kzalloc(test, sizeof(*world), GFP_KERNEL);
	size_t i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, world);
	make_namespace(&world->host, NULL);
	make_namespace(&world->outer, &world->host);
	make_namespace(&world->middle, &world->outer);
	make_namespace(&world->inner, &world->middle);
	make_namespace(&world->other, &world->host);
	for (i = 0; i < ARRAY_SIZE(world->vk); i++)
		instance_setup(&world->vk[i]);
	test->priv = world;
	return instance_init(&world->ledger);
}

static int arm(struct vkernel *vk, struct pid_namespace *ns)
{
	int err;

	mutex_lock(&instance_mutex);
	err = instance_arm(vk, ns);
	mutex_unlock(&instance_mutex);
	return err;
}

static void disarm(struct vkernel *vk)
{
	mutex_lock(&instance_mutex);
	if (vk->ns) {
		instance_hide(vk);
		synchronize_rcu();
		instance_release(vk);
	}
	mutex_unlock(&instance_mutex);
}

/* Also after a failed assertion: the tables are global. */
static void world_exit(struct kunit *test)
{
	struct world *world = test->priv;
	size_t i;

	for (i = 0; world && i < ARRAY_SIZE(world->vk); i++)
		disarm(&world->vk[i]);
}

static struct vkernel *of_namespace(struct pid_namespace *ns)
{
	struct vkernel *vk;

	rcu_read_lock();
	vk = instance_of_namespace(ns);
	rcu_read_unlock();
	return vk;
}

static struct vkernel *of_id(u32 id)
{
	struct vkernel *vk;

	rcu_read_lock();
	vk = vkernel_lookup(id);
	rcu_read_unlock();
	return vk;
}

static struct vkernel *parent_of(struct vkernel *vk)
{
	struct vkernel *parent;

	rcu_read_lock();
	parent = vkernel_parent(vk);
	rcu_read_unlock();
	return parent;
}

static struct vkernel *of_mm(const struct mm_struct *mm)
{
	struct vkernel *vk;

	rcu_read_lock();
	vk = vkernel_of_mm(mm);
	rcu_read_unlock();
	return vk;
}

/* --- Ids ------------------------------------------------------------------ */

static void ids_are_found(struct kunit *test)
{
	struct world *world = test->priv;
	struct vkernel *vk = &world->vk[0];

	KUNIT_ASSERT_EQ(test, arm(vk, &world->outer), 0);
	KUNIT_EXPECT_NE(test, SLOT(vk->core.id), 0U);
	KUNIT_EXPECT_EQ(test, GENERATION(vk->core.id), 1U);
	KUNIT_EXPECT_PTR_EQ(test, of_id(vk->core.id), vk);
	KUNIT_EXPECT_NULL(test, of_id(0));
	KUNIT_EXPECT_NULL(test, of_id(vk->core.id + 1));
	KUNIT_EXPECT_NULL(test, of_id(vk->core.id + VKERNEL_SLOTS));
}

static void ids_die_with_disarming(struct kunit *test)
{
	struct world *world = test->priv;
	struct vkernel *vk = &world->vk[0];
	u32 id;

	KUNIT_ASSERT_EQ(test, arm(vk, &world->outer), 0);
	id = vk->core.id;
	disarm(vk);
	KUNIT_EXPECT_NULL(test, of_id(id));
	KUNIT_EXPECT_EQ(test, vk->core.id, 0U);
	KUNIT_ASSERT_EQ(test, arm(vk, &world->outer), 0);
	KUNIT_EXPECT_NE(test, vk->core.id, id);
	KUNIT_EXPECT_NULL(test, of_id(id));
}

/* Slots come round in order, so a new id is always above the last one of its
 * generation, and a slot that comes round again has a higher generation.
 */
static void ids_never_come_back(struct kunit *test)
{
	struct world *world = test->priv;
	struct vkernel *vk = &world->vk[0];
	u32 last[2] = { 0, 0 };
	u32 i;

	for (i = 0; i < 3 * VKERNEL_SLOTS; i++) {
		KUNIT_ASSERT_EQ(test, arm(vk, &world->outer), 0);
		KUNIT_ASSERT_TRUE(test,
				  GENERATION(vk->core.id) > last[0] ||
					  (GENERATION(vk->core.id) == last[0] &&
					   SLOT(vk->core.id) > last[1]));
		last[0] = GENERATION(vk->core.id);
		last[1] = SLOT(vk->core.id);
		disarm(vk);
	}
	KUNIT_EXPECT_EQ(test, GENERATION(world->ledger), last[0]);
}

static void ids_go_on_after_a_reload(struct kunit *test)
{
	struct world *world = test->priv;
	struct vkernel *vk = &world->vk[0];

	world->ledger = 41U << VKERNEL_SLOT_BITS;
	KUNIT_ASSERT_EQ(test, instance_init(&world->ledger), 0);
	KUNIT_ASSERT_EQ(test, arm(vk, &world->outer), 0);
	KUNIT_EXPECT_EQ(test, GENERATION(vk->core.id), 42U);
	KUNIT_EXPECT_EQ(test, world->ledger, 42U << VKERNEL_SLOT_BITS);
}

static void ids_refuse_a_foreign_ledger(struct kunit *test)
{
	struct world *world = test->priv;
	u32 foreign = 41U << VKERNEL_SLOT_BITS | 1;

	KUNIT_EXPECT_EQ(test, instance_init(&foreign), -EINVAL);
	KUNIT_EXPECT_EQ(test, instance_init(&world->ledger), 0);
}

/* Each slot has one generation left; then nothing is left, for ever. */
static void ids_run_out(struct kunit *test)
{
	struct world *world = test->priv;
	struct vkernel *vk = &world->vk[0];
	u32 i;

	world->ledger = (INSTANCE_MAX_GENERATION - 1) << VKERNEL_SLOT_BITS;
	KUNIT_ASSERT_EQ(test, instance_init(&world->ledger), 0);
	for (i = 1; i < VKERNEL_SLOTS; i++) {
		KUNIT_ASSERT_EQ(test, arm(vk, &world->outer), 0);
		KUNIT_ASSERT_EQ(test, GENERATION(vk->core.id),
				INSTANCE_MAX_GENERATION);
		disarm(vk);
	}
	KUNIT_EXPECT_EQ(test, arm(vk, &world->outer), -ENOSPC);
	KUNIT_EXPECT_NULL(test, vk->ns);
	KUNIT_EXPECT_NULL(test, of_namespace(&world->outer));
}

struct crowd {
	struct pid_namespace ns[VKERNEL_SLOTS];
	struct vkernel vk[VKERNEL_SLOTS];
};

static u32 fill(struct crowd *crowd, struct pid_namespace *host)
{
	u32 i;

	for (i = 0; i < VKERNEL_SLOTS - 1; i++) {
		make_namespace(&crowd->ns[i], host);
		instance_setup(&crowd->vk[i]);
		if (arm(&crowd->vk[i], &crowd->ns[i]))
			break;
	}
	return i;
}

/* One id for each slot but the host's, and a slot given back is taken again. */
static void ids_for_a_full_house(struct kunit *test)
{
	struct world *world = test->priv;
	struct crowd *crowd = vzalloc(sizeof(*crowd));
	struct vkernel *late = &world->vk[0];
	u32 i, count, id;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, crowd);
	count = fill(crowd, &world->host);
	KUNIT_EXPECT_EQ(test, count, VKERNEL_SLOTS - 1);
	KUNIT_EXPECT_EQ(test, arm(late, &world->outer), -ENOSPC);
	id = crowd->vk[100].core.id;
	disarm(&crowd->vk[100]);
	KUNIT_EXPECT_EQ(test, arm(late, &world->outer), 0);
	KUNIT_EXPECT_EQ(test, SLOT(late->core.id), SLOT(id));
	KUNIT_EXPECT_EQ(test, GENERATION(late->core.id), GENERATION(id) + 1);
	for (i = 0; i < count; i++) {
		if (i != 100 && of_namespace(&crowd->ns[i]) != &crowd->vk[i])
			KUNIT_FAIL(test, "namespace %u was lost", i);
		disarm(&crowd->vk[i]);
	}
	vfree(crowd);
}

/* --- Namespaces ----------------------------------------------------------- */

static void namespaces_have_one_vkernel(struct kunit *test)
{
	struct world *world = test->priv;

	KUNIT_EXPECT_NULL(test, of_namespace(&world->outer));
	KUNIT_ASSERT_EQ(test, arm(&world->vk[0], &world->outer), 0);
	KUNIT_EXPECT_EQ(test, arm(&world->vk[1], &world->outer), -EBUSY);
	KUNIT_EXPECT_PTR_EQ(test, of_namespace(&world->outer), &world->vk[0]);
	KUNIT_EXPECT_NULL(test, of_namespace(&world->host));
	KUNIT_EXPECT_NULL(test, of_namespace(&world->other));
	disarm(&world->vk[0]);
	KUNIT_EXPECT_NULL(test, of_namespace(&world->outer));
}

static void namespaces_inherit(struct kunit *test)
{
	struct world *world = test->priv;

	KUNIT_ASSERT_EQ(test, arm(&world->vk[0], &world->outer), 0);
	KUNIT_EXPECT_PTR_EQ(test, of_namespace(&world->inner), &world->vk[0]);
	KUNIT_ASSERT_EQ(test, arm(&world->vk[1], &world->middle), 0);
	KUNIT_EXPECT_PTR_EQ(test, of_namespace(&world->inner), &world->vk[1]);
	KUNIT_EXPECT_PTR_EQ(test, of_namespace(&world->outer), &world->vk[0]);
	disarm(&world->vk[1]);
	KUNIT_EXPECT_PTR_EQ(test, of_namespace(&world->inner), &world->vk[0]);
}

static void parents_whichever_comes_first(struct kunit *test)
{
	struct world *world = test->priv;
	struct vkernel *vk = world->vk;

	KUNIT_ASSERT_EQ(test, arm(&vk[2], &world->inner), 0);
	KUNIT_EXPECT_NULL(test, parent_of(&vk[2]));
	KUNIT_ASSERT_EQ(test, arm(&vk[0], &world->outer), 0);
	KUNIT_EXPECT_PTR_EQ(test, parent_of(&vk[2]), &vk[0]);
	KUNIT_ASSERT_EQ(test, arm(&vk[1], &world->middle), 0);
	KUNIT_EXPECT_PTR_EQ(test, parent_of(&vk[2]), &vk[1]);
	KUNIT_EXPECT_PTR_EQ(test, parent_of(&vk[1]), &vk[0]);
	KUNIT_EXPECT_NULL(test, parent_of(&vk[0]));
}

static void parents_that_go(struct kunit *test)
{
	struct world *world = test->priv;
	struct vkernel *vk = world->vk;

	KUNIT_ASSERT_EQ(test, arm(&vk[0], &world->outer), 0);
	KUNIT_ASSERT_EQ(test, arm(&vk[1], &world->middle), 0);
	KUNIT_ASSERT_EQ(test, arm(&vk[2], &world->inner), 0);
	disarm(&vk[1]);
	KUNIT_EXPECT_PTR_EQ(test, parent_of(&vk[2]), &vk[0]);
	disarm(&vk[0]);
	KUNIT_EXPECT_NULL(test, parent_of(&vk[2]));
}

static void parents_are_not_neighbours(struct kunit *test)
{
	struct world *world = test->priv;
	struct vkernel *vk = world->vk;

	KUNIT_ASSERT_EQ(test, arm(&vk[0], &world->other), 0);
	KUNIT_ASSERT_EQ(test, arm(&vk[1], &world->inner), 0);
	KUNIT_EXPECT_NULL(test, parent_of(&vk[1]));
	KUNIT_EXPECT_NULL(test, parent_of(&vk[0]));
}

/* --- Stamps --------------------------------------------------------------- */

static struct mm_struct *new_mm(struct kunit *test)
{
	struct mm_struct *mm = kunit_kzalloc(test, sizeof(*mm), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, mm);
	return mm;
}

static void stamps_name_the_vkernel(struct kunit *test)
{
	struct world *world = test->priv;
	struct mm_struct *mm = new_mm(test);

	KUNIT_ASSERT_EQ(test, arm(&world->vk[0], &world->outer), 0);
	KUNIT_EXPECT_FALSE(test, world->vk[0].active);
	identity_stamp(mm, &world->other);
	KUNIT_EXPECT_NULL(test, of_mm(mm));
	KUNIT_EXPECT_FALSE(test, world->vk[0].active);
	identity_stamp(mm, &world->inner);
	KUNIT_EXPECT_PTR_EQ(test, of_mm(mm), &world->vk[0]);
	KUNIT_EXPECT_TRUE(test, world->vk[0].active);
	identity_stamp(mm, &world->other);
	KUNIT_EXPECT_NULL(test, of_mm(mm));
}

static void stamps_touch_nothing_else(struct kunit *test)
{
	struct world *world = test->priv;
	struct mm_struct *mm = new_mm(test), *zero = new_mm(test);

	KUNIT_ASSERT_EQ(test, arm(&world->vk[0], &world->outer), 0);
	identity_stamp(mm, &world->outer);
	KUNIT_EXPECT_NE(test, memcmp(mm, zero, sizeof(*mm)), 0);
	*vkernel_stamp(mm) = 0;
	KUNIT_EXPECT_EQ(test, memcmp(mm, zero, sizeof(*mm)), 0);
}

/* Detached: the host's at once. Armed again: still, the id is another. */
static void stamps_outlive_no_arming(struct kunit *test)
{
	struct world *world = test->priv;
	struct mm_struct *mm = new_mm(test);

	KUNIT_ASSERT_EQ(test, arm(&world->vk[0], &world->outer), 0);
	identity_stamp(mm, &world->outer);
	disarm(&world->vk[0]);
	KUNIT_EXPECT_NULL(test, of_mm(mm));
	KUNIT_ASSERT_EQ(test, arm(&world->vk[0], &world->outer), 0);
	KUNIT_EXPECT_NULL(test, of_mm(mm));
}

static void stamps_are_checked_at_load(struct kunit *test)
{
	struct mm_struct *kernel = new_mm(test), *user = new_mm(test);

	KUNIT_EXPECT_PTR_EQ(test, identity_ledger(kernel, user),
			    vkernel_stamp(kernel));
	*vkernel_stamp(user) = 7U << VKERNEL_SLOT_BITS | 3;
	KUNIT_EXPECT_NULL(test, identity_ledger(kernel, user));
	*vkernel_stamp(kernel) = 7U << VKERNEL_SLOT_BITS;
	KUNIT_EXPECT_PTR_EQ(test, identity_ledger(kernel, user),
			    vkernel_stamp(kernel));
}

static struct kunit_case vkernel_cases[] = {
	KUNIT_CASE(ids_are_found),
	KUNIT_CASE(ids_die_with_disarming),
	KUNIT_CASE(ids_never_come_back),
	KUNIT_CASE(ids_go_on_after_a_reload),
	KUNIT_CASE(ids_refuse_a_foreign_ledger),
	KUNIT_CASE(ids_run_out),
	KUNIT_CASE(ids_for_a_full_house),
	KUNIT_CASE(namespaces_have_one_vkernel),
	KUNIT_CASE(namespaces_inherit),
	KUNIT_CASE(parents_whichever_comes_first),
	KUNIT_CASE(parents_that_go),
	KUNIT_CASE(parents_are_not_neighbours),
	KUNIT_CASE(stamps_name_the_vkernel),
	KUNIT_CASE(stamps_touch_nothing_else),
	KUNIT_CASE(stamps_outlive_no_arming),
	KUNIT_CASE(stamps_are_checked_at_load),
	{}
};

static struct kunit_suite vkernel_suite = {
	.name = "vkernel_identity",
	.init = world_init,
	.exit = world_exit,
	.test_cases = vkernel_cases,
};
kunit_test_suite(vkernel_suite);
