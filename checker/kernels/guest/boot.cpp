#include "checker/kernels/guest/boot.h"

#include <sys/statvfs.h>

#include <fmt/format.h>

namespace checker::kernels::guest {
namespace {

// One file in the "newc" format of cpio, which the kernel unpacks as its first file system.
std::string cpio_entry(const std::string& name, unsigned mode, std::string_view data) {
    const unsigned fields[] = {
        1, mode, 0, 0, 1, 0, static_cast<unsigned>(data.size()), 0, 0, 0, 0, static_cast<unsigned>(name.size() + 1), 0};
    std::string s = "070701";
    for (unsigned f : fields) s += fmt::format("{:08x}", f);
    s += name + '\0';
    s.resize((s.size() + 3) / 4 * 4);
    s += data;
    s.resize((s.size() + 3) / 4 * 4);
    return s;
}

// A guest's memory is a file in /dev/shm, which containers often make too small, or not executable.
bool shared_memory_holds_a_guest() {
    struct statvfs s {};
    return statvfs("/dev/shm", &s) == 0 && !(s.f_flag & ST_NOEXEC) && s.f_bavail * s.f_frsize >= (512ull << 20);
}

} // namespace

std::string initrd_of(std::string_view program) {
    return cpio_entry("init", 0100755, program) + cpio_entry("TRAILER!!!", 0, "");
}

Command guest_command(const std::string& kernel, const std::string& room) {
    Command c;
    c.arguments = {kernel,
                   "mem=192M",
                   "initrd=" + room + "/initrd",
                   "rdinit=/init",
                   "con=null",
                   "con0=fd:0,fd:1",
                   "time-travel=inf-cpu",
                   poison,
                   "rmapcheck=" + room};
    c.folder = room;
    c.environment = {"GLIBC_TUNABLES=glibc.pthread.rseq=0"}; // or the stub's registration stops every system call
    if (!shared_memory_holds_a_guest()) c.environment.push_back("TMPDIR=" + room);
    c.log = room + "/log";
    c.fixed_addresses = true; // or frame numbers differ from run to run
    return c;
}

} // namespace checker::kernels::guest
