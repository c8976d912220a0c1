// CaseFile: one run as data that can be kept: seed, options and fault plan, with what was wrong when it was written down.
// The format is JSON lines: a first line with the version and everything but the plan, then one fault a line
// (docs/simulation.md). Another version is refused: a plan that means something else would only seem to pass.
#pragma once

#include <iosfwd>
#include <string>

#include "sim/options.hpp"

namespace parley::sim {

struct CaseFile {
    std::uint64_t seed = 1;
    RunOptions options;
    std::string planted;  // empty: none
    std::string oracle;   // that failed, "O1 agreement"; empty: a plan by itself
    std::string what;
    FaultPlan plan;
};

// A worker says each fault on standard error as it strikes; its parent reads them back from what was said, whatever became
// of the worker.
void say_fault(const FaultEntry& entry);
FaultPlan plan_said(const std::string& said);

void write_case(std::ostream& out, const CaseFile& one);
net::Result<CaseFile> read_case(std::istream& in);
net::Result<CaseFile> read_case_file(const std::string& path);

}  // namespace parley::sim
