#include "tests/tidy/tidy.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "tests/tidy/source.h"

namespace tidy {
namespace {

constexpr std::size_t max_columns = 120, max_file = 499, max_function = 60, max_room = 4000;
constexpr std::string_view kept[] = {".h",     ".cpp",  ".cc",    ".c",  ".md", ".txt",
                                     ".cmake", ".json", ".trace", ".py", ".sh"};
constexpr std::string_view code_folders[] = {"model/", "checker/", "properties/"};

bool ends_with_any(std::string_view path, std::initializer_list<std::string_view> ends) {
    return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return path.ends_with(end); });
}
bool is_cpp(std::string_view path) { return ends_with_any(path, {".h", ".cpp", ".cc", ".c"}); }
bool is_source(std::string_view path) {
    return is_cpp(path) && std::any_of(std::begin(code_folders), std::end(code_folders),
                                       [&](std::string_view folder) { return path.starts_with(folder); });
}

std::string place(const std::string& path, std::size_t line) { return fmt::format("{}:{}", path, line); }

// The innermost room that a path lies in.
const Room* room_of(const std::vector<Room>& all, std::string_view path) {
    const Room* found = nullptr;
    for (const Room& r : all)
        if (path.starts_with(r.folder + "/") && (!found || r.folder.size() > found->folder.size())) found = &r;
    return found;
}

// The rooms that a room may include from: its own and what it links to, however far.
std::set<std::string> within_reach(const std::vector<Room>& all, const std::string& name) {
    std::set<std::string> met{name};
    std::vector<std::string> todo{name};
    while (!todo.empty()) {
        const std::string next = todo.back();
        todo.pop_back();
        for (const Room& r : all)
            if (r.name == next)
                for (const std::string& link : r.links)
                    if (met.insert(link).second) todo.push_back(link);
    }
    return met;
}

std::string stem_of(const std::string& path) { return path.substr(0, path.rfind('.')); }

