// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "group.h"
#include "instance.h"
#include "json.h"
#include "options.h"

/* --- Columns -------------------------------------------------------------- */

/* What there is to see: a column is there if any vkernel has the value. */
struct column {
	const char *title;
	/* A number in words, for the caller to free, or NULL. */
	char *(*read)(const struct column *column, const char *name);
	const char *plugin;
	const char *file;
	bool per_second;
};

static char *read_file(const struct column *column, const char *name)
{
	return instance_read(name, column->plugin, column->file);
}

/* A file by which a vkernel's calls are counted, as long as it is open. */
struct counter {
	char *name;
	int fd;
	bool used;
};

static struct counter *counters;
static size_t counter_count;

static struct counter *find_counter(const char *name)
{
	size_t i;

	for (i = 0; i < counter_count; i++)
		if (!strcmp(counters[i].name, name))
			return &counters[i];
	return NULL;
}

static struct counter *open_counter(const struct column *column,
				    const char *name)
{
	struct counter *counter;
	int fd = debug_open(column->plugin, name, column->file);

	if (fd < 0)
		return NULL;
	counters = need(
		realloc(counters, (counter_count + 1) * sizeof(*counters)));
	counter = &counters[counter_count++];
	*counter = (struct counter){ text("%s", name), fd, true };
	return counter;
}

/* Of vkernels that are gone. */
static void close_counters(void)
{
	size_t i, left = 0;

	for (i = 0; i < counter_count; i++) {
		if (counters[i].used) {
			counters[i].used = false;
			counters[left++] = counters[i];
		} else {
			close(counters[i].fd);
			free(counters[i].name);
		}
	}
	counter_count = left;
}

static char *read_calls(const struct column *column, const char *name)
{
	struct counter *counter = find_counter(name);
	char digits[32];
	ssize_t got = -1;

	if (!counter)
		counter = open_counter(column, name);
	if (counter)
		got = pread(counter->fd, digits, sizeof(digits) - 1, 0);
	/* One that says nothing was that of another vkernel of this name. */
	if (counter)
		counter->used = got > 0;
	if (got <= 0)
		return NULL;
	digits[got] = '\0';
	return text("%s", digits);
}

/* What the group of the container's init has in memory. */
static char *read_group(const struct column *column, const char *name)
{
	char *pid = instance_read(name, NULL, "pid");
	char *bytes = group_read(pid ? atoi(pid) : 0, column->file);

	free(pid);
	return bytes;
}

/* How many tasks wait in that group, on all processors: "cpu0 queued 2 ..." */
static char *read_queued(const struct column *column, const char *name)
{
	char *bytes = read_group(column, name), *rest = bytes, *line;
	unsigned int queued, sum = 0;
	bool any = false;

	while (rest && (line = strsep(&rest, "\n")))
		if (sscanf(line, "cpu%*u queued %u", &queued) == 1) {
			sum += queued;
			any = true;
		}
	free(bytes);
	return any ? text("%u", sum) : NULL;
}

static const struct column columns[] = {
	{ "CALLS/S", read_calls, "vkernel_syscall", "calls", true },
	{ "DENIED", read_file, "syscall", "denied", false },
	{ "DENIED/S", read_file, "syscall", "denied", true },
	{ "MEMBERS", read_file, NULL, "members", false },
	{ "QUEUED", read_queued, NULL, "cpu.real_policy.stat", false },
	{ "GROUP_MEMORY", read_group, NULL, "memory.current", false },
	{ "COMMITTED_KB", read_file, "mm", "committed_kbytes", false },
	{ "MEMORY", read_file, NULL, "memory", false },
};

#define COLUMNS ARRAY_SIZE(columns)

/* --- Samples -------------------------------------------------------------- */

struct row {
	char *name;
	char *state;
	bool has[COLUMNS];
	unsigned long long value[COLUMNS];
	double shown[COLUMNS];
};

