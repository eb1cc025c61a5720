// The two things that `rmapcheck report` makes: a page of docs/reports, and a finding on a kernel as a mail.
#pragma once

#include "checker/commands/verb.h"

namespace checker::inline commands {

struct MailOptions {
    std::vector<std::string> traces; // one is reported
    std::string kernel, good, to, html, cache;
    std::vector<std::string> base, patches;
    double seconds = 0; // for each kernel; 0: no limit
};
void add_mail_options(CommandLine& line, MailOptions& o);
// Is it this that the command line asks for?
bool asks_for_mail(const MailOptions& o);
int report_by_mail(const Shared& shared, const MailOptions& o);

} // namespace checker::inline commands
