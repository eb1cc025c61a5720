#include "checker/kernels/ksm/setting_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace checker::kernels {

int write_setting(const char* path, const char* text) {
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    const ssize_t n = write(fd, text, std::strlen(text));
    const int error = n < 0 ? errno : 0;
    close(fd);
    return error;
}

} // namespace checker::kernels
