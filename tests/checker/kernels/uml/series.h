// A series as it comes by mail: a cover letter and three patches of a tree, each coded in another way.
#pragma once

#include <string>

#include "checker/support/files.h"
#include "tests/run_here.h"

namespace checker::kernels::uml {

struct SeriesOfThree {
    // A comment, in base64; a walk that asks for one page offset, which loses entries, in quoted-printable; a line of
    // documentation, with carriage returns.
    std::string cover, first, second, third;
    std::string wrong; // why it could not be made; empty: it could

    SeriesOfThree(const std::string& tree, const std::string& room) {
        cover = head("0/3", "a series") + "\nWhat it is for. This was asked of the list before:\n\n" +
                "    --- a/mm/ksm.c\n    +++ b/mm/ksm.c\n\n-- \n2.39\n\n";
        const std::string comment =
            diff_of(tree, room, "mm/ksm.c", "rmap_walk_ksm(struct folio", "1s/$/ \\/* a = b *\\//");
        // The question of all kernels up to 7.2, or that of 7.3.
        const std::string walk = diff_of(
            tree, room, "mm/ksm.c", "0, ULONG_MAX\\|index, index",
            "s/0, ULONG_MAX\\|index, index/rmap_item->address >> PAGE_SHIFT, rmap_item->address >> PAGE_SHIFT/");
        const std::string words = diff_of(tree, room, "Documentation/admin-guide/mm/ksm.rst", "KSM", "$s/$/ Words./");
        first = head("1/3", "a comment") + mime("BASE64") + coded(room, "base64", "Why.\n---\n" + comment) + "\n";
        second = head("2/3", "a walk") + mime("Quoted-Printable") + quoted_printable("Why: =.\n---\n" + walk) + "\n";
        third = with_returns(head("3/3", "words") + "\nWhy.\n---\n" + words + "-- \n2.39\n\n");
    }

  private:
    static std::string head(const std::string& number, const std::string& what) {
        return "From 0 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nDate: Mon, 1 Jun 2026 00:00:00 +0000\n"
               "Message-ID: <" +
               number.substr(0, 1) + "@example.org>\nSubject: [PATCH v2 " + number + "] mm: " + what + "\n";
    }
    static std::string mime(const std::string& word) {
        return "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: " + word +
               "\n\n";
    }
    static std::string quoted_printable(const std::string& text) {
        std::string out;
        std::size_t column = 0;
        for (const char c : text) {
            const std::string word = c == '=' ? "=3D" : c == '\t' ? "=09" : std::string(1, c);
            if (c != '\n' && column + word.size() > 70) out += "=\n", column = 0;
            out += word;
            column = c == '\n' ? 0 : column + word.size();
        }
        return out;
    }
    static std::string with_returns(const std::string& text) {
        std::string out;
        for (const char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
        return out;
    }
    std::string shell(const std::string& script, const std::vector<std::string>& arguments, const std::string& room) {
        std::vector<std::string> all{"sh", "-c", script, "sh"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        if (!run_here(all, room, room + "/series.log").good())
            wrong = script + ":\n" + tail_of(room + "/series.log", 9);
        return read_whole(room + "/series.log");
    }
    std::string coded(const std::string& room, const std::string& program, const std::string& text) {
        write_whole(room + "/series.text", text);
        return shell(program + " series.text", {}, room);
    }
    // What sed's script does to a file that has these words.
    std::string diff_of(const std::string& tree, const std::string& room, const std::string& file,
                        const std::string& words, const std::string& script) {
        const std::string diff = shell(
            "set -e; mkdir -p a b; rm -rf a/* b/*; mkdir -p $(dirname a/$2) $(dirname b/$2); grep -q \"$3\" \"$1/$2\"; "
            "cp \"$1/$2\" a/$2; sed \"$4\" a/$2 >b/$2; git diff --no-index --no-prefix a b || test $? = 1",
            {tree, file, words, script}, room);
        if (diff.empty()) wrong += "no change of " + file;
        return diff;
    }
};

} // namespace checker::kernels::uml