struct sample {
	struct row *rows;
	size_t count;
	double seconds;
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static void read_row(struct row *row, const char *name)
{
	char *words;
	size_t i;

	memset(row, 0, sizeof(*row));
	row->name = text("%s", name);
	row->state = instance_read(name, NULL, "state") ?: text("gone");
	for (i = 0; i < COLUMNS; i++) {
		words = columns[i].read(&columns[i], name);
		row->has[i] = words && isdigit((unsigned char)*words);
		row->value[i] = row->has[i] ? strtoull(words, NULL, 10) : 0;
		row->shown[i] = columns[i].per_second ? 0 : row->value[i];
		free(words);
	}
}

static void take(struct sample *sample)
{
	char **names = instance_list(&sample->count);
	size_t i;

	if (!names)
		sample->count = 0;
	sample->seconds = now();
	sample->rows = need(calloc(sample->count + 1, sizeof(struct row)));
	for (i = 0; i < sample->count; i++)
		read_row(&sample->rows[i], names[i]);
	name_list_free(names, sample->count);
	close_counters();
}

static void drop(struct sample *sample)
{
	size_t i;

	for (i = 0; i < sample->count; i++) {
		free(sample->rows[i].name);
		free(sample->rows[i].state);
	}
	free(sample->rows);
	memset(sample, 0, sizeof(*sample));
}

/* A number that went down is another vkernel's of the same name. */
static void rate(struct row *row, const struct row *old, double seconds)
{
	size_t i;

	for (i = 0; i < COLUMNS; i++)
		if (columns[i].per_second && row->has[i] && seconds > 0 &&
		    row->value[i] >= old->value[i])
			row->shown[i] =
				(row->value[i] - old->value[i]) / seconds;
}

static void rate_all(struct sample *sample, const struct sample *old)
{
	size_t i, j;

	for (i = 0; i < sample->count; i++)
		for (j = 0; j < old->count; j++)
			if (!strcmp(sample->rows[i].name, old->rows[j].name))
				rate(&sample->rows[i], &old->rows[j],
				     sample->seconds - old->seconds);
}

/* --- Show ----------------------------------------------------------------- */

static bool any_has(const struct sample *sample, size_t column)
{
	size_t i;

	for (i = 0; i < sample->count; i++)
		if (sample->rows[i].has[column])
			return true;
	return false;
}

/* All of them fit into a terminal of 120 columns. */
static int width_of(size_t column)
{
	int width = strlen(columns[column].title);

	return width < 9 ? 9 : width;
}

static void print_table(const struct sample *sample)
{
	const struct row *row;
	size_t i, j;

	printf("%-24s %-8s", "NAME", "STATE");
	for (j = 0; j < COLUMNS; j++)
		if (any_has(sample, j))
			printf(" %*s", width_of(j), columns[j].title);
	putchar('\n');
	for (i = 0; i < sample->count; i++) {
		row = &sample->rows[i];
		printf("%-24.24s %-8s", row->name, row->state);
		for (j = 0; j < COLUMNS; j++)
			if (row->has[j])
				printf(" %*.*f", width_of(j),
				       columns[j].per_second, row->shown[j]);
			else if (any_has(sample, j))
				printf(" %*s", width_of(j), "-");
		putchar('\n');
	}
}

static struct json *number(double value, int digits)
{
	char *words = text("%.*f", digits, value);
	struct json *json = json_new(JSON_NUMBER, words);

	free(words);
	return json;
}

static void print_json(const struct sample *sample)
{
	struct json *list = json_new(JSON_ARRAY, NULL), *object;
	const struct row *row;
	size_t i, j;

	for (i = 0; i < sample->count; i++) {
		row = &sample->rows[i];
		object = json_append(list, json_new(JSON_OBJECT, NULL));
		json_put(object, "name", json_new(JSON_STRING, row->name));
		json_put(object, "state", json_new(JSON_STRING, row->state));
		for (j = 0; j < COLUMNS; j++)
			if (row->has[j])
				json_put(object, columns[j].title,
					 number(row->shown[j],
						columns[j].per_second));
	}
	json_print(list, stdout);
	json_free(list);
}

/* Each vkernel's counter is a file that stays open. */
static void allow_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

/* Rounds: 0 for ever. The first has no rates, so it waits for a second look. */
static int watch(unsigned long rounds, double delay, bool json)
{
	struct timespec pause = { .tv_sec = delay };
	struct sample old = { 0 }, sample;
	unsigned long round;

	pause.tv_nsec = (delay - pause.tv_sec) * 1e9;
	take(&old);
	for (round = 1;; round++) {
		nanosleep(&pause, NULL);
		take(&sample);
		rate_all(&sample, &old);
		if (coloured() && !json && rounds != 1)
			fputs("\033[H\033[2J", stdout);
		if (json)
			print_json(&sample);
		else
			print_table(&sample);
		drop(&old);
		old = sample;
		if (fflush(stdout) || round == rounds)
			break;
	}
	drop(&old);
	return ferror(stdout) ? EXIT_FAILED : EXIT_OK;
}

static const struct option options[] = {
	{ "delay", required_argument, NULL, 'd' },
	{ "json", no_argument, NULL, 'j' },
	{ "once", no_argument, NULL, '1' },
	{ "rounds", required_argument, NULL, 'n' },
	{ NULL },
};

static int parse_number(const char *word, double least, double most,
			double *number)
{
	char *end;

	*number = strtod(word, &end);
	/* Not a number is not between two. */
	if (*end || end == word || !(*number >= least && *number <= most))
		return usage(&verb_top, "not from %g to %g: %s", least, most,
			     word);
	return EXIT_OK;
}

static int run(int argc, char **argv)
{
	double delay = 1, rounds = 0;
	int option, status = EXIT_OK;
	bool json = false;

	while (status == EXIT_OK &&
	       (option = next_option(&verb_top, argc, argv,
				     "1d:jn:", options)) != -1) {
		if (option == 'd')
			status = parse_number(optarg, 0.05, 3600, &delay);
		else if (option == 'n')
			status = parse_number(optarg, 1, 1e9, &rounds);
		else if (option == '1')
			rounds = 1;
		else if (option == 'j')
			json = true;
		else
			return option_end(option);
	}
	if (status != EXIT_OK)
		return status;
	if (!no_arguments(&verb_top, argc, argv))
		return EXIT_USAGE;
	if (instance_available())
		return EXIT_FAILED;
	allow_files();
	return watch(rounds, delay, json);
}

const struct verb verb_top = {
	.name = "top",
	.arguments = "[--once] [-n ROUNDS] [-d SECONDS] [--json]",
	.summary = "Watch what the vkernels do",
	.run = run,
};