std::size_t columns(std::string_view line) { // of UTF-8
    return static_cast<std::size_t>(
        std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

} // namespace

Tree tree_of(const std::string& root) {
    namespace fs = std::filesystem;
    Tree tree;
    for (auto i = fs::recursive_directory_iterator(root); i != fs::recursive_directory_iterator(); ++i) {
        const std::string path = fs::relative(i->path(), root).generic_string();
        if (i->is_directory() && (path.starts_with(".git") || path == "build" || path.starts_with("build-")))
            i.disable_recursion_pending();
        if (!i->is_regular_file()) continue;
        std::string& text = tree[path];
        const bool read = std::any_of(std::begin(kept), std::end(kept), [&](auto end) { return path.ends_with(end); });
        if (!read || path.ends_with(".trace")) continue; // that it exists is all
        std::ifstream in(i->path(), std::ios::binary);
        text.assign(std::istreambuf_iterator<char>(in), {});
    }
    return tree;
}

std::vector<Room> rooms(const Tree& tree) {
    std::vector<Room> all;
    const auto file = tree.find("CMakeLists.txt");
    if (file == tree.end()) return all;
    for (std::string_view line : lines_of(file->second)) {
        constexpr std::string_view start = "rmapcheck_room(";
        if (!line.starts_with(start) || line.find(')') == line.npos) continue;
        line = line.substr(start.size(), line.find(')') - start.size());
        std::vector<std::string> words;
        while (!line.empty()) {
            const std::size_t end = std::min(line.find(' '), line.size());
            if (end > 0) words.emplace_back(line.substr(0, end));
            line.remove_prefix(std::min(end + 1, line.size()));
        }
        if (words.size() < 2) continue;
        std::erase_if(words, [](const std::string& w) { return w.find("::") != w.npos; }); // libraries of others
        all.push_back({words[0], words[1], {words.begin() + 2, words.end()}});
    }
    return all;
}

Complaints check_rooms(const Tree& tree) {
    const std::vector<Room> all = rooms(tree);
    Complaints c;
    if (all.empty()) c.push_back({"CMakeLists.txt", "has no rmapcheck_room(name folder links...)", "CMakeLists.txt"});
    std::set<std::string> before;
    for (const Room& r : all) {
        for (const std::string& link : r.links)
            if (!before.count(link))
                c.push_back({"CMakeLists.txt",
                             fmt::format("room {} links to {}, which is no room before it", r.name, link), r.name});
        before.insert(r.name);
    }
    for (const auto& [path, text] : tree) {
        if (!is_source(path)) continue;
        const Room* room = room_of(all, path);
        if (!room && path != "checker/main.cpp") c.push_back({path, "is in no room of CMakeLists.txt", path});
        if (!room) continue;
        const std::set<std::string> reach = within_reach(all, room->name);
        for (const Include& i : includes(text)) {
            const Room* from = room_of(all, i.path);
            if (!tree.count(i.path))
                c.push_back({place(path, i.line), "includes what does not exist: " + i.path, path});
            else if (!from || !reach.count(from->name))
                c.push_back({place(path, i.line),
                             fmt::format("room {} includes {}, but does not link to its room", room->name, i.path),
                             path});
        }
    }
    return c;
}

Complaints check_columns(const Tree& tree) {
    Complaints c;
    for (const auto& [path, text] : tree) {
        const bool prose = path.ends_with(".md");
        if ((!prose && !is_cpp(path)) || path.starts_with("docs/reports/")) continue; // these the program writes
        std::size_t number = 0;
        bool fenced = false;
        for (const std::string_view line : lines_of(text)) {
            ++number;
            if (prose && line.starts_with("```")) fenced = !fenced;
            if (prose && (fenced || line.starts_with("|"))) continue;
            if (const std::size_t n = columns(line); n > max_columns)
                c.push_back({place(path, number), fmt::format("has {} columns (at most {})", n, max_columns), path});
        }
    }
    return c;
}

Complaints check_lengths(const Tree& tree) {
    Complaints c;
    const std::vector<Room> all = rooms(tree);
    std::map<std::string, std::size_t> of_room;
    for (const auto& [path, text] : tree) {
        if (!is_cpp(path)) continue;
        const std::size_t n = lines_of(text).size();
        if (const Room* room = room_of(all, path); room && path.starts_with("checker/")) of_room[room->name] += n;
        if (n > max_file) c.push_back({path, fmt::format("has {} lines (at most {})", n, max_file), path});
        for (const Definition& d : definitions(text))
            if (const std::size_t lines = d.last - d.first + 1;
                d.kind == Definition::Kind::function && lines > max_function)
                c.push_back({place(path, d.first),
                             fmt::format("{} has {} lines (at most {})", d.name, lines, max_function),
                             path + ":" + d.name});
    }
    for (const auto& [name, lines] : of_room)
        if (lines > max_room)
            c.push_back(
                {"CMakeLists.txt", fmt::format("room {} has {} lines (at most {})", name, lines, max_room), name});
    return c;
}

Complaints check_type_names(const Tree& tree) {
    Complaints c;
    std::map<std::string, std::string> first;
    for (const auto& [path, text] : tree) {
        if (!is_source(path)) continue;
        for (const Definition& d : definitions(text)) {
            if (d.kind != Definition::Kind::type || d.member || d.name.empty()) continue;
            const auto [met, is_new] = first.emplace(d.name, place(path, d.first));
            if (!is_new)
                c.push_back({place(path, d.first), fmt::format("{} is also at {}", d.name, met->second), d.name});
        }
    }
    return c;
}

Complaints check_reached(const Tree& tree) {
    std::set<std::string> reached; // paths without what follows the last dot
    std::vector<std::string> todo;
    const auto reach = [&](const std::string& stem) {
        if (reached.insert(stem).second) todo.push_back(stem);
    };
    for (const auto& [path, text] : tree) {
        if (!path.starts_with("tests/") || !is_cpp(path)) continue;
        for (const Include& i : includes(text)) reach(stem_of(i.path));
        if (path.ends_with("_test.cpp")) reach(path.substr(6, path.size() - 6 - 9));
    }
    while (!todo.empty()) { // what a reached source includes is used by it
        const std::string stem = todo.back();
        todo.pop_back();
        for (const std::string_view end : {".h", ".cpp"})
            if (const auto file = tree.find(stem + std::string(end)); file != tree.end())
                for (const Include& i : includes(file->second)) reach(stem_of(i.path));
    }
    Complaints c;
    for (const auto& [path, text] : tree) {
        if (!is_source(path) || !ends_with_any(path, {".cpp", ".cc", ".c"})) continue;
        const std::vector<Include> all = includes(text);
        const std::string header = all.empty() ? stem_of(path) : stem_of(all[0].path);
        if (!reached.count(stem_of(path)) && !reached.count(header))
            c.push_back(
                {path, fmt::format("no tests/{}_test.cpp, and no test leads to {}.h", stem_of(path), header), path});
    }
    return c;
}

Exceptions read_exceptions(std::string_view text) {
    Exceptions e;
    std::size_t number = 0;
    for (const std::string_view line : lines_of(text)) {
        ++number;
        if (line.empty() || line.starts_with("#")) continue;
        const std::size_t space = line.find(' '), colon = line.find(": ");
        if (space == line.npos || colon == line.npos || colon < space || colon + 2 >= line.size()) {
            e.malformed.push_back({place("tests/tidy/exceptions.txt", number), "is not `check subject: reason`", ""});
            continue;
        }
        e.lines.push_back({number, std::string(line.substr(0, space)),
                           std::string(line.substr(space + 1, colon - space - 1)),
                           std::string(line.substr(colon + 2))});
    }
    return e;
}

Complaints left_of(const Complaints& all, std::string_view check, const Exceptions& exceptions) {
    std::set<std::string> excepted, needed;
    for (const auto& line : exceptions.lines)
        if (line.check == check) excepted.insert(line.subject);
    Complaints left;
    for (const Complaint& c : all)
        if (excepted.count(c.subject))
            needed.insert(c.subject);
        else
            left.push_back(c);
    for (const auto& line : exceptions.lines)
        if (line.check == check && !needed.count(line.subject))
            left.push_back(
                {place("tests/tidy/exceptions.txt", line.number), line.subject + " needs no exception any more", ""});
    return left;
}

} // namespace tidy
