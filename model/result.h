// What an operation returns: a value, or an error of the kernel.
#pragma once

#include <cstdint>
#include <string_view>

namespace model {

// Linux error numbers (include/uapi/asm-generic/errno*.h), those that a modelled call can return.
enum class Errno : std::uint8_t {
    ok = 0,
    eperm = 1,
    enoent = 2,
    esrch = 3,
    ebadf = 9,
    eagain = 11,
    enomem = 12,
    eacces = 13,
    efault = 14,
    ebusy = 16,
    eexist = 17,
    enodev = 19,
    einval = 22,
    eoverflow = 75,
    eopnotsupp = 95,
};
struct ErrnoName {
    std::string_view name;
    Errno value;
};
inline constexpr ErrnoName errno_names[] = {
    {"EPERM", Errno::eperm},         {"ENOENT", Errno::enoent},         {"ESRCH", Errno::esrch},
    {"EBADF", Errno::ebadf},         {"EAGAIN", Errno::eagain},         {"ENOMEM", Errno::enomem},
    {"EACCES", Errno::eacces},       {"EFAULT", Errno::efault},         {"EBUSY", Errno::ebusy},
    {"EEXIST", Errno::eexist},       {"ENODEV", Errno::enodev},         {"EINVAL", Errno::einval},
    {"EOVERFLOW", Errno::eoverflow}, {"EOPNOTSUPP", Errno::eopnotsupp},
};

struct Result {
    std::uint64_t value = 0;
    Errno error = Errno::ok;

    constexpr Result() = default;
    constexpr Result(Errno e) : error(e) {}
    static constexpr Result of(std::uint64_t v) {
        Result r;
        r.value = v;
        return r;
    }
    friend constexpr bool operator==(const Result&, const Result&) = default;
};

} // namespace model
