// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin "view": vkernels have their own vm/swappiness, up to 100, and
 * kernel/printk_ratelimit, which they cannot set.
 */
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "vkernel.h"

struct own {
	int value;
};

static void *view_create(struct vkernel *vk)
{
	struct own *own = kzalloc(sizeof(*own), GFP_KERNEL);

	if (!own)
		return ERR_PTR(-ENOMEM);
	own->value = -1;
	return own;
}

static void view_destroy(void *state)
{
	kfree(state);
}

static int swappiness_get(void *state, char *text)
{
	int value = READ_ONCE(((struct own *)state)->value);

	return value < 0 ? 0 :
			   scnprintf(text, VKERNEL_VIEW_SIZE, "%d\n", value);
}

static int swappiness_set(void *state, char *text)
{
	unsigned int value;

	if (kstrtouint(text, 10, &value) || value > 100)
		return -EINVAL;
	WRITE_ONCE(((struct own *)state)->value, value);
	return 0;
}

static int ratelimit_get(void *state, char *text)
{
	return scnprintf(text, VKERNEL_VIEW_SIZE, "77\n");
}

static struct configfs_attribute *view_attrs[] = { NULL };

static struct vkernel_plugin view_plugin = {
	.name = "view",
	.owner = THIS_MODULE,
	.attrs = view_attrs,
	.create = view_create,
	.destroy = view_destroy,
};

/* clang-format off */
static struct vkernel_view views[] = {
	{ "vm/swappiness", &view_plugin, swappiness_get, swappiness_set },
	{ "kernel/printk_ratelimit", &view_plugin, ratelimit_get, NULL },
};

static struct vkernel_view bad[] = {
	{ "vm/overcommit_ratio", &view_plugin, swappiness_get, NULL },
	{ "vm/swappiness", &view_plugin, swappiness_get, NULL },
};

static struct vkernel_view nameless[] = {
	{ "swappiness", &view_plugin, swappiness_get, NULL },
};
/* clang-format on */

static int __init view_init(void)
{
	int err = vkernel_register_plugin(&view_plugin);

	if (err)
		return err;
	err = vkernel_register_views(views, ARRAY_SIZE(views));
	if (err)
		goto err_unregister_plugin;
	if (vkernel_register_views(bad, ARRAY_SIZE(bad)) != -EEXIST ||
	    vkernel_register_views(nameless, 1) != -EINVAL) {
		err = -EDOM;
		goto err_unregister_views;
	}
	return 0;

err_unregister_views:
	vkernel_unregister_views(views, ARRAY_SIZE(views));
err_unregister_plugin:
	vkernel_unregister_plugin(&view_plugin);
	return err;
}

static void __exit view_exit(void)
{
	vkernel_unregister_views(views, ARRAY_SIZE(views));
	vkernel_unregister_plugin(&view_plugin);
}

module_init(view_init);
module_exit(view_exit);

MODULE_DESCRIPTION("vkernel test: files of /proc/sys of one's own");
MODULE_AUTHOR("The vKernel developers");
MODULE_LICENSE("GPL");
