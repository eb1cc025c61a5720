// What tests of guests share: kernels, which take minutes to build, are kept beside the binary for the tests of one
// build, or in the folder that RMAPCHECK_TEST_CACHE names.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "checker/kernels/uml/gate_kernel.h"
#include "checker/support/files.h"

namespace checker::kernels::uml {

namespace fs = std::filesystem;

inline const std::string root = RMAPCHECK_SOURCE_DIR;

struct Room {
    std::string folder = (fs::temp_directory_path() / "rmapcheck-gate-XXXXXX").string();
    Room() { EXPECT_NE(mkdtemp(folder.data()), nullptr); }
    ~Room() { fs::remove_all(folder); }
    std::string script(const std::string& name, const std::string& body) const {
        const std::string path = path_of(name);
        write_whole(path, "# rmapcheck edit 1\n# Why: a test.\n" + body);
        return path;
    }
    std::string path_of(const std::string& name) const { return folder + "/" + name + ".edit"; }
};

inline std::vector<model::Trace> traces_of(const std::string& folder) {
    std::set<std::string> paths;
    for (const auto& f : fs::directory_iterator(root + "/corpora/" + folder))
        if (f.path().extension() == ".trace") paths.insert(f.path());
    std::vector<model::Trace> traces;
    for (const std::string& p : paths) traces.push_back(model::load_trace(p));
    return traces;
}

// As GuestOptions has them; empty: none.
struct JudgedKernel {
    std::string kernel, patch, base;
};

inline GuestOptions quick_options(const Room& room, const JudgedKernel& judged) {
    GuestOptions o;
    o.kernel = judged.kernel;
    if (!judged.patch.empty()) o.patches = {judged.patch};
    if (!judged.base.empty()) o.base = {judged.base};
    const char* kept = std::getenv("RMAPCHECK_TEST_CACHE");
    o.cache = kept ? kept : (fs::path(RMAPCHECK_BINARY).parent_path() / "test-kernels").string();
    o.save = room.folder;
    o.timing = false;
    o.minimize = false;
    return o;
}

} // namespace checker::kernels::uml
