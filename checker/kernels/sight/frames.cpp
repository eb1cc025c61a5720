#include "checker/kernels/sight/frames.h"

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "model/arithmetic/units.h"

namespace checker::kernels {
namespace {

std::optional<std::uint64_t> word_of(int fd, std::uint64_t frame) {
    std::uint64_t word = 0;
    if (fd < 0 || pread(fd, &word, sizeof word, static_cast<off_t>(frame * sizeof word)) != sizeof word) return {};
    return word;
}

} // namespace

Pagemap::Pagemap(pid_t pid) : fd_(open(fmt::format("/proc/{}/pagemap", pid).c_str(), O_RDONLY | O_CLOEXEC)) {}
Pagemap::~Pagemap() {
    if (fd_ >= 0) close(fd_);
}

std::vector<PagemapEntry> Pagemap::read(std::uint64_t start, std::uint64_t end) const {
    std::vector<PagemapEntry> entries((end - start) >> model::PAGE_SHIFT);
    const std::size_t size = entries.size() * sizeof(PagemapEntry);
    const auto at = static_cast<off_t>((start >> model::PAGE_SHIFT) * sizeof(PagemapEntry));
    if (fd_ < 0 || pread(fd_, entries.data(), size, at) != static_cast<ssize_t>(size)) entries.clear();
    return entries;
}

std::vector<PagemapEntry> read_pagemap(pid_t pid, std::uint64_t start, std::uint64_t end) {
    return Pagemap(pid).read(start, end);
}

std::optional<FrameFlags> frame_flags(std::uint64_t frame) {
    static const int fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
    const auto word = word_of(fd, frame);
    if (!word) return {};
    return FrameFlags{*word};
}

std::optional<std::uint64_t> frame_count(std::uint64_t frame) {
    static const int fd = open("/proc/kpagecount", O_RDONLY | O_CLOEXEC);
    return word_of(fd, frame);
}

} // namespace checker::kernels
