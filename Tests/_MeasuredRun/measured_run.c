// Runs a program and writes what it took: measured_run FILE PROGRAM [ARGUMENT..].
//
// FILE gets "STATUS SECONDS BYTES": the wait status, seconds of processor time and the most memory at a time. A process of
// its own, since a child's figure begins with the memory of the one that forked it.

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double seconds(struct timeval time) { return (double)time.tv_sec + 1e-6 * (double)time.tv_usec; }

int main(int count, char **arguments) {
    if (count < 3) return 64;
    pid_t child = fork();
    if (child == 0) {
        execv(arguments[2], arguments + 2);
        _exit(127);
    }
    int status = 0;
    struct rusage usage;
    if (child < 0 || waitpid(child, &status, 0) != child) return 71;
    if (getrusage(RUSAGE_CHILDREN, &usage) != 0) return 71;
#ifdef __APPLE__
    long long bytes = usage.ru_maxrss;
#else
    long long bytes = 1024LL * usage.ru_maxrss;
#endif
    FILE *file = fopen(arguments[1], "w");
    if (!file) return 73;
    fprintf(file, "%d %f %lld\n", status, seconds(usage.ru_utime) + seconds(usage.ru_stime), bytes);
    return fclose(file) == 0 ? 0 : 74;
}
