// Runs the work-items of the group in the middle of a launch that Tests/Layers/gpu.c wrote, and prints what the loads of its
// first warp from buffers ask of memory, five numbers:
//
//   requests   loads of the warp: the n-th time that its items are at an instruction is one
//   bytes      that a request wants, each once, of all
//   sectors    of 32 bytes that it touches, of all
//   lines      of 128 bytes, likewise
//   items      that ran to their end: all of the group, or a barrier was not reached by all
//
// Items are coroutines. Each runs until a barrier, where the next goes on, so that all are at one barrier before any
// leaves it.
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <ucontext.h>
#include <unistd.h>

#include "../../Tests/Layers/launch.h"

#define WARP 32
#define MOST_ITEMS 1024
#define STACK (256 << 10)
#define PLACES 65536

// The kernel, called with arguments of eight bytes each: traces.py writes it.
void call_kernel(const uint64_t *arguments);

struct load {
  uintptr_t code, address;
  unsigned time, size;
};

static struct launch launch;
static char *buffers, *end_of_buffers;
static uint64_t arguments[MOST_ARGUMENTS], group[2];

static ucontext_t scheduler, contexts[MOST_ITEMS];
static bool is_done[MOST_ITEMS];
static unsigned item;

static struct load *loads;
static size_t load_count, load_room;
// How often the items of the warp were at each instruction.
static struct {
  uintptr_t code;
  unsigned times[WARP];
} places[PLACES];

size_t get_local_id(unsigned axis) { return axis == 0 ? item : 0; }
size_t get_group_id(unsigned axis) { return group[axis]; }
size_t get_global_id(unsigned axis) { return axis == 0 ? group[0] * launch.group_size + item : group[1]; }
size_t get_global_size(unsigned axis) { return axis == 0 ? launch.groups[0] * launch.group_size : launch.groups[1]; }

void barrier(unsigned fence) {
  (void)fence;
  swapcontext(&contexts[item], &scheduler);
}

static void fail(const char *what) {
  fprintf(stderr, "error: %s\n", what);
  exit(1);
}

static void keep_load(uintptr_t code, uintptr_t address, unsigned size) {
  if (item >= WARP || address < (uintptr_t)buffers || address >= (uintptr_t)end_of_buffers) return;
  size_t place = code * 2654435761u % PLACES;
  for (size_t tries = 0; places[place].code != 0 && places[place].code != code; place = (place + 1) % PLACES)
    if (tries++ == PLACES) fail("the kernel has more loads than trace.c has PLACES; raise them");
  places[place].code = code;
  if (load_count == load_room) {
    load_room = load_room == 0 ? 1 << 16 : 2 * load_room;
    loads = realloc(loads, load_room * sizeof *loads);
    if (loads == NULL) fail("no memory for the loads of a warp; free some");
  }
  loads[load_count++] = (struct load){code, address, places[place].times[item]++, size};
}
#define REPORT(size) \
  void __sanitizer_cov_load##size(uintptr_t p) { keep_load((uintptr_t)__builtin_return_address(0), p, size); }
REPORT(1)
REPORT(2)
REPORT(4)
REPORT(8)
REPORT(16)

// The compiler wants these for what it inserts besides.
void __sanitizer_cov_trace_pc_guard(uint32_t *guard) { (void)guard; }
void __sanitizer_cov_trace_pc_guard_init(uint32_t *first, uint32_t *last) { (void)first, (void)last; }

static void run_item(void) {
  call_kernel(arguments);
  is_done[item] = true;
}

// The items that ran to their end in as many rounds as all needed together.
static unsigned run_group(void) {
  for (unsigned i = 0; i < launch.group_size; i++) {
    getcontext(&contexts[i]);
    contexts[i].uc_link = &scheduler;
    contexts[i].uc_stack.ss_size = STACK;
    contexts[i].uc_stack.ss_sp = malloc(STACK);
    if (contexts[i].uc_stack.ss_sp == NULL) fail("no memory for the stacks of a group; free some");
    makecontext(&contexts[i], run_item, 0);
  }
  unsigned done = 0;
  while (done == 0) {
    for (item = 0; item < launch.group_size; item++) {
      swapcontext(&scheduler, &contexts[item]);
      done += is_done[item];
    }
  }
  return done;
}

static int by_request(const void *left, const void *right) {
  const struct load *a = left, *b = right;
  if (a->code != b->code) return a->code < b->code ? -1 : 1;
  if (a->time != b->time) return a->time < b->time ? -1 : 1;
  return a->address < b->address ? -1 : a->address > b->address;
}

// How many blocks of `block` bytes loads touch that are in the order of their addresses.
static size_t blocks_of(const struct load *first, const struct load *last, uintptr_t block) {
  size_t count = 0;
  uintptr_t free = 0;
  for (; first < last; first++) {
    const uintptr_t from = first->address / block, to = (first->address + first->size - 1) / block;
    if (to < free) continue;
    count += to - (from > free ? from : free) + 1;
    free = to + 1;
  }
  return count;
}

static void read_launch(const char *path) {
  const int file = open(path, O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0 || read(file, &launch, sizeof launch) != (ssize_t)sizeof launch)
    fail("cannot read the launch; run gpu-static again");
  buffers = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  if (buffers == MAP_FAILED || launch.group_size > MOST_ITEMS) fail("cannot map the launch, or its groups are too large");
  end_of_buffers = buffers + status.st_size;
  for (uint64_t i = 0; i < launch.arguments; i++) {
    const uint64_t buffer = launch.argument[i].buffer;
    arguments[i] = buffer == 0 ? launch.argument[i].value : (uint64_t)(buffers + launch.buffer[buffer - 1].offset);
  }
}

int main(int count, char **words) {
  if (count != 2) fail("expected one argument, a file of a launch");
  read_launch(words[1]);
  group[0] = launch.groups[0] / 2, group[1] = launch.groups[1] / 2;
  const unsigned done = run_group();
  if (load_count > 0) qsort(loads, load_count, sizeof *loads, by_request);
  size_t requests = 0, bytes = 0, sectors = 0, lines = 0;
  for (const struct load *first = loads, *end = loads + load_count, *last; first < end; first = last) {
    for (last = first; last < end && last->code == first->code && last->time == first->time;) last++;
    requests++;
    bytes += blocks_of(first, last, 1);
    sectors += blocks_of(first, last, 32);
    lines += blocks_of(first, last, 128);
  }
  printf("%zu %zu %zu %zu %u\n", requests, bytes, sectors, lines, done);
  return done == launch.group_size ? 0 : 1;
}
