#pragma once
// The audit's tables, once for the terminal and for Markdown.

#include "report/table.h"
#include "ridgeline/audit.h"

namespace ridgeline::report {

/// One row a metric: predicted, simulated, measured with intervals, and the errors of the first two.
Table audit_table(const AuditedWorkload&);
/// "Server: INVALID: P99 212 ms exceeds the limit of 130 ms", for each scenario.
std::vector<std::string> verdict_lines(const AuditedWorkload&);
/// How the columns came to be: one line each.
/// Of each Server run: whether the columns agree, and where they do not what broke.
std::vector<std::string> agreement_lines(const AuditedWorkload&);
std::vector<std::string> method_lines(const AuditReport&);

}  // namespace ridgeline::report
